package check

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/threatclients/threatclients-go/conformance/exchange"
)

// Missing lists what a document declares and no exchange shows: each operation
// with each status of success, and each shared failure at least once.
func (s *Spec) Missing(exchanges []*exchange.Exchange) []string {
	shown := map[string]bool{}
	for _, e := range exchanges {
		op := s.Operation(e.OperationID)
		if op == nil || e.Status == 0 {
			continue
		}
		shown[op.ID+" "+op.declaredStatus(e.Status)] = true
		if ref := op.Route.Operation.Responses.Status(e.Status); ref != nil {
			shown[ref.Ref] = true
		}
	}
	wanted := map[string]bool{}
	for _, op := range s.Operations {
		for status, ref := range op.Route.Operation.Responses.Map() {
			switch {
			case strings.HasPrefix(status, "2"):
				wanted[op.ID+" "+status] = true
			case ref.Ref != "":
				wanted[ref.Ref] = true
			}
		}
	}
	var missing []string
	for name := range wanted {
		if !shown[name] {
			missing = append(missing, name)
		}
	}
	slices.Sort(missing)
	return missing
}

// declaredStatus is how the document writes a status: "200", or "2XX".
func (o *Operation) declaredStatus(status int) string {
	exact := strconv.Itoa(status)
	if o.Route.Operation.Responses.Value(exact) != nil {
		return exact
	}
	return fmt.Sprintf("%dXX", status/100)
}
