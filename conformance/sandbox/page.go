package sandbox

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/threatclients/threatclients-go/conformance/exchange"
)

// page cuts a list as its x-pagination says and puts it into the body of a fixture.
func page(c *call, a *reply, body any, spots [][]string, all []any) *reply {
	p := extension(c.op, "x-pagination")
	if p == nil {
		p = map[string]any{"style": "single"}
	}
	if pages, ok := p["pages"].(map[string]any); ok {
		p = merged(p, pages)
	}
	token := c.query.Get(text(p["param"]))
	own := slices.ContainsFunc(c.book.byOp[c.op.ID], func(e *exchange.Exchange) bool { return slices.Contains(e.Query[text(p["param"])], token) })
	if text(p["style"]) == "cursor" && token != "" && position(token) < 0 && !own { // that of a fixture is the first page
		return c.service.refuse(c, http.StatusBadRequest, "parameter "+text(p["param"])+" is no token of this list")
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
	for _, q := range c.op.Parameters() { // one such as count asks for the member of its name
		if _, is := at(body, q.Name).(json.Number); is && q.In == "query" {
			body = put(body, nil, q.Name)
			if c.query.Get(q.Name) == "true" {
				body = put(body, countOf(len(all)), q.Name)
			}
		}
	}
	more := to < len(all)
	if text(p["style"]) == "page" {
		body = numbered(c, p, body, from, to, size, len(all))
	}
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

// numbered puts what an answer says of its page into the members that a fixture has for it: its
// number and that of the last one, its size, its first and last element, and links on this server.
func numbered(c *call, p map[string]any, body any, from, to, size, count int) any {
	first, _ := strconv.Atoi(text(p["first"]))
	last := max(count-1, 0) / max(size, 1) * max(size, 1) // where the last page begins
	values := map[string]any{
		"current_page": countOf(from/max(size, 1) + first), "last_page": countOf(last/max(size, 1) + first), "per_page": countOf(size),
		"from": countOf(from + 1), "to": countOf(to), "path": originOf(c) + c.SentPath(),
		"first_page_url": link(c, p, 0, size), "last_page_url": link(c, p, last, size),
	}
	if from >= count {
		values["from"], values["to"] = nil, nil
	}
	values["prev_page_url"] = nil
	if from > 0 {
		values["prev_page_url"] = link(c, p, from-size, size)
	}
	m, ok := body.(map[string]any)
	for name, v := range values {
		if _, there := m[name]; ok && there {
			m[name] = v
		}
	}
	return body
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
	for _, q := range c.op.Parameters() { // another name of it
		if n, err := strconv.Atoi(c.query.Get("limit")); err == nil && n > 0 && q.Name == "limit" && !c.query.Has(text(p["size"])) {
			size = n
		}
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

// position reads a token; -1 for one that somebody else made.
func position(token string) int {
	b, err := base64.RawURLEncoding.DecodeString(token)
	text, own := strings.CutPrefix(string(b), "sandbox:")
	n, err2 := strconv.Atoi(text)
	if err != nil || err2 != nil || !own {
		return -1
	}
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
	return originOf(c) + c.SentPath() + "?" + q.Encode()
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
