package chaos_test

import (
	"context"
	"fmt"
	"iter"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/conformance/testdata/synthetic"
	"github.com/threatclients/threatclients-go/gen/tap"
	"github.com/threatclients/threatclients-go/gen/threatconnectv3"
	"github.com/threatclients/threatclients-go/gen/threatstackv2"
)

// noon is the clock of the clients.
var noon = time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)

// style is one way of paging: how its service makes a page, and how a client reads the list
// as numbers. A twist that the style does not know is none.
type style struct {
	name string
	page func(s *service, q url.Values, twist string) (body string, twisted bool)
	list func(ctx context.Context, sign auth.Editor, size int64, options ...client.Option) iter.Seq2[int, error]
}

// styles go through the synthetic client, which has one list of each style, and through some
// real ones.
var styles = []style{
	{"cursor", cursor, synthetically(func(ctx context.Context, c *synthetic.Client, n *int64) iter.Seq2[int, error] {
		return numbers(c.ListAlerts(ctx, nil), func(a synthetic.Alert) string { return a.ID })
	})},
	{"offset and total", offsetTotal, synthetically(func(ctx context.Context, c *synthetic.Client, n *int64) iter.Seq2[int, error] {
		return numbers(c.ListOwners(ctx, &synthetic.ListOwnersParams{ResultLimit: n}), func(o synthetic.Owner) string { return o.Name })
	})},
	{"offset and next", offsetNext("host", `{"type":"host","hostName":"%d","n":%d}`), synthetically(func(ctx context.Context, c *synthetic.Client, n *int64) iter.Seq2[int, error] {
		return numbers(c.ListObjects(ctx, &synthetic.ListObjectsParams{ResultLimit: n}), func(o synthetic.Object) string {
			h, err := o.AsHost()
			if err != nil {
				return err.Error()
			}
			return h.HostName
		})
	})},
	{"page", pages("page", "count", 0, "%s"), synthetically(func(ctx context.Context, c *synthetic.Client, n *int64) iter.Seq2[int, error] {
		return numbers(c.ListAgents(ctx, &synthetic.ListAgentsParams{Count: n}), func(a synthetic.Tag) string { return a.Name })
	})},
	{"page in an object", pages("page", "size", 1, `{"campaigns":%s}`), windows(func(ctx context.Context, c *synthetic.Client, n *int64, to time.Time) iter.Seq[client.Window[synthetic.Campaign]] {
		return c.ListCampaignIDs(ctx, noon.Add(-5*time.Hour), to, &synthetic.ListCampaignIDsParams{Size: n})
	}, func(v synthetic.Campaign) string { return v.ID })},
	{"single", func(s *service, _ url.Values, _ string) (string, bool) {
		return `{"indicator":` + s.elements(0, s.total, `{"name":"%d","uses":%d}`) + `}`, false
	}, synthetically(func(ctx context.Context, c *synthetic.Client, _ *int64) iter.Seq2[int, error] {
		return numbers(c.ListBulk(ctx), func(v synthetic.Tag) string { return v.Name })
	})},
	{"window", siem, windows(func(ctx context.Context, c *synthetic.Client, _ *int64, to time.Time) iter.Seq[client.Window[synthetic.SIEMEvent]] {
		return c.ListSIEMAll(ctx, noon.Add(-5*time.Hour), to, nil)
	}, func(v synthetic.SIEMEvent) string {
		if v.ClicksPermitted == nil {
			return "no click"
		}
		return v.ClicksPermitted.GUID
	})},
	{"tap people", pages("page", "size", 1, `{"totalVapUsers":9,"users":%s}`), func(ctx context.Context, sign auth.Editor, n int64, options ...client.Option) iter.Seq2[int, error] {
		c, err := tap.New(sign, options...)
		if err != nil {
			return failed(err)
		}
		return closing(c.Close, numbers(c.ListVeryAttackedPeople(ctx, &tap.ListVeryAttackedPeopleParams{Window: 14, Size: &n}), func(p tap.VeryAttackedPerson) string {
			return p.Identity.GUID
		}))
	}},
	{"threatstackv2 alerts", cursor, func(ctx context.Context, sign auth.Editor, _ int64, options ...client.Option) iter.Seq2[int, error] {
		c, err := threatstackv2.New(sign, options...)
		if err != nil {
			return failed(err)
		}
		return closing(c.Close, numbers(c.ListAlerts(ctx, &threatstackv2.ListAlertsParams{Status: "active"}), func(a threatstackv2.Alert) string { return a.ID }))
	}},
	{"threatconnectv3 victims", offsetNext("victim", `{"id":%d,"name":"%d"}`), func(ctx context.Context, sign auth.Editor, n int64, options ...client.Option) iter.Seq2[int, error] {
		c, err := threatconnectv3.New(sign, options...)
		if err != nil {
			return failed(err)
		}
		return closing(c.Close, numbers(c.ListVictims(ctx, &threatconnectv3.ListVictimsParams{ResultLimit: &n}), func(v threatconnectv3.Victim) string { return v.Name }))
	}},
}

