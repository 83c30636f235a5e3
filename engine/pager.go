package engine

import (
	"strconv"

	"github.com/threatclients/threatclients-go/client"
)

// pager is the way through the pages of one list: it sets the next request and learns from
// each page whether there is another one.
//
// A list by offset, asked for 100 elements a page:
//
//	GET /owners?limit=100            {"total": 250, "data": [ …100… ]}    position 100, seen 100
//	GET /owners?limit=100&start=100  {"total": 250, "data": [ …100… ]}    position 200, seen 200
//	GET /owners?limit=100&start=200  {"total": 250, "data": [ …50… ]}     seen 250: the end
//
// The caller may begin elsewhere (start=50): seen counts from the first offset, as a total
// does. A cursor is followed until it is null, empty, false or absent, and never twice.
// Where neither a total nor a member says how it goes on, a page that is shorter than asked
// for is the last one, unless the document says that only an empty one is.
type pager struct {
	p        *Paging
	started  bool
	position int64           // offset or number of the page to ask for
	size     int64           // elements per page, 0 when unknown
	seen     int64           // elements so far, counted from the first offset
	total    int64           // -1 until a page states it; some state it on the first page only
	token    string          // cursor to ask for
	tokens   map[string]bool // cursors that were followed
	last     page
}

// newPager begins where the request of the caller says.
func newPager(p *Paging, r *Request) *pager {
	c := &pager{p: p, position: p.First, size: p.Default, total: -1, tokens: map[string]bool{}}
	if n, ok := r.number(p.Param); ok {
		c.position = n
	}
	if n, ok := r.number(p.Size); ok && n > 0 {
		c.size = n
	}
	switch p.Style {
	case "offset":
		c.seen = c.position - p.First
	case "page":
		c.seen = (c.position - p.First) * c.size
	case "cursor":
		token, _ := r.value(p.Param)
		c.tokens[token] = true
	}
	return c
}

// set makes r the request for the next page; the first one is the caller's own.
func (c *pager) set(r *Request) {
	switch {
	case !c.started:
	case c.p.Style == "cursor":
		r.set(c.p.Param, c.token)
	case c.p.Style == "offset" || c.p.Style == "page":
		r.set(c.p.Param, strconv.FormatInt(c.position, 10))
	}
}

// next moves on after a page and reports whether there is another one.
func (c *pager) next(p page) (bool, error) {
	first := !c.started
	c.started = true
	if p.empty {
		return false, nil
	}
	switch c.p.Style {
	case "cursor":
		c.token = p.text(c.p.Next)
		if c.token == "" {
			return false, nil
		}
		if c.tokens[c.token] {
			return false, client.ErrCursor
		}
		c.tokens[c.token] = true
		return true, nil
	case "offset":
		c.position += p.items
	case "page":
		c.position++
	default:
		return false, nil
	}
	return c.hasMore(p, first)
}

func (c *pager) hasMore(p page, first bool) (bool, error) {
	c.seen += p.items
	if n, err := strconv.ParseInt(p.text(c.p.Total), 10, 64); err == nil {
		c.total = n
	}
	if p.items == 0 {
		return false, nil
	}
	more := !c.p.ToEmpty && c.size > 0 && p.items >= c.size || c.p.ToEmpty || c.size == 0
	switch {
	case c.p.More != "" && p.meta[c.p.More] != nil:
		s := p.text(c.p.More)
		more = s != "" && s != "0"
	case c.p.More != "" && c.total < 0 && !c.p.ToEmpty:
		more = false
	case c.total >= 0:
		more = c.seen < c.total
	}
	// A server that ignores the parameter would be asked forever.
	if more && !first && p.items == c.last.items && p.sum == c.last.sum {
		return false, client.ErrCursor
	}
	c.last = p
	return more, nil
}
