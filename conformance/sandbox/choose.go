package sandbox

import (
	"path"
	"slices"
	"strings"

	"github.com/threatclients/threatclients-go/conformance/check"
	"github.com/threatclients/threatclients-go/conformance/exchange"
)

// peculiarity is the penalty of such a word when an exchange is chosen.
const peculiarity = 1000

// peculiar are words in the names of exchanges that show an exception.
var peculiar = []string{"odd", "bare", "refused", "empty", "none", "null", "missing", "short", "quiet", "old", "text", "unlisted", "labelled",
	"unknown", "early", "all", "no-", "last", "later", "second", "other", "lower", "mixed", "bytes", "accepted"}

// usual is the successful answer of an operation to a plain request, or nil. The body of the
// request may choose between kinds.
func (b *book) usual(op *check.Operation, body any) *exchange.Exchange {
	var best *exchange.Exchange
	cost := 0
	for _, e := range b.good[op.ID] {
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
	for _, e := range b.good[op.ID] {
		if lastSegment(e.Path) != segment {
			continue
		}
		if n := b.cost(op, e, nil); n < cost {
			best, cost = e, n
		}
	}
	return best
}

// sound reports that the envelope of an answer does not state a failure.
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
		n += differences(sent, body)
	}
	return n
}

// differences is 0 for requests of the same kind: the same type, of several elements or not. What
// the body lacks counts a little, since an answer shows what was sent.
func differences(a, b any) (n int) {
	la, several := a.([]any)
	lb, too := b.([]any)
	if (several && len(la) > 1) != (too && len(lb) > 1) {
		n = 200
	}
	if several && len(la) > 0 {
		a = la[0]
	}
	if too && len(lb) > 0 {
		b = lb[0]
	}
	if x, y := at(a, "type"), at(b, "type"); x != nil && y != nil && x != y {
		n += 40
	}
	m, _ := a.(map[string]any)
	missing := 0
	for name := range m {
		if at(b, name) == nil {
			missing += 3
		}
	}
	if missing > 0 {
		n += 12 + missing
	}
	return n
}
