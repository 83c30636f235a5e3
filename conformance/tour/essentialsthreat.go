package main

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/gen/essentialsthreat"
)

const threatKey, threatSecret = "example-key", "example-key-secret"

func essentialsThreatStop() stop {
	return stop{"essentialsthreat", "Proofpoint Essentials Threat API: HTTP Basic, windows of an hour, events of a partner's customers", essentialsThreatServer, essentialsThreatVisit}
}

// essentialsThreatServer has two customers with a message each in every hour, and answers
// the first window of the own organization with 204.
func essentialsThreatServer(int64) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /essentialsthreat/v2/siem/all", func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		from, to, _ := strings.Cut(q.Get("interval"), "/")
		start, err := time.Parse(time.RFC3339, from)
		end, err2 := time.Parse(time.RFC3339, to)
		switch {
		case err != nil || err2 != nil || end.Sub(start) > time.Hour || end.Sub(start) < 30*time.Second:
			w.WriteHeader(http.StatusBadRequest)
			return
		case q.Get("customerData") != "true":
			w.WriteHeader(http.StatusNoContent)
			return
		}
		messages := []object{}
		for _, customer := range []string{"61200", "61207"} {
			messages = append(messages, object{"GUID": "PE10EX2-" + customer + "-" + start.Format("1504"), "customerEid": customer, "stackName": "us3",
				"messageTime": start.Format("2006-01-02T15:04:05.000000Z"), "recipient": []string{"alex@example.com"}, "fromAddress": "billing@example.net",
				"completelyRewritten": "na", "quarantineRule": "malware", "threatsInfoMap": []object{{"threatId": "threat-1", "threatType": "attachment", "threatTime": start}}})
		}
		answer(w, 200, object{"queryEndTime": end.UTC().Format("2006-01-02 15:04:05 -0700 MST"), "messagesDelivered": []object{}, "messagesBlocked": messages,
			"clicksPermitted": []object{}, "clicksBlocked": []object{}})
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if user, password, ok := r.BasicAuth(); !ok || user != threatKey || password != threatSecret {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

func essentialsThreatVisit(ctx context.Context, v *visit) error {
	now := time.Now().Add(-2 * time.Minute).UTC().Truncate(time.Minute)
	stranger, err := essentialsthreat.New(auth.Basic(threatKey, "wrong"), v.options(client.Lag(time.Minute))...)
	if err != nil {
		return err
	}
	interval := now.Add(-time.Hour).Format(time.RFC3339) + "/" + now.Format(time.RFC3339)
	_, err = stranger.ListSIEMAllPage(ctx, &essentialsthreat.ListSIEMAllParams{Interval: &interval})
	v.want(errors.Is(err, client.ErrUnauthorized), "a key that is not active: %v", err)

	c, err := essentialsthreat.New(auth.Basic(threatKey, threatSecret), v.options(client.Lag(time.Minute))...)
	if err != nil {
		return err
	}
	v.step("threat events of a partner's customers in the last three hours")
	yes, windows, customers := true, 0, map[string]int{}
	for w := range c.ListSIEMAll(ctx, now.Add(-3*time.Hour), now, &essentialsthreat.ListSIEMAllParams{CustomerData: &yes}) {
		for ev, err := range w.Events() {
			if err != nil {
				return err
			}
			v.item()
			v.want(ev.MessagesBlocked != nil && ev.MessagesBlocked.CompletelyRewritten == essentialsthreat.RewriteStateNotApplicable, "an event of another kind")
			if ev.MessagesBlocked != nil {
				customers[ev.MessagesBlocked.CustomerEID]++
			}
		}
		v.want(w.QueryEnd().Equal(w.To), "the window ends %s, the server says %s", w.To, w.QueryEnd())
		windows++
	}
	v.want(windows == 3 && customers["61200"] == 3 && customers["61207"] == 3, "%d windows, %v", windows, customers)

	v.step("the own organization, where nothing happened")
	for w := range c.ListSIEMAll(ctx, now.Add(-time.Hour), now, nil) {
		for _, err := range w.Events() {
			v.want(false, "an event where there is none, or %v", err)
		}
		windows++
	}
	v.want(windows == 4, "a quiet window is missing")

	for w := range c.ListSIEMAll(ctx, now.Add(-73*time.Hour), now, nil) {
		for _, err := range w.Events() {
			v.want(errors.Is(err, client.ErrInvalid), "a start beyond three days: %v", err)
		}
	}
	return nil
}
