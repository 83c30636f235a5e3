package sandbox

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/threatclients/threatclients-go/conformance/check"
	"github.com/threatclients/threatclients-go/conformance/exchange"
)

// feed answers a list of windows with the events of the window that was asked for. It is nil
// for every other operation.
func (sv *apiServer) feed(c *call) *reply {
	p := extension(c.op, "x-pagination")
	if text(p["style"]) != "window" {
		return nil
	}
	from, to := sv.asks(c, text(p["param"]))
	e := sv.format(c)
	if e == nil {
		return sv.book.unshown(c)
	}
	c.done.Source = e.File
	a := replyOf(e)
	body := bodyOf(e)
	if body == nil || !exchange.IsJSON(e.ContentType) {
		return sv.lines(c, a, from, to)
	}
	var found []any
	spots := places(c.op, body)
	for _, spot := range spots {
		templates, _ := at(sv.samples(c.op, spot), spot...).([]any)
		elements := []any{}
		list := readableAt(sv.box.options.Events.Between(spot[len(spot)-1], from, to), sv.box.now())
		if len(templates) == 0 {
			list = nil
		}
		schema := below(responseSchema(c.op, http.StatusOK), spot...)
		own := distinct(schema)
		for i, one := range list {
			elements = append(elements, occurrence(templates[i%len(templates)], one, own, sv.book.inPath))
		}
		elements = selected(c, schema, elements)
		body, found = put(body, elements, spot...), append(found, elements...)
	}
	if end := text(p["end"]); end != "" {
		way := strings.Split(end, ".")
		body = put(body, to.UTC().Format(layoutOf(text(at(body, way...)))), way...)
	}
	if p["pages"] != nil {
		return page(c, a, body, spots, found)
	}
	return a.with(body)
}

// layoutOf is the form in which a fixture has an instant: RFC 3339, or that of Go's own text.
func layoutOf(sample string) string {
	const spoken = "2006-01-02 15:04:05 -0700 MST"
	if _, err := time.Parse(spoken, sample); err == nil {
		return spoken
	}
	return time.RFC3339
}

// asks is the window of a request: an interval, or the time until now from an instant or a
// count of seconds ago.
func (sv *apiServer) asks(c *call, param string) (from, to time.Time) {
	now := sv.box.now()
	if from, to, ok := interval(c.query.Get(param)); ok {
		return from, to
	}
	for _, p := range c.op.Parameters() {
		v := c.query.Get(p.Name)
		if v == "" || p.Extensions["x-interval"] != nil {
			continue
		}
		if n, err := strconv.Atoi(v); err == nil && strings.HasSuffix(p.Name, "Seconds") {
			return now.Add(-time.Duration(n) * time.Second), now
		}
		if t, ok := moment(v); ok {
			return t, now
		}
	}
	return now.Add(-time.Hour), now
}

// format is the usual exchange in the media type that the request selects. Where the
// selecting parameter is missing the service answers with text, not with JSON.
func (sv *apiServer) format(c *call) *exchange.Exchange {
	media := extension(c.op, "x-media")
	if media == nil {
		return sv.book.usual(c.op, nil)
	}
	wanted := "text/plain"
	values, _ := media["values"].(map[string]any)
	for mediaType, value := range values {
		if v := c.query.Get(text(media["param"])); v != "" && strings.EqualFold(v, text(value)) {
			wanted = mediaType
		}
	}
	var best *exchange.Exchange
	for _, e := range sv.book.byOp[c.op.ID] {
		same := succeeds(e) && exchange.MediaType(e.ContentType) == wanted
		better := best == nil || sv.book.cost(c.op, e, nil) < sv.book.cost(c.op, best, nil)
		if same && better && exchange.IsJSON(wanted) == (bodyOf(e) != nil) {
			best = e
		}
	}
	return best
}

// samples is the body of the usual exchange that has elements at a place.
func (sv *apiServer) samples(op *check.Operation, spot []string) any {
	e := sv.book.usual(op, nil)
	if list, _ := at(usualBody(e), spot...).([]any); len(list) > 0 {
		return bodyOf(e)
	}
	return nil
}

// distinct is the member that alone tells the elements of a list apart, which x-identity puts
// first; "" when it takes several.
func distinct(list *openapi3.Schema) string {
	if list == nil || list.Items == nil {
		return ""
	}
	keys, _ := list.Items.Value.Extensions["x-identity"].([]any)
	if len(keys) == 0 {
		return ""
	}
	if first := textsOf(keys[0]); len(first) == 1 {
		return first[0]
	}
	return ""
}

// occurrence is an event in the form of a sample: with its own time, its own GUID and a value
// of its own in the member that tells events apart. Known identifiers stay, for details can be
// asked for by them.
func occurrence(sample any, one Event, own string, asked func(string) bool) any {
	m, ok := clone(sample).(map[string]any)
	if !ok {
		return sample
	}
	for name, v := range m {
		s, isText := v.(string)
		switch {
		case !isText:
		case strings.EqualFold(name, "guid"):
			m[name] = one.GUID()
		case name == own && !asked(s):
			m[name] = Event{ID: one.ID[16:] + one.ID[:16]}.GUID()
		case recent(s):
			m[name] = one.Time.UTC().Format("2006-01-02T15:04:05.000Z")
		}
	}
	return m
}

// lines is the text form of a feed: the lines of the exchange, which begin with a priority,
// a version and the time, one for each event that can be read.
func (sv *apiServer) lines(c *call, a *reply, from, to time.Time) *reply {
	samples := strings.Split(strings.TrimSpace(string(a.body)), "\n")
	list := readableAt(sv.box.options.Events.Between("text", from, to), sv.box.now())
	var b strings.Builder
	for i, one := range list {
		fields := strings.SplitN(samples[i%len(samples)], " ", 3)
		if len(fields) < 3 {
			continue
		}
		fields[1] = one.Time.UTC().Format(time.RFC3339)
		b.WriteString(strings.Join(fields, " ") + "\n")
	}
	if b.Len() == 0 && c.op.Route.Operation.Responses.Status(http.StatusNoContent) != nil {
		return &reply{status: http.StatusNoContent, header: http.Header{}}
	}
	a.body = []byte(b.String())
	return a
}

// unshown says that the fixtures have no answer of the kind that was asked for.
func (b *book) unshown(c *call) *reply {
	return plainText(c, http.StatusNotImplemented, "no exchange shows a success of "+c.op.ID+" in that format")
}
