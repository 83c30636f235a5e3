package sandbox

import (
	"cmp"
	"path"
	"slices"

	"github.com/threatclients/threatclients-go/conformance/check"
	"github.com/threatclients/threatclients-go/conformance/exchange"
)

// nearest is the exchange of an operation that looks most like the request.
func (s *Sandbox) nearest(asked *exchange.Exchange, op *check.Operation, status int) *exchange.Exchange {
	var list []*exchange.Exchange
	for _, e := range s.Exchanges {
		ok := e.Status == status || status == 0 && e.Status >= 200 && e.Status < 300
		if e.OperationID == op.ID && ok {
			list = append(list, e)
		}
	}
	if len(list) == 0 && status != 0 { // failures are shared between operations
		for _, e := range s.Exchanges {
			if e.Status == status {
				list = append(list, e)
			}
		}
	}
	if len(list) == 0 {
		return nil
	}
	return slices.MaxFunc(list, func(a, b *exchange.Exchange) int { return cmp.Compare(likeness(a, asked), likeness(b, asked)) })
}

// likeness counts what two requests have in common.
func likeness(e, asked *exchange.Exchange) (n int) {
	for name, values := range asked.Query {
		switch want, ok := e.Query[name]; {
		case ok && exchange.SameValues(values, want):
			n += 4
		default:
			n -= 2
		}
	}
	for name := range e.Query {
		if asked.Query[name] == nil {
			n--
		}
	}
	if exchange.SamePath(e.Path, asked.Path) {
		n += 4
	}
	if len(asked.RequestBody) > 0 && len(exchange.DiffJSON(asked.RequestBody, e.RequestBody)) == 0 {
		n += 4
	}
	if path.Base(e.File) == "ok.json" {
		n++
	}
	return n
}
