package sandbox

import (
	"path"
	"slices"
	"strings"

	"github.com/threatclients/threatclients-go/conformance/check"
	"github.com/threatclients/threatclients-go/conformance/exchange"
)

// book is what the exchanges of an API show: answers by operation, and the identifiers of
// paths.
type book struct {
	spec  *check.Spec
	list  []*exchange.Exchange
	over  []*exchange.Exchange // somebody's own
	byOp  map[string][]*exchange.Exchange
	known map[string][]string // path of a collection → segments that were seen below it
	words map[string]bool     // texts of the answers
}

func newBook(spec *check.Spec, fixtures, over []*exchange.Exchange) *book {
	b := &book{spec: spec, over: over, byOp: map[string][]*exchange.Exchange{}, known: map[string][]string{}, words: map[string]bool{}}
	b.list = append(slices.Clone(over), fixtures...)
	for _, e := range b.list {
		if e.Fragment() {
			continue
		}
		if e.OperationID == "" {
			if op, _, err := spec.Find(e.Method, e.Path); err == nil {
				e.OperationID = op.ID
			}
		}
		b.byOp[e.OperationID] = append(b.byOp[e.OperationID], e)
		if !succeeds(e) {
			continue
		}
		parts := segments(strings.TrimPrefix(e.Path, spec.Base))
		b.knows(parts)
		for n := 3; n < len(parts)-1; n++ { // the far end of an association
			b.knows(append([]string{parts[0]}, parts[n:]...))
		}
		texts(bodyOf(e), func(s string) { b.words[s] = true })
	}
	return b
}

// knows notes the segments of a path.
func (b *book) knows(parts []string) {
	for i := range parts {
		if parent := joined(parts[:i]); !slices.Contains(b.known[parent], parts[i]) {
			b.known[parent] = append(b.known[parent], parts[i])
		}
	}
}

func succeeds(e *exchange.Exchange) bool { return e.Status >= 200 && e.Status < 300 }

func bodyOf(e *exchange.Exchange) any {
	var v any
	if exchange.DecodeJSON(e.Wire(), &v) != nil {
		return nil
	}
	return v
}

// texts visits the strings and numbers of a value.
func texts(v any, visit func(string)) {
	switch v := v.(type) {
	case map[string]any:
		for _, m := range v {
			texts(m, visit)
		}
	case []any:
		for _, m := range v {
			texts(m, visit)
		}
	case string:
		visit(v)
	case interface{ String() string }:
		visit(v.String())
	}
}

// peculiarity is what such a word costs an exchange when one is chosen.
const peculiarity = 1000

// peculiar are words in the names of exchanges that show an exception.
var peculiar = []string{"odd", "bare", "refused", "empty", "none", "null", "missing", "short", "quiet", "old", "text", "unlisted", "labelled",
	"unknown", "early", "all", "no-", "last", "later", "second", "other", "lower", "mixed", "bytes", "accepted"}

// usual is the successful answer of an operation to a plain request, or nil. The body of the
// request may choose between kinds.
func (b *book) usual(op *check.Operation, body any) *exchange.Exchange {
	var best *exchange.Exchange
	cost := 0
	for _, e := range b.byOp[op.ID] {
		if !succeeds(e) || !sound(op, e) {
			continue
		}
		if n := b.cost(op, e, body); best == nil || n < cost {
			best, cost = e, n
		}
	}
	return best
}

// about is the answer of an operation that shows the element which a segment names, or else
// the usual one.
func (b *book) about(op *check.Operation, segment string) *exchange.Exchange {
	best := b.usual(op, nil)
	cost := peculiarity
	for _, e := range b.byOp[op.ID] {
		parts := segments(e.Path)
		if !succeeds(e) || !sound(op, e) || parts[len(parts)-1] != segment {
			continue
		}
		if n := b.cost(op, e, nil); n < cost {
			best, cost = e, n
		}
	}
	return best
}

// sound reports that the envelope of an answer does not say failure.
func sound(op *check.Operation, e *exchange.Exchange) bool {
	envelope := extension(op, "x-envelope")
	status, _ := at(bodyOf(e), strings.Split(text(envelope["status"]), ".")...).(string)
	return envelope == nil || !exchange.IsJSON(e.ContentType) || status == text(envelope["success"])
}

func (b *book) cost(op *check.Operation, e *exchange.Exchange, body any) (n int) {
	name := strings.TrimSuffix(path.Base(e.File), ".json")
	switch {
	case slices.Contains(b.over, e):
		n -= 20
	case name != "ok":
		n += 10
	}
	if slices.ContainsFunc(peculiar, func(w string) bool { return strings.Contains(name, w) }) {
		n += peculiarity
	}
	if isList(op) && !exchange.IsJSON(e.ContentType) {
		n += 500
	}
	if body == nil {
		return n
	}
	var sent any
	if exchange.DecodeJSON(e.RequestBody, &sent) == nil {
		n += 40 * differences(sent, body)
	}
	return n
}

// differences is 0 for requests of the same kind: the same type, and lists or not.
func differences(a, b any) int {
	if la, ok := a.([]any); ok {
		lb, ok := b.([]any)
		if !ok {
			return 2
		}
		if len(la) > 0 && len(lb) > 0 && (len(la) > 1) != (len(lb) > 1) {
			return 1
		}
		return 0
	}
	if _, ok := b.([]any); ok {
		return 2
	}
	if ta, tb := at(a, "type"), at(b, "type"); ta != tb {
		return 1
	}
	return 0
}

// recorded is the exchange of somebody's own that equals a request.
func (b *book) recorded(c *call) *exchange.Exchange {
	for _, e := range b.over {
		if e.Method == c.Method && exchange.SamePath(strings.TrimPrefix(e.Path, b.spec.Base), c.below) && len(e.Mismatches(c.Request)) == 0 {
			return e
		}
	}
	return nil
}

// wished is the exchange that "Prefer: example=ok-odd" names.
func (b *book) wished(c *call) *exchange.Exchange {
	name := preferences(c.Request.Request)["example"]
	if name == "" {
		return nil
	}
	for _, e := range b.byOp[c.op.ID] {
		if strings.TrimSuffix(path.Base(e.File), ".json") == name {
			return e
		}
	}
	return nil
}

// failure is an exchange with a status: of the operation, or else of any, JSON first.
func (b *book) failure(op *check.Operation, status int) *exchange.Exchange {
	var best *exchange.Exchange
	cost := 0
	for _, e := range b.list {
		if e.Status != status {
			continue
		}
		n := 0
		if op == nil || e.OperationID != op.ID {
			n += 2
		}
		if !exchange.IsJSON(e.ContentType) {
			n++
		}
		if best == nil || n < cost {
			best, cost = e, n
		}
	}
	return best
}
