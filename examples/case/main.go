// Command case opens a case of ThreatConnect with artifacts, a task and a tag by one call, adds
// another artifact, and reads it back with what belongs to it.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"time"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
	tc "github.com/threatclients/threatclients-go/gen/threatconnectv3"
)

func main() {
	server := flag.String("server", tc.DefaultServer, "`URL` of the API")
	flag.Parse()
	c, err := tc.New(auth.ThreatConnectHMAC(os.Getenv("TC_ACCESS_ID"), os.Getenv("TC_SECRET_KEY")), client.Server(*server))
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	made, err := c.CreateCase(ctx, nil, tc.CaseInput{
		Name: "Invoice lures", Status: tc.CaseStatusOpen, Severity: tc.CaseSeverityMedium,
		Description:  new("Reported by two recipients."),
		CaseOpenTime: new(client.At(time.Now())), // sent in UTC and whole seconds
		Artifacts: &tc.ArtifactListInput{Data: []tc.ArtifactItemInput{
			{Type: new(tc.ArtifactTypeNameHost), Summary: new("login.example.com"), Notes: &tc.NoteListInput{Data: []tc.NoteItemInput{{Text: new("The host of the link.")}}}},
			{Type: new(tc.ArtifactTypeNameEmailAddress), Summary: new("billing@example.net")},
		}},
		Tasks: &tc.TaskListInput{Data: []tc.TaskItemInput{{Name: new("Block the host"), Required: new(true)}}},
		Tags:  &tc.TagListInput{Data: []tc.TagItemInput{{Name: new("phishing")}}},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("opened", made.Data.Name)

	// Another artifact, beside those that are there: append is also what happens
	// without a mode; replace and delete are the others.
	id := *made.Data.ID
	_, err = c.UpdateCase(ctx, id, nil, tc.CaseUpdateInput{Artifacts: &tc.ArtifactListInput{Mode: new(tc.ListModeAppend),
		Data: []tc.ArtifactItemInput{{Type: new(tc.ArtifactTypeNameCIDR), Summary: new("192.0.2.0/24")}}}})
	if err != nil {
		log.Fatal(err)
	}

	whole, err := c.GetCase(ctx, id, &tc.GetCaseParams{Fields: tc.CaseFields{tc.CaseFieldArtifacts, tc.CaseFieldTasks, tc.CaseFieldTags}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(whole.Data.Status, whole.Data.Severity)
	for _, a := range whole.Data.Artifacts.Data {
		fmt.Println("artifact:", a.Type, a.Summary)
	}
	for _, t := range whole.Data.Tasks.Data {
		fmt.Println("task:", t.Name)
	}
	for _, t := range whole.Data.Tags.Data {
		fmt.Println("tag:", t.Name)
	}
}
