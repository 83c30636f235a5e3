// Package hostile_test answers every operation of every API with what does not come from its
// service, and wants an error.
package hostile_test

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/conformance/apis"
	"github.com/threatclients/threatclients-go/conformance/check"
	"github.com/threatclients/threatclients-go/conformance/exchange"
	"github.com/threatclients/threatclients-go/engine"
	"github.com/threatclients/threatclients-go/specs"
)

var (
	statuses = []int{200, 201, 202, 203, 204, 206, 207, 226, 302, 304, 400, 404, 429, 500, 503}
	types    = []string{"application/json", "", "text/plain; charset=utf-8", "text/html", "application/octet-stream", "application/xml", "bad/;;"}
)

// share is the part of the cases, in percent, that runs without FULL=1, beside all under 200 and
// the type of JSON.
const share = 3

// tally counts cases and gathers what is to be looked at.
type tally struct {
	cases, later, refused int
	silent                map[string]int  // no error, nothing decoded, and no reason for it
	passed                map[string]bool // no error: API, operation and a reason that is listed
}

// No reply that does not come from the service passes for its answer.
func TestNothingForeignIsAnAnswer(t *testing.T) {
	full := os.Getenv("FULL") != ""
	sum := tally{silent: map[string]int{}, passed: map[string]bool{}}
	all := apis.All()
	require.Len(t, all, len(specs.Names()), "one API for each document")
	for _, name := range specs.Names() {
		spec, err := check.LoadSpec(specs.FS(), name)
		require.NoError(t, err)
		list, err := exchange.Load(os.DirFS("../fixtures"), name)
		require.NoError(t, err)
		for _, op := range all[name].Operations() {
			sum.operation(t, all[name], spec, op, list, full)
		}
	}
	t.Logf("hostile: %d cases, %d of them on a later page, %d refused, %d times no error and nothing decoded", sum.cases, sum.later, sum.refused, len(sum.silent))
	assert.Empty(t, sum.silent, "no error and nothing decoded, by method and body")
	assert.Greater(t, sum.refused, sum.cases*3/4, "cases that are refused")
	holdPasses(t, sum.passed, full)
}

// operation answers every method of op with every case, or a part of them.
func (sum *tally) operation(t *testing.T, api apis.API, spec *check.Spec, op *engine.Operation, list []*exchange.Exchange, full bool) {
	found, later := 0, 0
	for _, e := range candidates(spec, op, list) {
		server := &answers{}
		var invocations []check.Invocation
		c, err := api.New(func(context.Context, *http.Request) error { return nil },
			client.Transport(server), client.Attempts(1), client.Clock(server.now), client.OnMismatch(func(client.Mismatch) {}))
		require.NoError(t, err)
		invocations, err = spec.Invocations(c, op, e)
		require.NoError(t, err, op.ID)
		if len(invocations) == 0 {
			continue
		}
		server.clock = invocations[0].Clock
		s := shape{op: op, none: documentSaysNone(spec, op), own: e.Wire(), first: withMore(op, e)}
		for _, i := range invocations {
			sent, paged := sum.method(t, spec.Name, s, i, server, full)
			found, later = found+sent, later+paged
		}
		if found > 0 {
			break
		}
	}
	assert.Positive(t, found, "%s %s: methods that sent a request", spec.Name, op.ID)
	if op.Paging != nil && full && op.Paging.Style != "single" && (op.Paging.Style != "window" || op.Paging.Pages != nil) {
		assert.Positive(t, later, "%s %s: cases on a later page", spec.Name, op.ID)
	}
}

