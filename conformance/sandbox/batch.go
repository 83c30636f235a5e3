package sandbox

import (
	"encoding/json"
	"strings"

	"github.com/threatclients/threatclients-go/conformance/exchange"
)

// counted counts the elements of the lists of an upload by their names: a JSON body, or the
// JSON parts of a form.
func counted(c *call) map[string]int {
	bodies := []string{string(c.Request.Body)}
	if isForm(c) {
		form, err := exchange.Form(c.Request.Body, c.Header.Get("Content-Type"))
		if err != nil {
			return nil
		}
		bodies = nil
		for _, part := range form {
			bodies = append(bodies, part)
		}
	}
	counts := map[string]int{}
	for _, body := range bodies {
		var m map[string]any
		if json.Unmarshal([]byte(body), &m) != nil {
			continue
		}
		for name, v := range m {
			if list, ok := v.([]any); ok {
				counts[name] += len(list)
			}
		}
	}
	return counts
}

// processed sets the counts of an element to which a list was uploaded: everything was a
// success. Members are successCount, successIndicatorCount and the like.
func processed(value any, counts map[string]int) {
	m, ok := value.(map[string]any)
	if !ok {
		return
	}
	total := 0
	for _, n := range counts {
		total += n
	}
	for name := range m {
		kind, isCount := strings.CutSuffix(name, "Count")
		kind, success := strings.CutPrefix(kind, "success")
		switch {
		case !isCount:
		case !success:
			m[name] = countOf(0)
		case kind == "":
			m[name] = countOf(total)
		default:
			m[name] = countOf(counts[strings.ToLower(kind[:1])+kind[1:]])
		}
	}
}
