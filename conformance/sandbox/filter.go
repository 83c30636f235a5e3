package sandbox

import (
	"errors"
	"net/http"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/threatclients/threatclients-go/conformance/tqlmatch"
	"github.com/threatclients/threatclients-go/tql"
)

// filtered are those of some elements that the request's query and terms find. What cannot
// be evaluated is refused: ignoring a filter would find, or delete, everything.
func (sv *apiServer) filtered(c *call, schema *openapi3.Schema, all []any) (found []any, refusal *reply) {
	known, _ := properties(schema)
	own := sv.broaderOf(c.below)
	holds, unknown := termsOf(c, known, own)
	if unknown != "" {
		return nil, sv.refuse(c, http.StatusBadRequest, "the sandbox knows no member "+unknown+" of these elements to filter by")
	}
	rows, refusal := sv.asksTQL(c)
	if refusal != nil {
		return nil, refusal
	}
	found = []any{}
	for _, v := range all {
		m, ok := v.(map[string]any)
		keep := !ok || holds(m)
		if keep && rows != nil {
			var err error
			if keep, err = rows(m); err != nil {
				return nil, sv.unanswered(c, err)
			}
		}
		if keep {
			found = append(found, v)
		}
	}
	return found, nil
}

// asksTQL is the request's query as a condition on elements; nil when it has none. The query
// is first tried on an object with a value under every keyword, so that what is refused does
// not depend on what is stored.
func (sv *apiServer) asksTQL(c *call) (rows func(map[string]any) (bool, error), refusal *reply) {
	query := c.query.Get(text(extension(c.op, "x-tql")["param"]))
	if query == "" {
		return nil, nil
	}
	n, err := tql.Parse(query)
	if err != nil {
		return nil, sv.unanswered(c, err)
	}
	q := newTQLQuery(sv)
	o := q.object(text(extension(c.op, "x-tql")["object"]))
	if _, err := tqlmatch.Match(n, &tqlRecord{q, o, nil}, q.now); err != nil {
		return nil, sv.unanswered(c, err)
	}
	return func(m map[string]any) (bool, error) {
		if m == nil {
			return false, nil
		}
		return tqlmatch.Match(n, &tqlRecord{q, o, m}, q.now)
	}, nil
}

// unanswered refuses a query: 501 when the sandbox cannot evaluate it, else as the service
// refuses what is no query.
func (sv *apiServer) unanswered(c *call, err error) *reply {
	if errors.Is(err, errors.ErrUnsupported) {
		return sv.refuse(c, http.StatusNotImplemented, "the sandbox cannot evaluate this query: "+err.Error())
	}
	return sv.refuse(c, http.StatusBadRequest, err.Error())
}