// candidates are the fixtures of op that show success, those with a body first.
func candidates(spec *check.Spec, op *engine.Operation, list []*exchange.Exchange) (own []*exchange.Exchange) {
	for _, e := range list {
		if e.Fragment() || e.Status/100 != 2 {
			continue
		}
		if found, _, err := spec.Find(e.Method, e.Path); err == nil && found.ID == op.ID {
			own = append(own, e)
		}
	}
	slices.SortStableFunc(own, func(a, b *exchange.Exchange) int {
		return cmp.Or(cmp.Compare(b2i(b.HasBody()), b2i(a.HasBody())), cmp.Compare(len(a.File), len(b.File)))
	})
	return own
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// documentSaysNone reports x-answer: none of a reply of op.
func documentSaysNone(spec *check.Spec, op *engine.Operation) bool {
	for status, res := range spec.Operation(op.ID).Route.Operation.Responses.Map() {
		if !strings.HasPrefix(status, "2") {
			continue
		}
		for _, media := range res.Value.Content {
			if media.Schema != nil && media.Schema.Value.Extensions["x-answer"] == "none" {
				return true
			}
		}
	}
	return false
}

// method answers one method with every case. sent is 1 if it sent anything.
func (sum *tally) method(t *testing.T, api string, s shape, i check.Invocation, server *answers, full bool) (sent, paged int) {
	rnd := rand.New(rand.NewPCG(1, hash(api+i.Name)))
	for _, later := range []bool{false, true} {
		if later && (s.first == nil || strings.HasSuffix(i.Name, "Page") || s.op.Paging == nil) {
			continue
		}
		for _, b := range bodiesOf(s.op, s.own) {
			for _, status := range statuses {
				for _, ct := range types {
					plain := status == http.StatusOK && ct == types[0]
					if !full && !plain && rnd.IntN(100) >= share && !(sent == 0 || later && paged == 0) {
						continue
					}
					server.next(later, s.first, status, ct, b.text)
					o, err := invoke(i, func() bool { return !later || server.asked > 1 })
					if !assert.NoError(t, err, "%s %s: %d %q %s", api, i.Name, status, ct, b.name) {
						return sent, paged
					}
					var refused *client.RequestError
					if errors.As(o.err, &refused) && server.asked == 0 {
						return sent, paged // not with these arguments
					}
					sent = 1
					if later && server.asked < 2 {
						continue
					}
					sum.cases++
					if later {
						sum.later, paged = sum.later+1, paged+1
					}
					if o.err != nil {
						sum.refused++
						continue
					}
					assert.LessOrEqual(t, server.asked, 3, "%s %s: %d %q %s: requests", api, i.Name, status, ct, b.name)
					reason := s.reason(o, b, status, later)
					if reason == "" {
						page := map[bool]string{true: " on a later page"}[later]
						sum.silent[fmt.Sprintf("%s %s: %d %q %s%s", api, i.Name, status, ct, b.name, page)]++
						continue
					}
					if slices.Contains(listed, reason) {
						sum.passed[api+" "+s.op.ID+" "+reason] = true
					}
				}
			}
		}
	}
	return sent, paged
}

func hash(s string) (h uint64) {
	for _, c := range s {
		h = h*31 + uint64(c)
	}
	return h
}

// answers is a transport that needs no connection: what a reply is taken for does not depend
// on how it came.
type answers struct {
	first      []byte // not nil: the reply to the first request
	status     int
	kind, text string
	asked      int
	clock      func() time.Time
}

func (a *answers) next(later bool, first []byte, status int, kind, text string) {
	a.first, a.status, a.kind, a.text, a.asked = nil, status, kind, text, 0
	if later {
		a.first = first
	}
}

func (a *answers) now() time.Time { return a.clock() }

// RoundTrip answers as net/http would: a 204 and a 304 have no body.
func (a *answers) RoundTrip(r *http.Request) (*http.Response, error) {
	if a.asked++; a.asked > 20 {
		return nil, &url.Error{Op: r.Method, Err: errors.New("asked without end")}
	}
	if r.Body != nil {
		_, _ = io.Copy(io.Discard, r.Body)
		_ = r.Body.Close()
	}
	status, kind, text := a.status, a.kind, []byte(a.text)
	if a.asked == 1 && a.first != nil {
		status, kind, text = 200, "application/json", a.first
	}
	if status == http.StatusNoContent || status == http.StatusNotModified || r.Method == http.MethodHead {
		text = nil
	}
	h := http.Header{}
	if kind != "" {
		h.Set("Content-Type", kind)
	}
	return &http.Response{StatusCode: status, Status: http.StatusText(status), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: h,
		Body: io.NopCloser(bytes.NewReader(text)), ContentLength: int64(len(text)), Request: r}, nil
}
