package collector

import (
	"encoding/json"
	"time"

	"github.com/redpanda-data/benthos/v4/public/service"

	"github.com/threatclients/threatclients-go/client"
)

// The kinds of messages: what a feed hands out.
const (
	kindEvent   = "event"
	kindDeleted = "deleted"
	kindGap     = "gap"
)

// item is what a feed hands out, as a message; a mark between windows has none.
type item struct {
	message    *service.Message
	kind       string
	checkpoint time.Time
}

// element is an event of any API. Its JSON has the members that its document does not know.
type element interface {
	json.Marshaler
	IdentityKey() string
}

// itemOf makes an item of what was followed; list tells the list that an event stood in, and
// the event itself.
func itemOf[T any](f client.Followed[T], list func(*T) (string, element)) (item, error) {
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
		body, err = e.MarshalJSON()
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
