package engine

import (
	"slices"
	"strings"
	"testing"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A page read element by element and the same page decoded whole are the same elements, and one
// is an answer if the other is.
func FuzzPageAgainstWhole(f *testing.F) {
	for _, s := range []string{
		`{"data":[{"id":1},{"id":"2"},{"id":3,"text":7}],"total":3}`, `[{"id":1}]`, `{"data":{"id":1}}`, `{"data":{}}`, `{"data":null,"total":0}`, `{"data":null}`,
		`{"data":{"0":{"id":1},"2":{"id":2}}}`, `{"data":{"item":[{"id":1}]}}`, `{"data":"x"}`, `{"data":["x"]}`, `{"data":["x",{"id":1}]}`, `{"total":1}`, `{}`, `[]`, `null`, ` `,
		`{"Data":[]}`, `{"message":"x"}`, `{"data":[]} x`, `<html>`, `{"data":[{"id":1},`, `{"status":"Failure","data":[]}`, `{"status":"Success","data":[{"id":1}]}`,
		`{"data":{"message":"down"}}`, `{"data":[null,{"id":1}]}`, `{"data":7}`, `{"data":true}`, `{"data":[{"text":["a"]},{"id":{}}]}`,
	} {
		f.Add(s)
	}
	type whole struct {
		Data   []event `json:"data"`
		Total  *int64  `json:"total"`
		Status string  `json:"status"`
	}
	op := listOp(&Paging{Style: "single", Items: []string{"data"}, Total: "total"})
	op.Envelope = &Envelope{Status: "status", Success: "Success"}
	f.Fuzz(func(t *testing.T, reply string) {
		var any any
		if err := jsonv2.Unmarshal([]byte(reply), &any, jsontext.AllowInvalidUTF8(true)); err != nil && jsonv2.Unmarshal([]byte(reply), &any, lenient()) == nil {
			return // a member twice: a list yields the elements of both
		}
		streamed := newFake(t, []answer{says(200, reply)})
		list, listErr := stream(t, streamed, op, data)
		read := newFake(t, []answer{says(200, reply)})
		page, pageErr := get[whole](t.Context(), read.Pipeline, request(op, ""), nil)
		if jsontext.Value(strings.TrimSpace(reply)).Kind() == '[' && pageErr != nil {
			return // whole, an array must share a member with the elements; a stream has handed them out by then
		}
		if arraysIn(any) {
			return // alone in an array, an element of a page is taken; in a list it is another kind of list
		}
		require.Equal(t, pageErr == nil, listErr == nil, "%q: the list says %v, the page %v", reply, listErr, pageErr)
		if listErr != nil {
			return
		}
		// Elements of no kind, and null, are skipped in a list and zero in a page.
		zero := func(e event) bool { return e == event{} }
		a, b := slices.DeleteFunc(slices.Clone(list), zero), slices.DeleteFunc(slices.Clone(page.Data), zero)
		assert.True(t, slices.Equal(a, b), "%q: the list is %v, the page %v", reply, list, page.Data)
		assert.LessOrEqual(t, len(list), len(page.Data), "%q: the list has no elements that the page lacks", reply)
	})
}

// arraysIn reports whether a list holds arrays.
func arraysIn(v any) bool {
	switch v := v.(type) {
	case []any:
		return slices.ContainsFunc(v, func(e any) bool {
			_, ok := e.([]any)
			return ok || arraysIn(e)
		})
	case map[string]any:
		for _, e := range v {
			if arraysIn(e) {
				return true
			}
		}
	}
	return false
}
