package check

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/conformance/apis"
	"github.com/threatclients/threatclients-go/conformance/exchange"
	"github.com/threatclients/threatclients-go/engine"
)

// signature is the header that the runner's signer sets.
const signature = "X-Runner-Signature"

// RoundTrip is the [Func] that sends an exchange through the generated client of its API: it
// calls the methods that the operation has, over real HTTP, and wants the request to be
// that of the exchange, and the answer to come back without a loss. What the document
// says of the exchange is not looked at again.
func RoundTrip(how Strictness) Func {
	return func(spec *Spec, e *exchange.Exchange) error {
		api, ok := apis.All()[spec.Name]
		if !ok {
			return fmt.Errorf("no client for %s: %w", spec.Name, ErrSkip)
		}
		return send(api, spec, e, how)
	}
}

// run is one exchange on its way through a client.
type run struct {
	*exchange.Exchange
	how     Strictness
	op      *engine.Operation
	values  map[string]string // path parameters
	items   []string          // dotted names of the arrays of a list
	base    string
	asked   int
	wrong   []error // what was wrong with the requests that arrived
	may     changes
	serving *httptest.Server
}

// send sends e through the client of a.
func send(a apis.API, spec *Spec, e *exchange.Exchange, how Strictness) error {
	found, values, err := spec.Find(e.Method, e.Path)
	if err != nil {
		return err
	}
	ops := a.Operations()
	i := slices.IndexFunc(ops, func(o *engine.Operation) bool { return o.ID == found.ID })
	if i < 0 {
		return fmt.Errorf("the client has no operation %s", found.ID)
	}
	r := &run{Exchange: e, how: how, op: ops[i], values: values, items: itemNames(found), base: "/base",
		may: changes{odd: map[string]bool{}, aliases: spec.aliases}}
	r.serving = httptest.NewServer(http.HandlerFunc(r.answer))
	defer r.serving.Close()
	c, err := a.New(func(_ context.Context, req *http.Request) error {
		req.Header.Set(signature, req.URL.RequestURI())
		return nil
	}, client.Server(r.serving.URL+r.base), client.AllowHTTP(), client.Attempts(1), client.Clock(r.clock), client.Lag(0),
		client.OnMismatch(func(m client.Mismatch) { r.may.odd[m.Pointer] = true }))
	if err != nil {
		return err
	}
	return r.through(reflect.ValueOf(c))
}

// through calls every method of the operation: of a list the page and the iterator, of an
// operation with several media types the one that the exchange has.
func (r *run) through(c reflect.Value) error {
	names := []string{r.op.ID, r.op.ID + "Page"}
	if m := r.op.Media; m != nil {
		if v := strings.Join(r.Query[m.Param], ""); v != "" && !strings.EqualFold(v, m.JSON) || r.Status == http.StatusNoContent {
			names = []string{r.op.ID + "syslog"}
		}
	}
	if t := exchange.MediaType(r.ContentType); strings.HasSuffix(t, "/xml") && r.Status/100 == 2 {
		c = c.Elem().FieldByName("Requests") // handed on as it is
		names = slices.DeleteFunc(names, func(name string) bool {
			m := method(c, name)
			return !m.IsValid() || m.Type().NumOut() != 2 // a list of elements, which are JSON
		})
	}
	called := 0
	var all []error
	for _, name := range names {
		m := method(c, name)
		if !m.IsValid() || takesWindow(m) && !r.isWindow() {
			continue
		}
		called++
		r.asked, r.wrong = 0, nil
		got, err := r.call(m)
		if re := (*client.RequestError)(nil); errors.As(err, &re) && r.asked == 0 && (r.Status >= 400 || r.Status == 0 && r.how == Sample) {
			continue // refused here as it was there
		} else if re != nil && r.how == Sample && len(r.RequestWire()) == 0 && m.Type().NumIn() > 2 {
			continue // nothing is known of the body, and an empty one is refused
		}
		if r.asked != 1 {
			all = append(all, fmt.Errorf("%s: %d requests (%w)", name, r.asked, err))
			continue
		}
		all = append(all, r.wrong...)
		if err := r.check(got, err); err != nil {
			all = append(all, fmt.Errorf("%s: %w", name, err))
		}
	}
	if called == 0 {
		return fmt.Errorf("the client has no method for %s", r.op.ID)
	}
	return errors.Join(all...)
}

// clock is shortly after the latest instant that the query names.
func (r *run) clock() time.Time {
	latest := time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)
	for name, values := range r.Query {
		for _, v := range values {
			for part := range strings.SplitSeq(v, "/") {
				for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05Z0700"} {
					if t, err := time.Parse(layout, part); err == nil && (name == "interval" || name == "sinceTime") {
						latest = t.Add(5 * time.Minute)
					}
				}
			}
		}
	}
	if from, d, ok := strings.Cut(strings.Join(r.Query["interval"], ""), "/P"); ok && d != "" && !strings.Contains(from, "P") {
		latest = latest.Add(24 * time.Hour) // start/duration: the end is not named
	}
	return latest
}

