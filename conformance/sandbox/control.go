package sandbox

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/threatclients/threatclients-go/conformance/exchange"
)

// controlled is the path below which the sandbox itself answers, without credentials.
const controlled = "/_sandbox/"

// control answers requests to the sandbox itself.
func (s *Sandbox) control(w http.ResponseWriter, r *exchange.Request) bool {
	what, ok := strings.CutPrefix(r.SentPath(), controlled)
	if !ok {
		return false
	}
	switch r.Method + " " + what {
	case "GET faults":
		s.faults.mu.Lock()
		defer s.faults.mu.Unlock()
		say(w, http.StatusOK, append([]Fault{}, s.faults.list...))
	case "POST faults":
		f, err := readFault(string(r.Body))
		if err != nil {
			say(w, http.StatusBadRequest, map[string]string{"message": err.Error()})
			return true
		}
		s.Fail(f)
		say(w, http.StatusCreated, f)
	case "DELETE faults":
		s.Heal()
		w.WriteHeader(http.StatusNoContent)
	case "POST reset":
		s.Reset()
		w.WriteHeader(http.StatusNoContent)
	case "GET calls":
		say(w, http.StatusOK, lines(s.Calls()))
	case "GET accounts":
		say(w, http.StatusOK, s.Credentials())
	default:
		say(w, http.StatusNotFound, map[string]string{"message": "there are GET, POST and DELETE faults, POST reset, GET calls, GET accounts"})
	}
	return true
}

// readFault reads a fault as text, "GET /v2/siem/*=429", or as JSON with durations as text.
func readFault(s string) (Fault, error) {
	var m map[string]any
	if json.Unmarshal([]byte(s), &m) != nil {
		return ParseFault(strings.TrimSpace(s))
	}
	f := Fault{}
	for name, v := range m {
		switch name {
		case "on":
			f.On = text(v)
		case "retryAfter":
			f.RetryAfter = text(v)
		default:
			if err := f.set(name, text(v)); err != nil {
				return f, err
			}
		}
	}
	return f, nil
}

// Reset forgets everything that calls have made, and the calls.
func (s *Sandbox) Reset() {
	for _, sv := range s.services {
		sv.mu.Lock()
		if sv.store != nil {
			sv.store = newStore()
		}
		sv.mu.Unlock()
	}
	s.mu.Lock()
	s.calls = nil
	s.mu.Unlock()
}

// Credentials returns what lets a client in, by API. They are the same everywhere and public.
func (s *Sandbox) Credentials() map[string][]Credential {
	list := map[string][]Credential{}
	for _, sv := range s.services {
		if sv.account != nil {
			list[sv.name] = sv.account.Credentials
		}
	}
	return list
}

// Put places an element at its path, such as /v2/groups/incidents/1, as if a call had made
// it. Values are what encoding/json reads.
func (s *Sandbox) Put(api, path string, value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	var v any
	if err := exchange.DecodeJSON(text, &v); err != nil {
		return err
	}
	for _, sv := range s.services {
		if sv.name != api {
			continue
		}
		if err := sv.load(new(call)); err != nil {
			return err
		}
		sv.mu.Lock()
		defer sv.mu.Unlock()
		path = joined(segments(strings.TrimPrefix(path, sv.spec.Base)))
		if parent, segment, ok := sv.itemAt(path); ok {
			sv.insert(parent, &item{value: identified(v, sv.collection(parent).keys, segment), key: segment, born: true})
		} else {
			sv.store.documents[path] = v
		}
		return nil
	}
	return unknownAPI(api)
}

type unknownAPI string

func (a unknownAPI) Error() string { return "this sandbox does not serve " + string(a) }

func say(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // a client that goes away is its own business
}

// line is a call as the log has it: without headers and bodies.
type line struct {
	Time      time.Time `json:"time"`
	API       string    `json:"api,omitempty"`
	Operation string    `json:"operation,omitempty"`
	Method    string    `json:"method"`
	Target    string    `json:"target"`
	Status    int       `json:"status"`
	Source    string    `json:"source,omitempty"`
	Reason    string    `json:"reason,omitempty"`
	Notes     []string  `json:"notes,omitempty"`
	Millis    float64   `json:"ms"`
}

func lineOf(c Call) line {
	return line{c.Time, c.API, c.Operation, c.Method, c.Target, c.Status, c.Source, c.Reason, c.Notes, float64(c.Duration.Microseconds()) / 1000}
}

func lines(list []Call) []line {
	out := make([]line, len(list))
	for i, c := range list {
		out[i] = lineOf(c)
	}
	return out
}
