package sandbox

import (
	"slices"
	"strings"

	"github.com/threatclients/threatclients-go/conformance/exchange"
)

// batch carries out a file that was uploaded to a job: lists of objects by their kind, such
// as indicator and group, and a list of associations between them. Each object is made,
// changed or deleted through its own paths, as a call would.
type batch struct {
	sv     *apiServer
	c      *call
	root   string         // first segment of the paths
	config map[string]any // of the job
	done   map[string]int // by kind
	failed map[string]int
	left   int // not tried, after a failure that halts the job
	errors []any
}

// entry is an object of the file.
type entry struct {
	kind    string
	members map[string]any
	path    string // of the object, once it is there
	reason  string // why it failed
}

// uploaded is the settings and the file of a job: the body, or JSON parts of a form. file is
// nil when there is none.
func uploaded(c *call) (config, file map[string]any) {
	bodies := map[string]string{"": string(c.Request.Body)}
	if isForm(c) {
		bodies, _ = exchange.Form(c.Request.Body, c.Header.Get("Content-Type"))
	}
	for _, body := range bodies {
		var v any
		if exchange.DecodeJSON([]byte(body), &v) != nil {
			continue
		}
		switch v := v.(type) {
		case []any: // the first version of the format, or a file in a list
			file = map[string]any{"indicator": v}
			if len(v) == 1 {
				if m, ok := v[0].(map[string]any); ok && m["type"] == nil {
					file = m
				}
			}
		case map[string]any:
			if holdsList(v) {
				file = v
			} else {
				config = v
			}
		}
	}
	return config, file
}

func holdsList(m map[string]any) bool {
	for _, v := range m {
		if _, ok := v.([]any); ok {
			return true
		}
	}
	return false
}

// runBatch carries a file out and writes the result into the job at a path.
func (sv *apiServer) runBatch(c *call, path string, job any, config, file map[string]any) {
	b := &batch{sv: sv, c: c, root: segments(path)[0], config: config, done: map[string]int{}, failed: map[string]int{}}
	var all []*entry
	for _, kind := range names(file) {
		list, _ := file[kind].([]any)
		for _, v := range list {
			m, _ := v.(map[string]any)
			all = append(all, &entry{kind: kind, members: m})
		}
	}
	for _, step := range []func(*entry) string{b.make, b.relate} { // an object may refer to a later one
		for _, e := range all {
			if e.reason == "" && (len(b.errors) == 0 || text(config["haltOnError"]) != "true") {
				if e.reason = step(e); e.reason != "" {
					b.errors = append(b.errors, map[string]any{"errorReason": e.reason, "errorSource": text(e.members["summary"]) + text(e.members["xid"])})
				}
			}
		}
	}
	for _, e := range all {
		switch {
		case e.reason != "":
			b.failed[e.kind]++
		case e.path == "":
			b.left++
		default:
			b.done[e.kind]++
		}
	}
	b.report(job)
	errors := path + "/errors"
	delete(sv.store.documents, errors)
	if sv.store.gone[errors] = len(b.errors) == 0; len(b.errors) > 0 {
		sv.store.documents[errors] = b.errors
	}
}

// report sets the counts of a job: successCount, errorIndicatorCount and the like.
func (b *batch) report(job any) {
	m, _ := job.(map[string]any)
	for name := range m {
		kind, isCount := strings.CutSuffix(name, "Count")
		for word, counts := range map[string]map[string]int{"success": b.done, "error": b.failed, "unprocess": {"": b.left}} {
			if of, ok := strings.CutPrefix(kind, word); ok && isCount {
				n := 0
				for k, count := range counts {
					if of == "" || strings.EqualFold(of, k) {
						n += count
					}
				}
				m[name] = countOf(n)
			}
		}
	}
}

// perform makes a call of the batch's own; reason is why it failed.
func (b *batch) perform(method, path string, body any) (reason string) {
	return b.sv.perform(b.c, method, path, body)
}

// rewritten reports that the attributes, tags and labels of an object are replaced by the file's.
func (b *batch) rewritten(member string) bool {
	replaced := []string{"tag", "securityLabel"} // unless the job says otherwise
	switch b.config[member+"WriteType"] {
	case "Replace":
		return true
	case nil:
		return slices.Contains(replaced, member)
	}
	return false
}
