package engine

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
)

// ruleTable runs queries against rules at noon: want is "" or what the error must say.
func ruleTable(t *testing.T, table []ruleCase) {
	t.Helper()
	for _, c := range table {
		q, err := url.ParseQuery(c.query)
		require.NoError(t, err, "%q is a query", c.query)
		refusal := c.rule.check(q, noon)
		if c.want == "" {
			assert.Nil(t, refusal, "%#v passes %q", c.rule, c.query)
		} else if assert.NotNil(t, refusal, "%#v refuses %q", c.rule, c.query) {
			assert.ErrorContains(t, refusal, c.want, "%#v refuses %q", c.rule, c.query)
			assert.False(t, refusal.Unsafe, "%#v: a wrong value is not an unsafe request", c.rule)
		}
	}
}

type ruleCase struct {
	rule  Rule
	query string
	want  string
}

func TestRules(t *testing.T) {
	either := Exclusive{Of: []string{"interval", "since"}}
	one := Exclusive{Of: []string{"threat", "campaign"}, Required: true}
	closed := OneOf{"window", []string{"14", "30", "90"}}
	name := Length{"name", 2, 4}
	ruleTable(t, []ruleCase{
		{Required{"id"}, "id=1", ""},
		{Required{"id"}, "", "parameter id is required"},
		{Required{"id"}, "id=", "parameter id is required"},

		{either, "", ""},
		{either, "since=1", ""},
		{either, "since=1&interval=2", "interval, since exclude each other"},
		{either, "since=&interval=", "exclude each other"}, // sent is sent, also when empty
		{one, "campaign=1", ""},
		{one, "", "one of the parameters threat, campaign is required"},
		{one, "threat=1&campaign=1", "exclude each other"},

		{Requires{"end", "start"}, "", ""},
		{Requires{"end", "start"}, "start=1", ""},
		{Requires{"end", "start"}, "start=1&end=2", ""},
		{Requires{"end", "start"}, "end=2", "parameter end needs parameter start"},

		{Minimum{"size", 1}, "", ""},
		{Minimum{"size", 1}, "size=1", ""},
		{Minimum{"size", 1}, "size=0", "parameter size is below 1"},
		{Minimum{"score", 0.5}, "score=0.49", "is below 0.5"},
		{Minimum{"score", 0.25}, "score=0.2", "is below 0.25"},
		{Minimum{"size", 1}, "size=many", ""}, // no number: the server will say
		{Maximum{"size", 200}, "", ""},
		{Maximum{"size", 200}, "size=200", ""},
		{Maximum{"size", 200}, "size=201", "parameter size is over 200"},
		{Maximum{"size", 1e6}, "size=1000001", "is over 1000000"},
		{Maximum{"score", 0.5}, "score=0.51", "is over 0.5"},
		{Maximum{"size", 200}, "size=many", ""},

		{name, "", ""},
		{name, "name=ab", ""},
		{name, "name=%C3%A4%C3%B6%C3%BC%C3%9F", ""}, // four characters, eight bytes
		{name, "name=a", "parameter name is shorter or longer"},
		{name, "name=abcde", "parameter name is shorter or longer"},
		{name, "name=ab&name=abcde", "parameter name is shorter or longer"},
		{name, "name=", "parameter name is shorter or longer"},
		{Length{"name", 1, 0}, "name=" + strings.Repeat("x", 9999), ""},

		{closed, "", ""},
		{closed, "window=30", ""},
		{closed, "window=14,90", ""},
		{closed, "window=31", "parameter window takes only 14, 30, 90"},
		{closed, "window=14,31", "takes only"},
		{closed, "window=14&window=31", "takes only"},
		{closed, "window=", "takes only"},

		{FilterRequired{"tql"}, "tql=id+%3D+1", ""},
		{FilterRequired{"tql"}, "", "touches everything"},
		{FilterRequired{"tql"}, "tql=", "touches everything"},
		{FilterRequired{"tql"}, "tql=+", "touches everything"}, // white space filters nothing
	})
}

