package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/gen/threatstackv1"
	"github.com/threatclients/threatclients-go/gen/threatstackv2"
)

const (
	threatStackKey = "example-api-key"
	hawkUser       = "00000000000000000000a001"
	hawkKey        = "example-hawk-key"
	hawkOrg        = "00000000000000000000c001"
)

func threatStackV1Stop() stop {
	return stop{"threatstackv1", "Threat Stack v1 (historical): bare API key, pages until an empty one", threatStackV1Server, threatStackV1Visit}
}

func threatStackV1Server(int64) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /threatstackv1/agents", func(w http.ResponseWriter, r *http.Request) {
		page, err := strconv.Atoi(r.URL.Query().Get("page"))
		count, err2 := strconv.Atoi(r.URL.Query().Get("count"))
		if err != nil || err2 != nil {
			answer(w, http.StatusBadRequest, object{"status": "error", "message": "page and count are expected"})
			return
		}
		list := []object{}
		for i := range count {
			if n := page*count + i; n < 200 {
				list = append(list, object{"id": fmt.Sprintf("%024x", n), "hostname": fmt.Sprintf("host%d.example.com", n), "online": n%3 > 0})
			}
		}
		answer(w, 200, list)
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusNotFound, object{"status": "error", "message": "Not found"})
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != threatStackKey {
			answer(w, http.StatusUnauthorized, object{"status": "error", "message": "The key is unknown"})
			return
		}
		mux.ServeHTTP(w, r)
	})
}

func threatStackV1Visit(ctx context.Context, v *visit) error {
	c, err := threatstackv1.New(auth.APIKey(threatStackKey, hawkOrg), v.options()...)
	if err != nil {
		return err
	}
	v.step("agents, page after page, also when the last page is full")
	n := 0
	for a, err := range c.ListAgents(ctx, &threatstackv1.ListAgentsParams{Count: ptr(int64(50))}) {
		if err != nil {
			return err
		}
		v.want(a.Hostname == fmt.Sprintf("host%d.example.com", n), "agent %d is %s", n, a.Hostname)
		v.item()
		n++
	}
	v.want(n == 200 && v.calls == 5, "%d agents in %d calls", n, v.calls)
	_, err = c.GetAgent(ctx, "unknown", nil)
	v.want(errors.Is(err, client.ErrNotFound), "an unknown agent: %v", err)
	return nil
}

func threatStackV2Stop() stop {
	return stop{"threatstackv2", "Threat Stack v2 (historical): Hawk with the organization as ext, pages by token, typed rules", threatStackV2Server, threatStackV2Visit}
}

func threatStackV2Server(int64) http.Handler {
	mux := http.NewServeMux()
	var limited atomic.Bool
	mux.HandleFunc("GET /threatstackv2/v2/alerts", func(w http.ResponseWriter, r *http.Request) {
		page, _ := strconv.Atoi(r.URL.Query().Get("token"))
		if r.URL.Query().Get("status") != "active" {
			answer(w, http.StatusBadRequest, object{"errors": []string{"status is missing"}})
			return
		}
		if page == 2 && !limited.Swap(true) {
			w.Header().Set("Retry-After", "1")
			http.Error(w, "slow down", http.StatusTooManyRequests)
			return
		}
		list := []object{}
		for i := range 100 {
			list = append(list, object{"id": fmt.Sprintf("alert-%d-%d", page, i), "title": "Example alert", "severity": i%3 + 1, "isDismissed": false, "createdAt": "2026-01-15T10:00:00.000Z"})
		}
		list[7]["severity"] = "2" // a number as text
		reply := object{"alerts": list, "token": nil}
		if page < 4 {
			reply["token"] = strconv.Itoa(page + 1)
		}
		answer(w, 200, reply)
	})
	mux.HandleFunc("GET /threatstackv2/v2/rulesets/{id}/rules", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, 200, object{"rules": []object{{"id": "rule-1", "type": "Host", "name": "Shells", "filter": `command = "sh"`}, {"id": "rule-2", "type": "Quantum", "entangled": true}}})
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusNotFound, object{"errors": []string{"Not found"}})
	})
	var used sync.Map
	seen := func(_, nonce string, _ time.Time) bool { _, was := used.LoadOrStore(nonce, true); return was }
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got, err := auth.VerifyHawk(r, func(id string) (auth.Secret, bool) { return auth.NewSecret(hawkKey), id == hawkUser }, auth.Seen(seen))
		if err != nil || got.Ext != hawkOrg {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

func threatStackV2Visit(ctx context.Context, v *visit) error {
	stranger, err := threatstackv2.New(auth.Hawk(hawkUser, "wrong", hawkOrg), v.options()...)
	if err != nil {
		return err
	}
	_, err = stranger.GetAgent(ctx, "agent-1")
	v.want(errors.Is(err, client.ErrUnauthorized), "wrong key: %v", err)

	c, err := threatstackv2.New(auth.Hawk(hawkUser, hawkKey, hawkOrg), v.options()...)
	if err != nil {
		return err
	}
	v.step("alerts, by token, with the filter repeated and a limit in between")
	n := 0
	for a, err := range c.ListAlerts(ctx, &threatstackv2.ListAlertsParams{Status: "active"}) {
		if err != nil {
			return err
		}
		v.want(a.Severity != nil && *a.Severity > 0, "an alert without severity")
		v.item()
		n++
	}
	v.want(n == 500 && v.retries == 1 && v.odd == 5, "%d alerts, %d retries, %d odd members", n, v.retries, v.odd)

	v.step("rules of every kind, an unknown one among them")
	kinds := ""
	for r, err := range c.ListRules(ctx, "ruleset-1", nil) {
		if err != nil {
			return err
		}
		kind, err := r.Discriminator()
		v.want(err == nil, "a rule without its kind: %v", err)
		kinds += kind + " "
		v.item()
	}
	v.want(kinds == "Host Quantum ", "rules %s", kinds)
	_, err = c.GetAgent(ctx, "unknown")
	v.want(errors.Is(err, client.ErrNotFound), "an unknown agent: %v", err)
	return nil
}
