package sandbox

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/threatclients/threatclients-go/conformance/check"
	"github.com/threatclients/threatclients-go/conformance/exchange"
)

// Call is a call that was answered.
type Call struct {
	API, Operation string
	Method, Target string // as on the request line
	Header         http.Header
	Body           []byte
	Status         int
	Source         string   // the exchange that shaped the answer
	Reason         string   // why it was refused
	Notes          []string // what was taken although the document does not allow it, and other remarks
	Time           time.Time
	Duration       time.Duration // for Log until the answer was written, for Calls until it began
}

// call is a call that is being answered.
type call struct {
	*exchange.Request
	service *apiServer
	book    *book // as it was when the call came
	op      *check.Operation
	values  map[string]string // of the path, decoded
	below   string            // the path below the base, as it was sent
	query   url.Values
	body    any  // JSON; nil when there is none
	entered bool // the credentials were right
	fault   *Fault
	about   string    // the parameter that a refusal is about, if it has errors of its own
	reads   *tqlQuery // what associations are read with
	done    Call
}

func (c *call) note(text string) { c.done.Notes = append(c.done.Notes, text) }

// segments are the parts of the path, decoded.
func segments(path string) []string {
	parts := strings.Split(strings.Trim(path, "/"), "/")
	for i, p := range parts {
		if d, err := url.PathUnescape(p); err == nil {
			parts[i] = d
		}
	}
	return parts
}

func lastSegment(path string) string {
	parts := segments(path)
	return parts[len(parts)-1]
}

// joined is the path of segments, each encoded in one way only, so that it can be a key.
func joined(parts []string) string {
	var b strings.Builder
	for _, p := range parts {
		b.WriteString("/" + url.PathEscape(p))
	}
	return b.String()
}

// Calls returns the calls so far, oldest first, or those of some operations by operationId; of
// very many only the latest.
func (s *Sandbox) Calls(operations ...string) []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(s.calls), func(c Call) bool {
		return len(operations) > 0 && !slices.Contains(operations, c.Operation)
	})
}

// keptCalls bounds the memory of a sandbox that runs for days.
const keptCalls = 10_000

func (s *Sandbox) note(c Call) {
	s.mu.Lock()
	if len(s.calls) >= 2*keptCalls {
		s.calls = append([]Call(nil), s.calls[keptCalls:]...)
	}
	s.calls = append(s.calls, c)
	s.mu.Unlock()
}
