package sandbox

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/threatclients/threatclients-go/conformance/check"
)

// list answers with a page of a collection.
func (sv *apiServer) list(c *call, a *reply, body any) *reply {
	spots := places(c.op, body)
	if len(spots) == 0 {
		return a
	}
	all := sv.elements(c, body, spots[0])
	return page(c, a, body, spots, all)
}

// elements are those of the collection that the request asks for, as it wants to see them.
func (sv *apiServer) elements(c *call, body any, spot []string) []any {
	coll := sv.collection(c.below)
	schema := below(responseSchema(c.op, http.StatusOK), spot...)
	if schema == nil && len(spot) > 1 {
		schema = below(responseSchema(c.op, http.StatusOK), append(append([]string{}, spot[:len(spot)-1]...), "*")...)
	}
	filter, whole := conditions(c.op, c)
	if !whole {
		c.note("a part of the filter is not understood and finds everything")
	}
	all := []any{}
	add := func(items []*item) {
		for _, it := range items {
			if v := sv.resolve(it); v != nil && matches(c, v) && satisfies(v, filter, true) {
				all = append(all, sv.shown(c, clone(v), schema))
			}
		}
	}
	add(coll.items)
	for _, part := range sv.parts(c.below) {
		for _, it := range part.items {
			if it.born {
				add([]*item{it})
			}
		}
	}
	return all
}

// parts are the collections one step below a path, such as those of each type.
func (sv *apiServer) parts(path string) (list []*collection) {
	for p, c := range sv.store.collections {
		rest, ok := strings.CutPrefix(p, path+"/")
		if !ok || strings.Contains(rest, "/") {
			continue
		}
		if op := sv.find(http.MethodGet, p); op != nil && isList(op) {
			list = append(list, c)
		}
	}
	return list
}

// page cuts a list as its x-pagination says and puts it into the body of a fixture.
func page(c *call, a *reply, body any, spots [][]string, all []any) *reply {
	p := extension(c.op, "x-pagination")
	if p == nil {
		p = map[string]any{"style": "single"}
	}
	if pages, ok := p["pages"].(map[string]any); ok {
		p = merged(p, pages)
	}
	from, size := start(c, p, len(all))
	to := min(from+size, len(all))
	if from >= len(all) {
		from, to = len(all), len(all)
		if from > 0 || len(all) == 0 {
			if status := emptyStatus(p); status != 0 && len(all[from:to]) == 0 {
				return &reply{status: status, header: http.Header{}}
			}
		}
	}
	for i, spot := range spots {
		elements := []any{}
		if i == 0 {
			elements = all[from:to]
		}
		body = put(body, elements, spot...)
	}
	if m, ok := p["total"].(string); ok {
		body = put(body, json.Number(strconv.Itoa(len(all))), strings.Split(m, ".")...)
	}
	more := to < len(all)
	if m := text(p["next"]); m != "" {
		body = put(body, nil, strings.Split(m, ".")...)
		if more {
			body = put(body, cursor(to), strings.Split(m, ".")...)
		}
	}
	if m := text(p["more"]); m != "" {
		body = put(body, nil, strings.Split(m, ".")...)
		if more {
			body = put(body, link(c, p, to, size), strings.Split(m, ".")...)
		}
	}
	return a.with(body)
}

func merged(a, b map[string]any) map[string]any {
	m := map[string]any{}
	for _, from := range []map[string]any{a, b} {
		for k, v := range from {
			m[k] = v
		}
	}
	return m
}

// start is where a page begins and how much it may hold.
func start(c *call, p map[string]any, count int) (from, size int) {
	first, _ := strconv.Atoi(text(p["first"]))
	size, err := strconv.Atoi(text(p["default"]))
	if err != nil {
		size = 100
	}
	if n, err := strconv.Atoi(c.query.Get(text(p["size"]))); err == nil && n > 0 {
		size = n
	}
	param := c.query.Get(text(p["param"]))
	switch text(p["style"]) {
	case "offset":
		from, _ = strconv.Atoi(param)
	case "page", "window":
		if n, err := strconv.Atoi(param); err == nil {
			from = (n - first) * size
		}
	case "cursor":
		from = position(param)
	default:
		size = count
	}
	return max(from, 0), max(size, 0)
}

// cursor is an opaque token of a position.
func cursor(n int) string {
	return base64.RawURLEncoding.EncodeToString([]byte("sandbox:" + strconv.Itoa(n)))
}

// position reads a token; one that somebody else made is the first page.
func position(token string) int {
	b, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		return 0
	}
	n, _ := strconv.Atoi(strings.TrimPrefix(string(b), "sandbox:"))
	return n
}

// link is the URL of the next page, on this server.
func link(c *call, p map[string]any, from, size int) string {
	q := url.Values{}
	for k, v := range c.query {
		q[k] = v
	}
	first, _ := strconv.Atoi(text(p["first"]))
	next := strconv.Itoa(from)
	if text(p["style"]) == "page" {
		next = strconv.Itoa(from/size + first)
	}
	q.Set(text(p["param"]), next)
	if name := text(p["size"]); name != "" {
		q.Set(name, strconv.Itoa(size))
	}
	scheme := "http"
	if c.TLS != nil {
		scheme = "https"
	}
	return scheme + "://" + c.Host + c.SentPath() + "?" + q.Encode()
}

// emptyStatus is the status with which a list says that it has no elements; 0 when it sends
// an empty page.
func emptyStatus(p map[string]any) int {
	list, _ := p["empty"].([]any)
	for _, v := range list {
		if n, err := strconv.Atoi(text(v)); err == nil {
			return n
		}
	}
	return 0
}

// satisfies reports that an element meets all conditions; absent is as for holds.
func satisfies(v any, filter []condition, absent bool) bool {
	m, ok := v.(map[string]any)
	for _, one := range filter {
		if ok && !one.holds(m, absent) {
			return false
		}
	}
	return true
}

// matches reports that an element has the values that the query wants of its members.
func matches(c *call, v any) bool {
	m, ok := v.(map[string]any)
	if !ok {
		return true
	}
	for name, values := range c.query {
		member, there := m[name]
		if !there || pages(c.op, name) || name == "fields" {
			continue
		}
		switch member.(type) {
		case string, bool, json.Number:
			found := false
			for _, value := range values {
				for one := range strings.SplitSeq(value, ",") {
					found = found || strings.EqualFold(text(member), one)
				}
			}
			if !found {
				return false
			}
		}
	}
	return true
}

// pages reports that a parameter moves through a list and filters nothing.
func pages(op *check.Operation, name string) bool {
	p := extension(op, "x-pagination")
	return name == text(p["param"]) || name == text(p["size"]) || name == "count" || name == "owner"
}
