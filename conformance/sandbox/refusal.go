package sandbox

import (
	"encoding/json"
	"net/http"
	"strconv"

	"github.com/threatclients/threatclients-go/conformance/exchange"
)

// refuse is an error of the service in its own form, with our reason as its message,
// because existing SDKs parse the form and show the message.
func (sv *apiServer) refuse(c *call, status int, reason string) *reply {
	c.done.Reason = reason
	e := form(c, status)
	if e == nil {
		return plainText(c, status, reason)
	}
	body := bodyOf(e)
	a := replyOf(e)
	a.status = status
	if e.Status != status { // headers of another failure do not belong here
		a.header = http.Header{"Content-Type": {e.ContentType}}
	}
	a.header.Del("WWW-Authenticate")
	return a.with(reworded(body, status, reason))
}

// form is an exchange that shows the service's error in JSON: with the status if there is
// one, of a request with the parameter that the refusal is about, and of the operation.
func form(c *call, status int) *exchange.Exchange {
	var best *exchange.Exchange
	cost := 0
	for _, e := range c.book.list {
		if e.Status < 400 || !exchange.IsJSON(e.ContentType) {
			continue
		}
		n := 0
		if e.Status != status {
			n += 3
		}
		if c.op == nil || e.OperationID != c.op.ID {
			n++
		}
		if c.about != "" && len(e.Query[c.about]) == 0 {
			n++
		}
		if best != nil && n >= cost {
			continue
		}
		if m, ok := bodyOf(e).(map[string]any); ok && len(m) > 0 {
			best, cost = e, n
		}
	}
	return best
}

// reworded puts a reason into the members of an error that are there for it.
func reworded(body any, status int, reason string) any {
	m, ok := body.(map[string]any)
	if !ok {
		return body
	}
	for name, v := range m {
		switch name {
		case "message", "error_message":
			m[name] = reason
		case "status", "statusCode":
			if _, number := v.(json.Number); number {
				m[name] = json.Number(strconv.Itoa(status))
			}
		case "error":
			m[name] = http.StatusText(status)
		case "identifier":
			delete(m, name)
		case "errors":
			if list, ok := v.([]any); ok && len(list) > 0 {
				if _, text := list[0].(string); text {
					m[name] = []any{reason}
				} else {
					m[name] = []any{reworded(clone(list[0]), status, reason)}
				}
			}
		}
	}
	return m
}