func synthetically(list func(context.Context, *synthetic.Client, *int64) iter.Seq2[int, error]) func(context.Context, auth.Editor, int64, ...client.Option) iter.Seq2[int, error] {
	return func(ctx context.Context, sign auth.Editor, size int64, options ...client.Option) iter.Seq2[int, error] {
		c, err := synthetic.New(sign, options...)
		if err != nil {
			return failed(err)
		}
		return closing(c.Close, list(ctx, c, &size))
	}
}

// windows reads a list over time window by window.
func windows[T any](list func(context.Context, *synthetic.Client, *int64, time.Time) iter.Seq[client.Window[T]], id func(T) string) func(context.Context, auth.Editor, int64, ...client.Option) iter.Seq2[int, error] {
	return synthetically(func(ctx context.Context, c *synthetic.Client, size *int64) iter.Seq2[int, error] {
		return func(yield func(int, error) bool) {
			for w := range list(ctx, c, size, noon.Add(-time.Minute)) {
				for n, err := range numbers(w.Events(), id) {
					if !yield(n, err) || err != nil {
						return
					}
				}
			}
		}
	})
}

func failed(err error) iter.Seq2[int, error] {
	return func(yield func(int, error) bool) { yield(0, err) }
}

func closing(end func(), list iter.Seq2[int, error]) iter.Seq2[int, error] {
	return func(yield func(int, error) bool) {
		defer end()
		list(yield)
	}
}

func numbers[T any](list iter.Seq2[T, error], id func(T) string) iter.Seq2[int, error] {
	return func(yield func(int, error) bool) {
		for v, err := range list {
			n := -1
			if err == nil {
				if m, bad := strconv.Atoi(id(v)); bad == nil {
					n = m
				}
			}
			if !yield(n, err) {
				return
			}
		}
	}
}

func cursor(s *service, q url.Values, twist string) (string, bool) {
	at := number(q, "token", 0)
	next := strconv.Quote(strconv.Itoa(at + s.size))
	if at+s.size >= s.total {
		next = "null"
	} else if twist == "cursor of another type" {
		return fmt.Sprintf(`{"alerts":%s,"token":{"id":%s}}`, s.elements(at, at+s.size, `{"id":"%d","severity":%d}`), next), true
	}
	if twist == "page before" && s.before != "" {
		return s.before, true
	}
	return fmt.Sprintf(`{"alerts":%s,"token":%s}`, s.elements(at, at+s.size, `{"id":"%d","severity":%d}`), next), false
}

