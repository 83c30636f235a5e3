package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/gen/essentials"
)

const essentialsUser, essentialsPassword = "admin@example.com", "example-password"

func essentialsStop() stop {
	return stop{"essentials", "Proofpoint Essentials v1: X-User and X-Password, batches in which some fail, reports", essentialsServer, essentialsVisit}
}

func essentialsServer(int64) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /essentials/orgs/example.com/orgs", func(w http.ResponseWriter, _ *http.Request) {
		list := []object{}
		for i := range 250 {
			list = append(list, object{"primary_domain": fmt.Sprintf("customer%d.example.com", i), "name": fmt.Sprint("Customer ", i), "type": "organization", "is_active": i%7 > 0, "user_licenses": 25})
		}
		list[3]["user_licenses"] = "25" // a number as text
		answer(w, 200, object{"orgs": list})
	})
	mux.HandleFunc("POST /essentials/orgs/customer1.example.com/users", func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		if strings.Count(string(b), "primary_email") != 3 {
			answer(w, http.StatusUnprocessableEntity, object{"message": "three users were expected"})
			return
		}
		answer(w, http.StatusMultiStatus, object{"users": []object{{"uid": 1, "primary_email": "a@customer1.example.com"}, {"uid": 2, "primary_email": "b@customer1.example.com"}},
			"errors": []object{{"status": 409, "identifier": "c@customer1.example.com", "error_message": "The user exists"}}})
	})
	mux.HandleFunc("GET /essentials/reporting/customer1.example.com/monthly", func(w http.ResponseWriter, _ *http.Request) {
		slots := map[string]int{}
		for day := range 30 {
			slots[fmt.Sprint(time.Date(2026, 1, 1+day, 0, 0, 0, 0, time.UTC).Unix())] = 10
		}
		answer(w, 200, object{"period": "30d", "frequency": "24h", "inbound": object{"spam_total": 300, "spam": slots}})
	})
	mux.HandleFunc("GET /essentials/orgs/elsewhere.example.com", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusForbidden, object{"message": "The organization is not associated with the caller"})
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusNotFound, object{"message": "Not Found"})
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Header.Get("X-User") != essentialsUser || r.Header.Get("X-Password") != essentialsPassword:
			w.WriteHeader(http.StatusUnauthorized)
		case r.Header.Get("X-Terms-Update") != "true":
			http.Error(w, "old terms", http.StatusBadRequest)
		default:
			mux.ServeHTTP(w, r)
		}
	})
}

func essentialsVisit(ctx context.Context, v *visit) error {
	stranger, err := essentials.New(auth.UserPassword(essentialsUser, "wrong"), v.options()...)
	if err != nil {
		return err
	}
	_, err = stranger.GetMe(ctx)
	v.want(errors.Is(err, client.ErrUnauthorized), "wrong password: %v", err)

	c, err := essentials.New(auth.UserPassword(essentialsUser, essentialsPassword), v.options()...)
	if err != nil {
		return err
	}
	v.step("organizations of a partner")
	customers := 0
	for _, err := range c.ListChildOrgs(ctx, "example.com") {
		if err != nil {
			return err
		}
		customers++
		v.item()
	}
	v.want(customers == 250 && v.odd == 1, "%d organizations, %d odd members", customers, v.odd)

	v.step("three users at once, of which one fails")
	made, err := c.CreateUsers(ctx, "customer1.example.com", essentials.UserListInput{{PrimaryEmail: "a@customer1.example.com"}, {PrimaryEmail: "b@customer1.example.com"}, {PrimaryEmail: "c@customer1.example.com"}})
	var partial *client.PartialError
	v.want(errors.As(err, &partial) && len(partial.Failures) == 1 && partial.Failures[0].Identifier == "c@customer1.example.com" && partial.Failures[0].Status == "409", "batch: %v", err)
	v.want(made.JSON207 != nil && len(made.JSON207.Users) == 2, "what was made is lost")

	v.step("a report of 30 days")
	report, err := c.GetReport(ctx, "customer1.example.com", essentials.ReportPeriodMonthly)
	total := int64(0)
	for at, n := range report.Inbound.Spam {
		v.want(at.Time().Hour() == 0, "a slot at %s", at.Time())
		total += n
		v.item()
	}
	v.want(err == nil && total == 300 && *report.Inbound.SpamTotal == total, "report: %d, %v", total, err)

	_, err = c.GetOrg(ctx, "elsewhere.example.com")
	var refused *client.Error
	v.want(errors.As(err, &refused) && errors.Is(err, client.ErrForbidden) && strings.Contains(refused.Message, "not associated"), "a foreign organization: %v", err)
	_, err = c.GetOrg(ctx, "unknown.example.com")
	v.want(errors.Is(err, client.ErrNotFound), "an unknown organization: %v", err)
	return nil
}
