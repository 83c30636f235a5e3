package client

import (
	"context"
	"net/http"
	"strconv"
)

// course is the way through the pages of one list.
type course struct {
	p       *Paging
	started bool
	at      int64           // offset or number of the page to ask for
	size    int64           // elements per page, 0 when unknown
	seen    int64           // elements so far, counted from the first offset
	total   int64           // -1 until a page states it; some state it on the first page only
	token   string          // cursor to ask for
	tokens  map[string]bool // cursors that were followed
	last    page
}

func newCourse(p *Paging) *course {
	return &course{p: p, at: p.First, size: p.Default, total: -1, tokens: map[string]bool{}}
}

// set is what the next request must say.
func (c *course) set() []pair {
	switch {
	case !c.started: // the caller's own start, or the server's
	case c.p.Style == "cursor":
		return []pair{{c.p.Param, c.token}}
	case c.p.Style == "offset" || c.p.Style == "page":
		return []pair{{c.p.Param, strconv.FormatInt(c.at, 10)}}
	}
	return nil
}

// watch learns from the first answered request where the caller starts and how large his
// pages are.
func (c *course) watch(send Send) Send {
	if c.started {
		return send
	}
	return func(ctx context.Context) (*http.Response, error) {
		res, err := send(ctx)
		if err == nil && res.Request != nil {
			c.begin(res.Request)
		}
		return res, err
	}
}

func (c *course) begin(r *http.Request) {
	q := r.URL.Query()
	if n, err := strconv.ParseInt(q.Get(c.p.Param), 10, 64); err == nil {
		c.at = n
	}
	if n, err := strconv.ParseInt(q.Get(c.p.Size), 10, 64); err == nil && n > 0 {
		c.size = n
	}
	if c.p.Style == "offset" {
		c.seen = c.at - c.p.First
	} else if c.p.Style == "page" && c.size > 0 {
		c.seen = (c.at - c.p.First) * c.size
	}
	if c.p.Style == "cursor" {
		c.tokens[q.Get(c.p.Param)] = true
	}
}

// next moves on after a page and reports whether there is another one.
func (c *course) next(p page) (bool, error) {
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
			return false, ErrCursor
		}
		c.tokens[c.token] = true
		return true, nil
	case "offset":
		c.at += p.items
	case "page":
		c.at++
	default:
		return false, nil
	}
	return c.counted(p, first)
}

func (c *course) counted(p page, first bool) (bool, error) {
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
		return false, ErrCursor
	}
	c.last = p
	return more, nil
}
