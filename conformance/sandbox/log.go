package sandbox

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
)

// TextLog writes a line for each call: time, status, duration, request, the exchange that
// shaped the answer, the reason of a refusal, and notes.
func TextLog(w io.Writer) func(Call) {
	var mu sync.Mutex
	return func(c Call) {
		text := fmt.Sprintf("%s %d %6.1fms %s %s", c.Time.Format("15:04:05.000"), c.Status, float64(c.Duration)/float64(time.Millisecond), c.Method, c.Target)
		if c.Source != "" {
			text += " as " + c.Source
		}
		if c.Reason != "" {
			text += " · " + c.Reason
		}
		if len(c.Notes) > 0 {
			text += " · " + strings.Join(c.Notes, "; ")
		}
		mu.Lock()
		defer mu.Unlock()
		_, _ = fmt.Fprintln(w, text) // a failing log must not stop the server
	}
}

// JSONLog writes the same as JSON, an object a line.
func JSONLog(w io.Writer) func(Call) {
	var mu sync.Mutex
	return func(c Call) {
		text, err := json.Marshal(lineOf(c))
		if err != nil {
			return
		}
		mu.Lock()
		defer mu.Unlock()
		_, _ = fmt.Fprintf(w, "%s\n", text)
	}
}
