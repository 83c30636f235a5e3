package sandbox

import (
	"path"
	"slices"
	"strings"

	"github.com/threatclients/threatclients-go/conformance/check"
	"github.com/threatclients/threatclients-go/conformance/exchange"
)

// book indexes the exchanges of an API: answers by operation, and the identifiers of
// paths.
type book struct {
	spec    *check.Spec
	list    []*exchange.Exchange
	over    []*exchange.Exchange // somebody's own
	byOp    map[string][]*exchange.Exchange
	good    map[string][]*exchange.Exchange // those of byOp that are successes, found once
	known   map[string][]string             // path of a collection → segments that were seen below it
	words   map[string]bool                 // texts of the answers
	broader map[string]broader              // see broaderOf
	owners  map[string]bool                 // names of owners
}

func newBook(spec *check.Spec, fixtures, over []*exchange.Exchange) *book {
	b := &book{spec: spec, over: over, byOp: map[string][]*exchange.Exchange{}, good: map[string][]*exchange.Exchange{}, known: map[string][]string{}, words: map[string]bool{}, owners: map[string]bool{}, broader: map[string]broader{}}
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
		if op := spec.Operation(e.OperationID); op != nil && sound(op, e) {
			b.good[op.ID] = append(b.good[op.ID], e)
		}
		parts := segments(strings.TrimPrefix(e.Path, spec.Base))
		b.knows(parts)
		for n := 3; n < len(parts)-1; n++ { // the far end of an association
			b.knows(append([]string{parts[0]}, parts[n:]...))
		}
		texts(bodyOf(e), func(s string) { b.words[s] = true })
		owned := func(s string) { b.owners[s] = true }
		ownersIn(bodyOf(e), "", owned)
		for _, s := range e.Query["owner"] {
			owned(s)
		}
		if slices.Contains(parts, "owners") {
			texts(bodyOf(e), owned)
		}
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

// recorded is the exchange of the user's folder that equals a request.
func (b *book) recorded(c *call) *exchange.Exchange {
	for _, e := range b.over {
		if e.Method == c.op.Method && exchange.SamePath(strings.TrimPrefix(e.Path, b.spec.Base), c.below) && len(e.Mismatches(c.Request)) == 0 {
			return e
		}
	}
	return nil
}

// wished is the exchange that a header such as "Prefer: example=ok-odd" names.
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

// asks reports that a fixture of an operation has a word in a parameter of its query: the service
// knows it, though the sandbox may store nothing for it.
func (b *book) asks(op *check.Operation, parameter, word string) bool {
	return slices.ContainsFunc(b.byOp[op.ID], func(e *exchange.Exchange) bool {
		return succeeds(e) && slices.ContainsFunc(e.Query[parameter], func(v string) bool {
			return slices.Contains(strings.FieldsFunc(v, func(r rune) bool { return strings.ContainsRune(" ,=^<>!", r) }), word)
		})
	})
}

// inPath reports that a fixture asks for something by a segment of a path.
func (b *book) inPath(segment string) bool {
	return slices.ContainsFunc(b.list, func(e *exchange.Exchange) bool { return lastSegment(e.Path) == segment })
}
