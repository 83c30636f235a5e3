package collector

import (
	"bytes"
	"encoding/json"
	"time"
	"unicode/utf8"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/redpanda-data/benthos/v4/public/service"

	"github.com/threatclients/threatclients-go/client"
)

// The kinds of messages: what a feed hands out.
const (
	kindEvent   = "event"
	kindDeleted = "deleted"
	kindGap     = "gap"
)

// item is a message for one item of a feed; a bare checkpoint has none.
type item struct {
	message    *service.Message
	kind       string
	checkpoint time.Time
}

// element is a pointer to an event of any API. Its JSON has the members that its document does
// not know.
type element interface {
	jsonv2.MarshalerTo
	IdentityKey() string
}

// encoder writes many events into one piece of memory, which costs less than one for each.
type encoder struct{ buf *bytes.Buffer }

const pieceSize = 64 << 10

// encode writes an event; exact is its JSON if it came as its document says.
func (c *encoder) encode(e element, exact []byte) (body []byte, err error) {
	if c.buf == nil || c.buf.Len() > pieceSize*3/4 {
		c.buf = bytes.NewBuffer(make([]byte, 0, pieceSize))
	}
	begin := c.buf.Len()
	if exact != nil && utf8.Valid(exact) {
		c.buf.Write(exact)
		return c.buf.Bytes()[begin:c.buf.Len():c.buf.Len()], nil
	}
	// As the clients decode: what a service sends may not be UTF-8.
	err = jsonv2.MarshalWrite(c.buf, e, jsontext.AllowInvalidUTF8(true), jsontext.AllowDuplicateNames(true), jsonv2.Deterministic(true))
	end := c.buf.Len()
	return c.buf.Bytes()[begin:end:end], err
}

// itemOf makes an item of what was followed; list tells the list that an event stood in, and
// the event itself.
func itemOf[T any](f client.Followed[T], c *encoder, list func(*T) (string, element)) (item, error) {
	it := item{checkpoint: f.Checkpoint}
	var body []byte
	var err error
	key, name := "", ""
	switch {
	case f.Event != nil:
		var e element
		it.kind = kindEvent
		name, e = list(f.Event)
		key = e.IdentityKey()
		body, err = c.encode(e, f.JSON)
	case f.Deleted != nil:
		it.kind, body = kindDeleted, f.Deleted
	case f.Gap != nil:
		it.kind = kindGap
		body, err = json.Marshal(map[string]string{"from": f.Gap.From.Format(time.RFC3339), "to": f.Gap.To.Format(time.RFC3339), "error": f.Gap.Err.Error()})
	default:
		return it, nil
	}
	if err != nil {
		return it, err
	}
	it.message = service.NewMessage(body)
	it.message.MetaSetMut("kind", it.kind)
	it.message.MetaSetMut("window", f.Checkpoint.Format(time.RFC3339))
	if name != "" {
		it.message.MetaSetMut("list", name)
	}
	if key != "" {
		it.message.MetaSetMut("key", key)
	}
	return it, nil
}
