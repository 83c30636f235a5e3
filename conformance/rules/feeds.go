package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// repeatable are the methods that HTTP promises to be idempotent.
var repeatable = strings.Fields("GET HEAD OPTIONS PUT DELETE TRACE")

// idempotent allows x-idempotent only where it differs from what the method
// promises.
func idempotent(d *document, add report) {
	for _, op := range d.ops {
		said, ok := op.Extensions["x-idempotent"].(bool)
		if ok && said == slices.Contains(repeatable, op.method) {
			add(op.OperationID, "x-idempotent: %t is what %s says anyhow", said, op.method)
		}
	}
}

// identity requires the members that x-identity names to exist, in every alternative.
func identity(d *document, add report) {
	d.walk(func(at string, ref *openapi3.SchemaRef) {
		keys, ok := ref.Value.Extensions["x-identity"].([]any)
		if !ok {
			return
		}
		for _, key := range keys {
			names, several := key.([]any)
			if !several {
				names = []any{key}
			}
			for _, name := range names {
				if !leads(ref.Value, fmt.Sprint(name)) {
					add(at, "x-identity: there is no member %q", name)
				}
			}
		}
	})
}

// leads reports that a dotted name leads to a member, through arrays too.
func leads(s *openapi3.Schema, name string) bool {
	for s != nil && s.Items != nil {
		s = s.Items.Value
	}
	member, rest, more := strings.Cut(name, ".")
	found := resolve(s, member)
	return found != nil && (!more || leads(found, rest))
}

// keyset wants the parameters that x-keyset speaks of, its key in the elements
// of the list, its keywords among those of x-tql, and the operation that lists
// what was deleted.
func keyset(d *document, add report) {
	for _, op := range d.ops {
		k, ok := op.Extensions["x-keyset"].(map[string]any)
		if !ok {
			continue
		}
		for _, part := range []string{"filter", "order"} {
			if name, _ := k[part].(string); op.parameter(name) == nil {
				add(op.OperationID, "x-keyset: there is no parameter %q", name)
			}
		}
		if name, ok := k["deleted"].(string); ok {
			at := slices.IndexFunc(d.ops, func(o operation) bool { return o.OperationID == name })
			if at < 0 {
				add(op.OperationID, "x-keyset: there is no operation %q", name)
				continue
			}
			same, _ := k["deletedParams"].([]any)
			for _, param := range same {
				if param := fmt.Sprint(param); op.parameter(param) == nil || d.ops[at].parameter(param) == nil {
					add(op.OperationID, "x-keyset: not both lists have a parameter %q", param)
				}
			}
		}
		p, ok := op.Extensions["x-pagination"].(map[string]any)
		if !ok {
			add(op.OperationID, "x-keyset without x-pagination")
			continue
		}
		for status, s := range op.successes() {
			items := resolve(s, fmt.Sprint(p["items"]))
			if items == nil || items.Items == nil {
				continue // reported by the rule "pagination"
			}
			if name, _ := k["key"].(string); !leads(items, name) {
				add(op.OperationID+" "+status, "x-keyset: the elements have no member %q", name)
			}
		}
		known := keywords(op)
		for _, part := range []string{"changed", "added"} {
			if name, ok := k[part].(string); ok && known[name] == "" {
				add(op.OperationID, "x-keyset: there is no keyword %q", name)
			}
		}
		if name, _, _ := strings.Cut(fmt.Sprint(k["after"]), " "); known[name] != k["key"] {
			add(op.OperationID, "x-keyset: there is no keyword %q for the member %q", name, k["key"])
		}
	}
}

// keywords are what a filter of the operation can speak of, from its x-tql, and the members
// that they ask for.
func keywords(op operation) map[string]string {
	members := map[string]string{}
	tql, _ := op.Extensions["x-tql"].(map[string]any)
	list, _ := tql["keywords"].([]any)
	for _, e := range list {
		if keyword, ok := e.(map[string]any); ok {
			name := fmt.Sprint(keyword["name"])
			members[name] = name
			if member, ok := keyword["member"].(string); ok {
				members[name] = member
			}
		}
	}
	return members
}

// quota wants the parameters on which a budget depends, and one size of each
// budget that operations share.
func quota(d *document, add report) {
	size := map[string]string{}
	one := func(at string, q map[string]any) {
		pool, calls := fmt.Sprint(q["pool"]), fmt.Sprintf("%v per %v", q["calls"], q["per"])
		if known, ok := size[pool]; ok && known != calls {
			add(at, "pool %s has %s here and %s elsewhere", pool, calls, known)
		}
		size[pool] = calls
	}
	for _, op := range d.ops {
		q, ok := op.Extensions["x-quota"].(map[string]any)
		if !ok {
			continue
		}
		one(op.OperationID, q)
		given, _ := q["given"].(map[string]any)
		for name, other := range given {
			if op.parameter(name) == nil {
				add(op.OperationID, "x-quota: there is no parameter %q", name)
			}
			if other, ok := other.(map[string]any); ok {
				one(op.OperationID, other)
			}
		}
	}
}
