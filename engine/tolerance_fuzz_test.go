package engine

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/client"
)

// record has a member of every kind that is generated. Scalars are pointers, so that a zero that
// came is told from one that did not.
type record struct {
	N    *int64           `json:"n,omitempty"`
	S    string           `json:"s,omitempty,omitzero"`
	B    *bool            `json:"b,omitempty"`
	T    *time.Time       `json:"t,omitempty"`
	Strs []string         `json:"strs,omitempty,omitzero"`
	Ints []int64          `json:"ints,omitempty,omitzero"`
	Open open             `json:"open,omitempty,omitzero"`
	PRec *open            `json:"prec,omitempty"`
	Recs []open           `json:"recs,omitempty,omitzero"`
	Text *openText        `json:"text,omitempty"`
	Map  map[string]int64 `json:"map,omitempty,omitzero"`
	List *openList        `json:"list,omitempty"`

	Extra map[string]json.RawMessage `json:",inline,embed"`
}

type openText struct {
	Text  string                     `json:"text"`
	Extra map[string]json.RawMessage `json:",inline,embed"`
}

type openList struct {
	Total *int64                     `json:"total"`
	Items []open                     `json:"items"`
	Extra map[string]json.RawMessage `json:",inline,embed"`
}

type plainRecord record

func (x record) MarshalJSON() ([]byte, error)             { return MarshalJSON(&x) }
func (x *record) UnmarshalJSON(b []byte) error            { return UnmarshalJSON(b, x) }
func (x *record) MarshalJSONTo(e *jsontext.Encoder) error { return MarshalJSONTo(e, (*plainRecord)(x)) }
func (x *record) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	return UnmarshalJSONFrom(d, (*plainRecord)(x), &x.Extra)
}

// leavesOf are the scalars of a JSON value as they mean, however they are written: 7, "7" and
// 7.0 are one, and so are the forms of an instant. What is null or empty says nothing.
func leavesOf(v any, found []string) []string {
	switch v := v.(type) {
	case map[string]any:
		for _, e := range v {
			found = leavesOf(e, found)
		}
	case []any:
		for _, e := range v {
			found = leavesOf(e, found)
		}
	case bool:
		found = append(found, meaning(strconv.FormatBool(v)))
	case string:
		if s := strings.TrimSpace(v); s != "" {
			found = append(found, meaning(s))
		}
	case jsontext.Value:
		found = append(found, meaning(string(v)))
	}
	return found
}

func meaning(s string) string {
	if t, ok := parseTime(s); ok {
		s = strconv.FormatInt(t.Unix(), 10) + "." + strconv.Itoa(t.Nanosecond())
		return strings.TrimSuffix(s, ".0")
	}
	if b, err := strconv.ParseBool(s); err == nil {
		return map[bool]string{true: "1", false: "0"}[b]
	}
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return strconv.FormatInt(n, 10)
	}
	if f, err := strconv.ParseFloat(s, 64); err == nil && f == math.Trunc(f) && math.Abs(f) < 1<<53 {
		return strconv.FormatInt(int64(f), 10)
	}
	return s
}

// What is kept is kept: where every deviation that is told says so, the value holds each scalar
// of the input, and writing it loses none.
func FuzzTolerance(f *testing.F) {
	for _, s := range []string{
		`{"n":"7","s":8,"b":"true","t":1768046400,"strs":"a","ints":"7","recs":{"guid":"a"},"text":"x"}`,
		`{"n":[7],"s":["x"],"b":[1],"t":["2026-01-10T12:00:00Z"],"strs":{"item":["a","b"]},"open":[{"GUID":"a","new":1}]}`,
		`{"recs":{"0":{"GUID":"a"},"2":{"Count":"2"}},"map":{"a":"1"},"prec":[{"count":"1"}],"list":[{"count":"1"},{"count":2}]}`,
		`{"recs":{"alert":[{"GUID":"a"}],"next":"more"},"list":[1],"n":7.0,"b":1,"s":true}`,
		`{"n":9007199254740993,"big":123456789012345678901234567890,"open":{"inner":{"list":[{"x":[{}]}]}}}`,
		`{"t":"2026-01-10 12:00:00 +0000 UTC","strs":[1,true,null,["a"]],"ints":["1",[2]],"text":["x"]}`,
		`{"n":[],"s":{},"b":"","t":"","strs":"","open":"","recs":{},"map":[],"prec":[],"list":{"items":{"id":1}}}`,
		`{"t":1700000000123456,"n":1e3,"b":"na","s":[[["x"]]],"recs":[["aa",600]],"open":["x"]}`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var in any
		if jsonv2.Unmarshal([]byte(text), &in) != nil { // no JSON, a member twice, or no UTF-8: the last one counts
			return
		}
		in, err := tree([]byte(text))
		if err != nil {
			return
		}
		kept := true
		p := newFake(t, nil, client.OnMismatch(func(m client.Mismatch) { kept = kept && m.Kept }))
		var v record
		if _, err := p.unmarshal(&Operation{}, "", []byte(text), &v); err != nil || !kept {
			return
		}
		b, err := json.Marshal(v)
		require.NoError(t, err, "%s cannot be written again", text)
		out, err := tree(b)
		require.NoError(t, err, "%s is written as %s", text, b)
		have := leavesOf(out, nil)
		for _, leaf := range leavesOf(in, nil) {
			i := slices.Index(have, leaf)
			require.GreaterOrEqual(t, i, 0, "%s was called kept and is %s: %s is lost", text, b, leaf)
			have = slices.Delete(have, i, i+1)
		}
	})
}
