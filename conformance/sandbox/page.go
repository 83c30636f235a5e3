package sandbox

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
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
