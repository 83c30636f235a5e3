package check

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/conformance/exchange"
)

func TestLoss(t *testing.T) {
	for _, x := range []struct {
		want, got string
		odd       []string
		lost      int
	}{
		{`{"a":{"n":0},"b":[1],"c":"x"}`, `{"b":[1]}`, nil, 2},
		{`{"a":"","b":null,"c":[],"d":{}}`, `{}`, nil, 0},
		{`{"a":false}`, `{}`, nil, 1},
		{`{"a":9007199254740993}`, `{"a":9007199254740992}`, nil, 1},
		{`{"a":1.0}`, `{"a":1}`, nil, 0},
		{`{"a":"2026-01-15T10:00:00.000Z"}`, `{"a":"2026-01-15T10:00:00Z"}`, nil, 0},
		{`{"a":"3"}`, `{"a":3}`, nil, 1},
		{`{"a":"3"}`, `{"a":3}`, []string{"/a"}, 0},
		{`{"a":"x"}`, `{"a":["x"]}`, []string{"/a"}, 0},
		{`{"a":["x"]}`, `{"a":"x"}`, []string{"/a"}, 0},
		{`{"a":["x","y"]}`, `{"a":"x"}`, []string{"/a"}, 1},
		{`{"a":"na"}`, `{}`, []string{"/a"}, 0},
		{`{"a":"high"}`, `{}`, []string{"/a"}, 1},
		{`{"a":1}`, `{"a":true}`, []string{"/a"}, 0},
		{`[1,2]`, `{"list":[1,2]}`, []string{""}, 0},
		{`{"list":[1,2]}`, `[1,2]`, []string{""}, 0},
		{`{"guid":"x"}`, `{"GUID":"x"}`, nil, 0},
		{`{"guid":"x"}`, `{"GUID":"y"}`, nil, 1},
		{`{"guid":"x"}`, `{"id":"x"}`, nil, 1},
		{`{"guid":"x","GUID":null}`, `{"GUID":"x"}`, nil, 0},
		{`{"guid":"x","GUID":"y"}`, `{"GUID":"y","guid":"x"}`, nil, 0},
		{`{"guid":"x","GUID":"y"}`, `{"GUID":"y"}`, nil, 1},
		{`{"a":[{"guid":"3"}]}`, `{"a":[{"GUID":3}]}`, []string{"/a/*/GUID"}, 0},
	} {
		var w, g any
		require.NoError(t, errors.Join(exchange.DecodeJSON([]byte(x.want), &w), exchange.DecodeJSON([]byte(x.got), &g)))
		odd := map[string]bool{}
		for _, p := range x.odd {
			odd[p] = true
		}
		assert.Len(t, lost("", w, g, changes{odd, map[string][]string{"guid": {"GUID"}}}), x.lost, "%s → %s, where %q are odd", x.want, x.got, x.odd)
	}
}