// isWindow reports whether a windowed list would send the exchange's query: one that is
// longer than the API allows it cuts, and for a shorter one it waits. A limit of whole days is
// not looked at.
func (r *run) isWindow() bool {
	from, to, _ := strings.Cut(strings.Join(r.Query["interval"], ""), "/")
	start, err := time.Parse(time.RFC3339, from)
	end, err2 := time.Parse(time.RFC3339, to)
	limit := func(s string) (time.Duration, bool) {
		d, err := time.ParseDuration(strings.ToLower(strings.TrimPrefix(s, "PT")))
		return d, err == nil
	}
	if longest, ok := limit(r.op.Paging.Max); ok && errors.Join(err, err2) == nil && end.Sub(start) > longest {
		return false
	}
	if shortest, ok := limit(r.op.Paging.Min); ok && errors.Join(err, err2) == nil && end.Sub(start) < shortest {
		return false
	}
	return strings.HasSuffix(from, "Z") && strings.HasSuffix(to, "Z") && !strings.HasPrefix(from, "P")
}

// check compares what came out of the method with the answer.
func (r *run) check(got any, err error) error {
	var refused *client.Error
	var partial *client.PartialError
	var body any
	_ = exchange.DecodeJSON(r.Wire(), &body)
	switch {
	case r.Status == 0:
		if !errors.As(err, &refused) || refused.StatusCode != http.StatusTeapot {
			return fmt.Errorf("error %w", err)
		}
		return nil
	case r.Status >= 300 || r.envelopeRefuses(body):
		if got, ok := got.([]any); ok && len(got) == 0 && err == nil && r.op.Paging != nil && slices.Contains(r.op.Paging.Empty, r.Status) && !r.HasBody() {
			return nil // nothing found
		}
		return r.checkRefusal(body, err)
	case r.Status == http.StatusMultiStatus && r.op.Partial != nil && errors.As(err, &partial):
		list, _ := member(body, r.op.Partial.Errors).([]any)
		if len(partial.Failures) != len(list) || partial.Failures[0] == (client.Failure{}) {
			return fmt.Errorf("failures %v, want %d", partial.Failures, len(list))
		}
	case err != nil:
		return err
	}
	return r.checkValue(got, body)
}

func (r *run) checkRefusal(body any, err error) error {
	var refused *client.Error
	if !errors.As(err, &refused) || refused.StatusCode != r.Status || refused.Operation != r.op.ID {
		return fmt.Errorf("error %w, want an *Error with status %d", err, r.Status)
	}
	if said, _ := member(body, "message").(string); strings.TrimSpace(said) != "" && refused.Message == "" {
		return errors.New("the vendor's message is lost")
	}
	return nil
}

func (r *run) envelopeRefuses(body any) bool {
	if r.op.Envelope == nil {
		return false
	}
	s, _ := member(body, r.op.Envelope.Status).(string)
	return s != "" && s != r.op.Envelope.Success
}

func (r *run) checkValue(got, body any) error {
	switch got := got.(type) {
	case nil:
		return nil
	case []byte:
		if !bytes.Equal(got, r.Wire()) {
			return fmt.Errorf("body %q, want %q", got, r.Wire())
		}
		return nil
	case []any: // of an iterator: what an element holds is compared through the page
		if n := r.elements(body); len(got) != n {
			return fmt.Errorf("%d elements, want %d", len(got), n)
		}
		return nil
	}
	if v := reflect.ValueOf(got); v.Kind() == reflect.Struct && strings.HasSuffix(v.Type().Name(), "Result") && v.FieldByName("StatusCode").IsValid() {
		f := v.FieldByName(fmt.Sprintf("JSON%d", r.Status))
		if len(r.Wire()) == 0 && !f.IsValid() {
			return nil
		}
		if !f.IsValid() || f.IsNil() {
			return fmt.Errorf("nothing decoded for %d", r.Status)
		}
		got = f.Interface()
	}
	if len(r.Wire()) == 0 {
		return nil
	}
	b, err := json.Marshal(got) // json/v2: it writes embedded members back, and nothing that lost minds
	if err != nil {
		return err
	}
	var g any
	if err := exchange.DecodeJSON(b, &g); err != nil {
		return err
	}
	if gone := lost("", body, g, r.may); len(gone) > 0 {
		return fmt.Errorf("lost %s", strings.Join(gone, ", "))
	}
	return nil
}