// A refused request names its operation and the parameter, never a value: that may be an
// identifier, and errors are logged.
func TestRefusalNamesNoValue(t *testing.T) {
	op := &Operation{ID: "listThings", Method: "GET", Path: "/things", Rules: []Rule{
		Maximum{"size", 10}, Length{"name", 0, 3}, OneOf{"kind", []string{"a"}}, Age{"since", "", "P1D"}, Interval{Param: "interval", Max: "PT1H"},
	}}
	for _, query := range []string{"size=12345", "name=12345", "kind=12345", "since=12345", "interval=12345"} {
		f := newFake(t, []answer{says(200, `{}`)})
		_, err := f.Send(t.Context(), request(op, query), nil)
		param, _, _ := strings.Cut(query, "=")
		require.Error(t, err, query)
		assert.NotContains(t, err.Error(), "12345", "%s: the error shows the value", query)
		assert.Regexp(t, "^listThings: parameter "+param+" ", err.Error(), "the error names operation and parameter")
		assert.Empty(t, f.sent, "%s is not sent", query)
	}
}

// Without a filter a bulk delete would delete everything, unless the caller says so. That
// allows what is absent, and nothing else.
func TestUnfiltered(t *testing.T) {
	op := &Operation{ID: "deleteThings", Method: "DELETE", Path: "/things", Rules: []Rule{FilterRequired{"tql"}, Maximum{"size", 10}}}
	for _, c := range []struct {
		query    string
		allowed  bool
		wantSent int
	}{
		{"", false, 0},
		{"", true, 1},
		{"tql=", true, 0}, // a filter that came out empty is a mistake, not a wish
		{"tql=a", false, 1},
		{"size=11", true, 0},
	} {
		f := newFake(t, []answer{says(200, `{}`)})
		ctx := t.Context()
		if c.allowed {
			ctx = client.Unfiltered(ctx)
		}
		_, err := f.Send(ctx, request(op, c.query), nil)
		assert.Len(t, f.sent, c.wantSent, "requests for %q, allowed without a filter: %v: %v", c.query, c.allowed, err)
	}
}

// A required header may come from a parameter, an editor or the client; what is sent counts.
func TestRequiredHeader(t *testing.T) {
	op := &Operation{ID: "getThing", Method: "GET", Path: "/thing", Rules: []Rule{RequiredHeader{"X-tenant"}}}
	given := func(values ...string) *Request {
		r := NewRequest(op)
		for _, v := range values {
			r.Header("X-Tenant", v)
		}
		return r
	}
	edit := func(_ context.Context, r *http.Request) error { r.Header.Set("X-Tenant", "e"); return nil }
	option := client.Header("X-Tenant", "c")
	for name, c := range map[string]struct {
		request *Request
		editors []auth.Editor
		options []client.Option
		want    []string // what is sent, nil if nothing is
	}{
		"absent":               {given(), nil, nil, nil},
		"empty":                {given(""), nil, nil, nil},
		"blank":                {given(" "), nil, nil, nil},
		"parameter":            {given("p"), nil, nil, []string{"p"}},
		"editor":               {given(), []auth.Editor{edit}, nil, []string{"e"}},
		"client":               {given(), nil, []client.Option{option}, []string{"c"}},
		"empty before client":  {given(""), nil, []client.Option{option}, nil},
		"empty option":         {given(), nil, []client.Option{client.Header("X-Tenant", "")}, nil},
		"parameter and client": {given("p"), nil, []client.Option{option}, []string{"p"}},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFake(t, []answer{says(200, `{}`)}, c.options...)
			_, err := f.Send(t.Context(), c.request, c.editors)
			if c.want == nil {
				require.ErrorContains(t, err, "getThing: parameter X-tenant is required")
				assert.Empty(t, f.sent, "nothing is sent")
				return
			}
			require.NoError(t, err)
			assert.Equal(t, c.want, f.sent[0].Header.Values("X-Tenant"))
		})
	}
}
