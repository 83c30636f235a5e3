// Command search lists indicators of ThreatConnect that match a typed query, with members that
// the service adds only when they are asked for.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"strings"
	"time"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/gen/threatconnectv3"
	"github.com/threatclients/threatclients-go/tql"
)

func main() {
	server := flag.String("server", threatconnectv3.DefaultServer, "`URL` of the API")
	types := flag.String("types", "Host,URL", "`types` of indicators, separated by commas")
	rating := flag.Int64("rating", 3, "least rating, 0 to 5")
	days := flag.Int("days", 365, "added in the last so many days")
	flag.Parse()
	c, err := threatconnectv3.New(auth.ThreatConnectHMAC(os.Getenv("TC_ACCESS_ID"), os.Getenv("TC_SECRET_KEY")), client.Server(*server))
	if err != nil {
		log.Fatal(err)
	}

	keyword := threatconnectv3.IndicatorTQL
	query := tql.And( // the values are quoted
		keyword.TypeName.In(strings.Split(*types, ",")...),
		keyword.Rating.Gte(*rating),
		keyword.DateAdded.Gt(tql.Day(time.Now().AddDate(0, 0, -*days))),
	)
	params := &threatconnectv3.ListIndicatorsParams{
		TQL:         query.Ptr(),
		Fields:      threatconnectv3.IndicatorFields{threatconnectv3.IndicatorFieldTags, threatconnectv3.IndicatorFieldAssociatedGroups},
		ResultLimit: new(int64(1000)), // of a page; the list goes over all pages
	}
	for i, err := range c.ListIndicators(context.Background(), params) {
		if err != nil {
			log.Fatal(err)
		}
		var tags []string
		for _, t := range i.Tags.Data {
			tags = append(tags, t.Name)
		}
		fmt.Printf("%s %s, rating %v, added %s, tags %q, %d groups\n", i.Type, i.Summary, *i.Rating, i.DateAdded.Format(time.DateOnly), tags, len(i.AssociatedGroups.Data))
	}
}
