package sandbox

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"github.com/threatclients/threatclients-go/conformance/exchange"
)

// reply is an answer before it is written.
type reply struct {
	status int
	header http.Header
	body   []byte
}

// replyOf is the answer of an exchange. A status that is not known is 200.
func replyOf(e *exchange.Exchange) *reply {
	a := &reply{status: e.Status, header: http.Header{}, body: e.Wire()}
	if a.status == 0 {
		a.status = http.StatusOK
	}
	e.SetHeader(a.header)
	return a
}

// with puts a JSON value into the body.
func (a *reply) with(body any) *reply {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false) // URLs stay readable
	if e.Encode(body) == nil {
		a.body = bytes.TrimSuffix(b.Bytes(), []byte("\n"))
	}
	return a
}

func plainText(c *call, status int, reason string) *reply {
	c.done.Reason = reason
	return &reply{status, http.Header{"Content-Type": {"text/plain; charset=utf-8"}}, []byte(reason + "\n")}
}

// write sends the answer, changed by the fault if there is one.
func (a *reply) write(w http.ResponseWriter, r *http.Request, f *Fault) {
	for name, values := range a.header {
		w.Header()[name] = values
	}
	body := a.body
	if a.status == http.StatusNoContent || a.status == http.StatusNotModified {
		body = nil
	} else {
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	}
	cut := -1
	if f != nil {
		if f.Type != "" {
			w.Header().Set("Content-Type", f.Type)
		}
		if f.Cut > 0 {
			cut = min(f.Cut, max(len(body)-1, 0))
		}
	}
	if w.Header().Get("Content-Type") == "" {
		w.Header()["Content-Type"] = nil // the answer has none; net/http would guess one
	}
	w.WriteHeader(a.status)
	if r.Method == http.MethodHead {
		return
	}
	if cut >= 0 {
		_, _ = w.Write(body[:cut])
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler) // net/http breaks the connection off
	}
	if f != nil && f.Slow > 0 {
		trickle(w, body, f.Slow)
		return
	}
	_, _ = w.Write(body) // a client that goes away is its own business
}

// trickle spreads a body over a time.
func trickle(w http.ResponseWriter, body []byte, over time.Duration) {
	const parts = 10
	for i := range parts {
		if _, err := w.Write(body[len(body)*i/parts : len(body)*(i+1)/parts]); err != nil {
			return
		}
		_ = http.NewResponseController(w).Flush()
		time.Sleep(over / parts)
	}
}