func offsetTotal(s *service, q url.Values, twist string) (string, bool) {
	at, size, total := number(q, "resultStart", 0), number(q, "resultLimit", s.size), s.total
	switch {
	case twist == "offset ignored" && at > 0:
		at = 0
	case twist == "smaller total" && at > 0 && total > 0:
		total = 0
	case twist == "empty page in between" && at < s.total:
		return fmt.Sprintf(`{"status":"Success","data":{"resultCount":%d,"owner":[]}}`, total), true
	case twist == "page before" && s.before != "":
		return s.before, true
	default:
		twist = ""
	}
	return fmt.Sprintf(`{"status":"Success","data":{"resultCount":%d,"owner":%s}}`, total, s.elements(at, at+size, `{"name":"%d","id":%d}`)), twist != ""
}

func offsetNext(kind, format string) func(*service, url.Values, string) (string, bool) {
	return func(s *service, q url.Values, twist string) (string, bool) {
		at, size := number(q, "resultStart", 0), number(q, "resultLimit", s.size)
		next := "null"
		if at+size < s.total {
			next = fmt.Sprintf(`"https://api.example.com/%s?resultStart=%d"`, kind, at+size)
		}
		switch {
		case twist == "offset ignored" && at > 0:
			at = 0
		case twist == "cursor of another type" && next != "null":
			next = `{"href":` + next + `}`
		case twist == "empty page in between" && next != "null":
			return `{"status":"Success","data":[],"next":` + next + `}`, true
		case twist == "page before" && s.before != "":
			return s.before, true
		default:
			twist = ""
		}
		return fmt.Sprintf(`{"status":"Success","data":%s,"next":%s}`, s.elements(at, at+size, format), next), twist != ""
	}
}

// pages is a list by page numbers, which ends with an empty page.
func pages(param, limit string, first int, around string) func(*service, url.Values, string) (string, bool) {
	return func(s *service, q url.Values, twist string) (string, bool) {
		n, size := number(q, param, first)-first, number(q, limit, s.size)
		switch {
		case twist == "offset ignored" && n > 0:
			n = 0
		case twist == "page before" && s.before != "":
			return s.before, true
		default:
			twist = ""
		}
		format := `{"name":"%d","uses":%d}`
		if strings.Contains(around, "campaigns") {
			format = `{"id":"%d","n":%d}`
		} else if strings.Contains(around, "users") {
			format = `{"identity":{"guid":"%d"},"threatStatistics":{"attackIndex":%d}}`
		}
		return fmt.Sprintf(around, s.elements(n*size, (n+1)*size, format)), twist != ""
	}
}

// siem spreads the elements over the five hours before noon, evenly.
func siem(s *service, q url.Values, twist string) (string, bool) {
	from, to, _ := strings.Cut(q.Get("interval"), "/")
	a, err := time.Parse(time.RFC3339, from)
	b, err2 := time.Parse(time.RFC3339, to)
	if err != nil || err2 != nil {
		return `{"message":"no interval"}`, false
	}
	switch {
	case twist == "end moved back" && b.Sub(a) > 2*time.Minute:
		b = a.Add(b.Sub(a) / 2).Truncate(time.Second)
	case twist == "end of another window":
		return fmt.Sprintf(`{"queryEndTime":%q,"clicksPermitted":[],"messagesDelivered":[]}`, b.Add(time.Hour).Format(time.RFC3339)), true
	default:
		twist = ""
	}
	// Element i lies at start + i/total of the time; the borders are exact in whole seconds.
	span := noon.Add(-time.Minute).Sub(noon.Add(-5 * time.Hour))
	index := func(t time.Time) int {
		d := int64(t.Sub(noon.Add(-5 * time.Hour)))
		return int((d*int64(s.total) + int64(span) - 1) / int64(span))
	}
	return fmt.Sprintf(`{"queryEndTime":%q,"clicksPermitted":%s,"messagesDelivered":[]}`, b.Format(time.RFC3339),
		s.elements(index(a), index(b), `{"GUID":"%d","n":%d}`)), twist != ""
}
