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
		if err == nil {
			err = s.known(f)
		}
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
