// Command customtypes writes and reads an indicator of a type that only its own instance of
// ThreatConnect has. The client is generated in this module from the project's document and an overlay
// of ten lines: types.overlay.yaml. In a module elsewhere the document and the other overlay are
// below the folder that this prints:
//
//	go list -m -f '{{.Dir}}' github.com/threatclients/threatclients-go
package main

//go:generate go tool generate -config codegen.yaml -overlay types.overlay.yaml ../../specs/threatconnectv3.yaml

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"

	"example.com/customtypes/ours"
)

func main() {
	server := flag.String("server", ours.DefaultServer, "`URL` of the API")
	flag.Parse()
	c, err := ours.New(auth.ThreatConnectHMAC(os.Getenv("TC_ACCESS_ID"), os.Getenv("TC_SECRET_KEY")), client.Server(*server))
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	_, err = c.CreateIndicator(ctx, nil, ours.IndicatorInput{
		Type:          ours.IndicatorTypeWallet,
		WalletAddress: new("example-wallet-1"),
		WalletNetwork: new("example-network"),
	})
	if err != nil {
		log.Fatal(err)
	}
	wallets := ours.IndicatorTQL.TypeName.In(string(ours.IndicatorTypeWallet))
	for i, err := range c.ListIndicators(ctx, &ours.ListIndicatorsParams{TQL: wallets.Ptr()}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(i.Type, i.WalletAddress, i.WalletNetwork)
	}
}
