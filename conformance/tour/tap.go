package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/conformance/traffic"
	"github.com/threatclients/threatclients-go/gen/tap"
)

const tapPrincipal, tapSecret = "example-principal", "example-secret"

func tapStop() stop {
	return stop{"tap", "Proofpoint TAP v2: HTTP Basic, windows of an hour, pages of campaigns and people", tapServer, tapVisit}
}

// tapServer answers the hours of a day: the one that holds 3 is quiet, the one that holds 4
// is refused once for the quota, the one that holds 5 is large.
func tapServer(size int64) http.Handler {
	mux := http.NewServeMux()
	var limited atomic.Bool
	mux.HandleFunc("GET /tap/v2/siem/all", func(w http.ResponseWriter, r *http.Request) {
		from, to, _ := strings.Cut(r.URL.Query().Get("interval"), "/")
		end, err := time.Parse(time.RFC3339, to)
		start, err2 := time.Parse(time.RFC3339, from)
		if err != nil || err2 != nil || end.Sub(start) > time.Hour || end.Sub(start) < 30*time.Second || r.URL.Query().Get("format") != "JSON" {
			http.Error(w, "The requested interval is malformed", http.StatusBadRequest)
			return
		}
		window := traffic.Window{Bytes: 40_000, Odd: 32, End: end}
		switch time.Until(end).Abs().Round(time.Hour) / time.Hour {
		case 2:
			answer(w, 200, object{"queryEndTime": end, "messagesDelivered": []any{}, "messagesBlocked": []any{}, "clicksPermitted": []any{}, "clicksBlocked": []any{}})
			return
		case 1:
			if !limited.Swap(true) {
				w.Header().Set("Retry-After", "1")
				http.Error(w, "The limit on the number of queries has been reached", http.StatusTooManyRequests)
				return
			}
		case 0:
			window = traffic.Window{Bytes: size, End: end}
		}
		w.Header().Set("Content-Type", "text/plain") // as the service does now and then
		_, _ = window.WriteTo(w)
	})
	mux.HandleFunc("GET /tap/v2/campaign/ids", func(w http.ResponseWriter, r *http.Request) {
		page, _ := strconv.Atoi(r.URL.Query().Get("page"))
		var list []object
		for i := range map[int]int{0: 100, 1: 100, 2: 50}[page] {
			list = append(list, object{"id": fmt.Sprintf("campaign-%d-%d", page, i), "lastUpdatedAt": time.Now().UTC()})
		}
		if list == nil {
			w.WriteHeader(http.StatusNotFound) // nothing in this window, or past the last page
			return
		}
		answer(w, 200, object{"campaigns": list})
	})
	mux.HandleFunc("GET /tap/v2/campaign/{id}", func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasPrefix(r.PathValue("id"), "campaign-") {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		answer(w, 200, object{"id": r.PathValue("id"), "name": "Example lures", "notable": true, "families": []object{{"id": "f1", "name": "ExampleKit"}}})
	})
	mux.HandleFunc("GET /tap/v2/people/vap", func(w http.ResponseWriter, r *http.Request) {
		page, _ := strconv.Atoi(r.URL.Query().Get("page"))
		list := []object{}
		for i := range map[int]int{0: 1000, 2: 1000}[page] {
			list = append(list, object{"identity": object{"guid": fmt.Sprint("person-", page, "-", i), "emails": []string{"person@example.com"}, "vip": i%10 == 0},
				"threatStatistics": object{"attackIndex": 1000 - i, "families": []object{{"name": "malspam", "score": 7}}}})
		}
		answer(w, 200, object{"users": list, "totalVapUsers": 2000, "averageAttackIndex": 604.5, "interval": "2026-01-01T00:00:00Z/2026-01-31T00:00:00Z"})
	})
	mux.HandleFunc("POST /tap/v2/url/decode", func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		if !strings.Contains(string(b), `"urls"`) {
			http.Error(w, "", http.StatusBadRequest)
			return
		}
		answer(w, 200, object{"urls": []object{{"encodedUrl": "https://urldefense.example.com/v3/__http://example.com/__;!!a!b$", "decodedUrl": "http://example.com/", "success": true},
			{"encodedUrl": "nonsense", "success": false, "error": "not a rewritten URL"}}})
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if user, password, ok := r.BasicAuth(); !ok || user != tapPrincipal || password != tapSecret {
			http.Error(w, "Error : Service Id / Credentials authentication failed", http.StatusUnauthorized)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

func tapVisit(ctx context.Context, v *visit) error {
	stranger, err := tap.New(auth.Basic(tapPrincipal, "wrong"), v.options()...)
	if err != nil {
		return err
	}
	_, err = stranger.GetCampaign(ctx, "campaign-0-0")
	v.want(errors.Is(err, client.ErrUnauthorized), "wrong credentials: %v", err)

	c, err := tap.New(auth.Basic(tapPrincipal, tapSecret), v.options(client.Lag(time.Minute))...)
	if err != nil {
		return err
	}
	now := time.Now().Add(-2 * time.Minute).UTC().Truncate(time.Minute)
	v.step("SIEM events of the last four hours, hour by hour")
	windows := 0
	var checkpoint time.Time
	for w := range c.ListSIEMAll(ctx, now.Add(-4*time.Hour), now, nil) {
		v.step("  %s to %s", w.From.Format("15:04:05"), w.To.Format("15:04:05"))
		for ev, err := range w.Events() {
			if err != nil {
				return err
			}
			v.item()
			v.want(ev.MessagesDelivered != nil || ev.MessagesBlocked != nil || ev.ClicksPermitted != nil || ev.ClicksBlocked != nil, "an event of no kind")
		}
		v.want(w.QueryEnd().Equal(w.To), "the window ends %s, the server says %s", w.To, w.QueryEnd())
		windows++
		checkpoint = w.Checkpoint()
	}
	v.want(windows == 4 && checkpoint.Equal(now), "%d windows up to %s", windows, checkpoint)
	v.want(v.retries == 1, "%d retries", v.retries)
	v.want(v.odd > 0, "the odd records were not reported")

	v.step("campaigns of the last day, in pages")
	ids := 0
	for w := range c.ListCampaignIDs(ctx, now.Add(-24*time.Hour), now, nil) {
		for _, err := range w.Events() {
			if err != nil {
				return err
			}
			v.item()
			ids++
		}
	}
	v.want(ids == 150, "%d campaigns", ids)
	campaign, err := c.GetCampaign(ctx, "campaign-0-0")
	v.want(err == nil && campaign.Name == "Example lures", "campaign: %v %v", campaign.Name, err)
	_, err = c.GetCampaign(ctx, "unknown")
	v.want(errors.Is(err, client.ErrNotFound), "an unknown campaign: %v", err)

	v.step("very attacked people of 30 days, in pages")
	people := 0
	for _, err := range c.ListVeryAttackedPeople(ctx, &tap.ListVeryAttackedPeopleParams{Window: 30}) {
		if err != nil {
			return err
		}
		v.item()
		people++
	}
	v.want(people == 2000, "%d people", people)

	decoded, err := c.DecodeURLs(ctx, tap.URLDecodeInput{URLs: []string{"https://urldefense.example.com/v3/__http://example.com/__;!!a!b$", "nonsense"}})
	v.want(err == nil && len(decoded.URLs) == 2 && decoded.URLs[0].DecodedURL == "http://example.com/", "decoded: %v", err)
	return nil
}
