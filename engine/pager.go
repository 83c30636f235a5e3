package engine

import (
	"errors"
	"net/url"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/threatclients/threatclients-go/client"
)

// pager moves through the pages of one list: it sets the next request and reads from each page
// whether there is another one.
//
// A list by offset, asked for 100 elements a page:
//
//	GET /owners?limit=100            {"total": 250, "data": [ …100… ]}    position 100, seen 100
//	GET /owners?limit=100&start=100  {"total": 250, "data": [ …100… ]}    position 200, seen 200
//	GET /owners?limit=100&start=200  {"total": 250, "data": [ …50… ]}     seen 250: the end
//
// The caller may begin elsewhere (start=50): seen counts from the first offset, as a total
// does. A cursor is followed until it is null, empty, false or absent, and never twice.
// Where neither a total nor a member says whether more pages follow, only an empty page is the
// last one, or a short one if the document says so. Paging members that cannot be read are
// errors, and so is a repeated page, even if it is the last one.
type pager struct {
	p        *Paging
	report   func(pointer, want, got string)
	started  bool
	position int64           // offset or number of the page to ask for
	size     int64           // elements per page, 0 when unknown
	seen     int64           // elements so far, counted from the first offset
	total    int64           // -1 until a page states it; some state it on the first page only
	shrunk   bool            // a page stated fewer than were seen: no total is trusted any more
	token    string          // cursor to ask for
	tokens   map[string]bool // cursors that were followed
	last     page
}

// newPager begins at the position of the caller's request. report is called with each repair.
func newPager(p *Paging, r *Request, report func(pointer, want, got string)) *pager {
	c := &pager{p: p, report: report, position: p.First, size: p.Default, total: -1, tokens: map[string]bool{}}
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
		return c.follow(p)
	case "offset":
		c.position += p.items
	case "page":
		c.position++
	default:
		return false, nil
	}
	return c.hasMore(p, first)
}

// follow takes the next cursor unchanged: only the service can interpret it.
func (c *pager) follow(p page) (bool, error) {
	v := p.members.get(c.p.Next)
	if v == nil {
		v = p.members.get(c.p.Alias)
	}
	switch jsonKind(v) {
	case 0, 'n', 'f':
		return false, nil
	case '"':
		b, err := jsontext.AppendUnquote(nil, v)
		if err != nil {
			return false, err
		}
		c.token = string(b)
	case '0':
		c.token = string(v)
	default:
		return false, errors.New("a JSON " + kindName(jsonKind(v)) + " where a cursor belongs")
	}
	switch {
	case c.token == "":
		return false, nil
	case c.tokens[c.token]:
		return false, client.ErrCursor
	}
	c.tokens[c.token] = true
	return true, nil
}

func (c *pager) hasMore(p page, first bool) (bool, error) {
	c.seen += p.items
	stated, err := c.count(p)
	if err != nil {
		return false, err
	}
	full := c.size == 0 || p.items >= c.size
	again := !first && p.items > 0 && (p.repeats == p.items && (full || p.identified == p.items) || p.items == c.last.items && p.sum == c.last.sum)
	more := p.items > 0 && (full || !c.p.Short)
	next, hasNext := c.p.More, false
	if v := p.members.get(next); next != "" && jsonKind(v) != 0 {
		if more, err = c.more(v); err != nil {
			return false, err
		}
		hasNext = more
	} else if c.total >= 0 && !c.shrunk {
		more = p.items > 0 && c.seen < c.total
	} else if next != "" && c.total < 0 {
		more = false
	}
	switch {
	case again:
		return false, client.ErrCursor
	case p.items == 0 && (hasNext || c.seen < stated):
		return false, errors.New("an empty page that states more")
	case p.items == 0 && c.seen < c.total:
		c.report(c.p.Total, strconv.FormatInt(c.total, 10)+" elements", strconv.FormatInt(c.seen, 10))
	}
	c.last = p
	return more, nil
}

// count reads the total that a page states, -1 if it states none. If a
// later page omits it, the earlier one holds; if it is below what was seen, totals are no
// longer used and the list goes on until its end shows otherwise.
func (c *pager) count(p page) (stated int64, err error) {
	v := p.members.get(c.p.Total)
	if k := jsonKind(v); c.p.Total == "" || k == 0 || k == 'n' {
		return -1, nil
	}
	s, single := scalarText(v)
	n, ok := parseInteger(s)
	if !single || !ok || n < 0 || jsonKind(v) == 't' || jsonKind(v) == 'f' {
		return -1, errors.New("a total that is no number of elements")
	}
	if n < c.seen && p.items > 0 && !c.shrunk {
		c.shrunk = true
		c.report(c.p.Total, "at least "+strconv.FormatInt(c.seen, 10), strconv.FormatInt(n, 10))
	}
	if n >= c.seen || c.total < 0 {
		c.total = n
	}
	return n, nil
}

// more reads the member that says whether there is another page. A URL is never
// requested; only a larger position in it is used.
func (c *pager) more(v jsontext.Value) (bool, error) {
	if jsonKind(v) == '{' || jsonKind(v) == '[' {
		return false, errors.New("a JSON " + kindName(jsonKind(v)) + " where the next page belongs")
	}
	s := scalar(v)
	if u, err := url.Parse(s); err == nil && c.p.Style == "offset" {
		if n, err := strconv.ParseInt(u.Query().Get(c.p.Param), 10, 64); err == nil {
			c.position = max(c.position, n)
		}
	}
	return s != "" && s != "0", nil
}
