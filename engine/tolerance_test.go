package engine

import (
	"reflect"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/client"
)

type (
	rec struct {
		ID int64 `json:"id"`
	}
	tagged struct {
		Name string   `json:"name"`
		Tags []string `json:"tags"`
	}
	list struct {
		Total *int64 `json:"total"`
		Items []rec  `json:"items"`
	}
	twoLists struct {
		A []rec `json:"a"`
		B []rec `json:"b"`
	}
	text struct {
		Text string `json:"text"`
	}
	opaque struct {
		Value jsontext.Value `json:"value"`
	}
	other string // an enum
)

// Each kind of member against each kind of JSON: fits, is converted without loss, or stays
// zero and is reported. "" in want.how is "fits": nothing is reported.
func TestTolerance(t *testing.T) {
	const kept, lost = "kept", "lost"
	var (
		noBool *bool
		noTime *time.Time
	)
	for _, c := range []struct {
		text string
		want any
		how  string
	}{
		// Text.
		{`"x"`, "x", ""},
		{`""`, "", ""},
		{`null`, "", ""},
		{`3`, "3", kept},
		{`3.10`, "3.10", kept}, // as written
		{`12345678901234567890123`, "12345678901234567890123", kept},
		{`true`, "true", kept},
		{`false`, "false", kept},
		{`["x"]`, "x", kept},
		{`[]`, "", kept},
		{`["x","y"]`, "", lost},
		{`{"x":1}`, "", lost},
		{`7`, other("7"), kept},
		{`"never seen"`, other("never seen"), ""}, // enums are open
		{`{}`, other(""), lost},
		{`5`, new("5"), kept},

		// Whole numbers: 16777217 is beyond float32, 2^53+1 beyond float64.
		{`16777217`, int64(16777217), ""},
		{`9007199254740993`, int64(9007199254740993), ""},
		{`9223372036854775807`, int64(9223372036854775807), ""},
		{`null`, int64(0), ""},
		{`"16777217"`, int64(16777217), kept},
		{`"9007199254740993"`, int64(9007199254740993), kept},
		{`"-9223372036854775808"`, int64(-9223372036854775808), kept},
		{`" 7 "`, int64(7), kept},
		{`7.0`, int64(7), kept},
		{`1e3`, int64(1000), kept},
		{`9007199254740991.0`, int64(9007199254740991), kept},
		{`true`, int64(1), kept},
		{`"false"`, int64(0), kept},
		{`[7]`, int64(7), kept},
		{`[]`, int64(0), kept},
		{`7.5`, int64(0), lost},
		{`9007199254740993.0`, int64(0), lost}, // a float64 would make it ...992
		{`9223372036854775808`, int64(0), lost},
		{`1e300`, int64(0), lost},
		{`""`, int64(0), lost},
		{`"na"`, int64(0), lost},
		{`"inf"`, int64(0), lost},
		{`"7 days"`, int64(0), lost},
		{`[[[7]]]`, int64(7), kept}, // conversions inside conversions have an end
		{`[[[[7]]]]`, int64(0), lost},
		{`[7,8]`, int64(0), lost},
		{`{"id":7}`, int64(0), lost},
		{`2147483647`, int32(2147483647), ""},
		{`"2147483647"`, int32(2147483647), kept},
		{`2147483648`, int32(0), lost},
		{`"7"`, uint8(0), lost}, // a kind that is not generated
		{`""`, (*int64)(nil), lost},
		{`null`, (*int64)(nil), ""},
		{`"0"`, new(int64(0)), kept}, // 0 is not absent

		// Numbers.
		{`16777217`, 16777217.0, ""},
		{`2.5`, 2.5, ""},
		{`"2.5"`, 2.5, kept},
		{`"16777217"`, 16777217.0, kept},
		{`[2.5]`, 2.5, kept},
		{`"NaN"`, 0.0, lost},
		{`"Infinity"`, 0.0, lost},
		{`"1e999"`, 0.0, lost},
		{`""`, 0.0, lost},
		{`true`, 0.0, lost},
		{`""`, (*float64)(nil), lost},
		{`"0.5"`, new(0.5), kept},

		// Booleans.
		{`true`, true, ""},
		{`"true"`, true, kept},
		{`"False"`, false, kept},
		{`1`, true, kept},
		{`0`, false, kept},
		{`2`, false, lost},
		{`"na"`, false, lost},
		{`"yes"`, false, lost},
		{`""`, false, lost},
		{`{}`, false, lost},
		{`"na"`, noBool, lost}, // unknown is not false
		{`""`, noBool, lost},
		{`null`, noBool, ""},
		{`"false"`, new(false), kept},
		{`[true]`, new(true), kept},

		// Instants: only what names one.
		{`"2026-01-10T12:00:00Z"`, noon, ""},
		{`"2026-01-10T12:00:00+0000"`, noon, kept},
		{`"2026-01-10 12:00:00Z"`, noon, kept},
		{`"2026-01-10 12:00:00 +0000"`, noon, kept},
		{`"Sat, 10 Jan 2026 12:00:00 +0000"`, noon, kept},
		{`1768046400`, noon, kept},
		{`"1768046400"`, noon, kept},
		{`1768046400000`, noon, kept},
		{`["2026-01-10T12:00:00Z"]`, noon, kept},
		{`null`, time.Time{}, ""},
		{`""`, time.Time{}, lost},
		{`"2026-01-10 12:00:00"`, time.Time{}, lost}, // which zone?
		{`"2026-01-10"`, noon.Truncate(24 * time.Hour), kept},
		{`["2026-01-10"]`, []time.Time{noon.Truncate(24 * time.Hour)}, kept},
		{`"2026-02-30"`, time.Time{}, lost},
		{`12`, time.Time{}, lost},
		{`true`, time.Time{}, lost},
		{`{}`, time.Time{}, lost},
		{`""`, noTime, lost},
		{`1768046400`, new(noon), kept},

		// Lists.
		{`["a"]`, []string{"a"}, ""},
		{`[]`, []string{}, ""},
		{`null`, []string(nil), ""},
		{`"a"`, []string{"a"}, kept},
		{`""`, []string(nil), kept},
		{`5`, []string{"5"}, kept},
		{`["a",3,null]`, []string{"a", "3", ""}, kept},
		{`["a",null]`, []string{"a", ""}, kept}, // an element that nobody wrote
		{`[ null , {"id":7}]`, []rec{{}, {7}}, kept},
		{`[null]`, []*rec{nil}, kept},
		{`[null,1]`, []any{nil, 1.0}, ""},
		{`["a,null","[null"]`, []string{"a,null", "[null"}, ""},
		{`["a",{}]`, []string{"a", ""}, lost},
		{`7`, []int64{7}, kept},
		{`"x"`, []int64(nil), lost},
		{`{"item":["a","b"]}`, []string{"a", "b"}, kept},
		{`{"count":2,"item":["a","b"]}`, []string(nil), lost}, // count would be dropped
		{`{"a":["x"],"b":["y"]}`, []string(nil), lost},        // which one?
		{`{"id":7}`, []rec{{7}}, kept},
		{`{"id":"7"}`, []rec{{7}}, kept},
		{`{"rows":[{"id":7},{"id":"8"}]}`, []rec{{7}, {8}}, kept},
		{`{"name":"x","tags":["a"]}`, []tagged{{"x", []string{"a"}}}, kept}, // an element, not a wrapper
		{`{"name":"x","tags":["a"]}`, []*tagged{{"x", []string{"a"}}}, kept},
		{`{"name":"x","tags":[]}`, []tagged{{"x", []string{}}}, kept},
		{`{"rows":[{"name":"x","tags":["a"]}]}`, []tagged{{"x", []string{"a"}}}, kept},
		{`{"id":7}`, new([]rec{{7}}), kept},
		{`{"a":1}`, []map[string]int64{{"a": 1}}, kept}, // any object is such a map

		// Objects.
		{`{"id":7}`, rec{7}, ""},
		{`{"id":"7"}`, rec{7}, kept},
		{`{"id":"7"}`, new(rec{7}), kept},
		{`7`, rec{}, lost},
		{`"x"`, rec{}, lost},
		{`[{"id":7}]`, list{nil, []rec{{7}}}, kept}, // the list of an object that has just one
		{`[{"id":"7"}]`, new(list{nil, []rec{{7}}}), kept},
		{`[]`, list{nil, []rec{}}, kept},
		{`[{"id":7}]`, twoLists{}, lost},
		{`[{"id":7}]`, rec{7}, kept}, // a list of one for the object
		{`[{"id":7},{"id":8}]`, rec{}, lost},
		{`[{"other":7}]`, rec{}, lost},
		{`[1]`, opaque{}, lost},
		{`"x"`, text{"x"}, kept}, // the text of an object that has nothing else
		{`7`, text{}, lost},
		{`{"a":1}`, map[string]int64{"a": 1}, ""},
		{`{"a":"1","b":"x"}`, map[string]int64{"a": 1, "b": 0}, lost},
		{`[]`, map[string]int64(nil), kept},
		{`[ ]`, new(map[string]int64(nil)), kept},
		{`[1]`, map[string]int64(nil), lost},
		{`{"7":1}`, map[int64]int64{7: 1}, ""},
		{`{"7":"1"}`, map[int64]int64{7: 1}, kept},
		{`{"x":1}`, map[int64]int64{0: 1}, lost},
		{`{"a":1}`, map[string]string{"a": "1"}, kept},

		// What decodes itself, and what takes everything.
		{`"2026/01/09"`, client.NewSlashDate(2026, 1, 9), ""},
		{`""`, client.SlashDate{}, ""},
		{`"na"`, client.SlashDate{}, lost},
		{`20260109`, client.SlashDate{}, lost},
		{`{"a":[1]}`, jsontext.Value(`{"a":[1]}`), ""},
		{`["a",1.5]`, any([]any{"a", 1.5}), ""},
	} {
		// A record with that member, and a member before and after it that must survive.
		box := reflect.New(reflect.StructOf([]reflect.StructField{
			{Name: "Before", Type: reflect.TypeFor[int](), Tag: `json:"before"`},
			{Name: "V", Type: reflect.TypeOf(c.want), Tag: `json:"v"`},
			{Name: "After", Type: reflect.TypeFor[string](), Tag: `json:"after"`},
		}))
		f := newFake(t, nil)
		_, err := f.tolerate(&Operation{}, "", []byte(`{"before":1,"v":`+c.text+`,"after":"2"}`), box.Interface())
		how := ""
		for _, m := range f.mismatches {
			if how == "" {
				how = kept
			}
			if !m.Kept {
				how = lost
			}
			assert.Regexp(t, "^/v", m.Pointer, "%s into %T: the member that is reported", c.text, c.want)
		}
		v := box.Elem()
		got := v.Field(1).Interface()
		assert.NoError(t, err, "%s into %T", c.text, c.want)
		assert.True(t, same(got, c.want), "%s into %T: %#v; want %#v", c.text, c.want, got, c.want)
		assert.Equal(t, c.how, how, "%s into %T: what is reported: %q", c.text, c.want, f.told())
		assert.EqualValues(t, 1, v.Field(0).Int(), "%s into %T: the member before it", c.text, c.want)
		assert.Equal(t, "2", v.Field(2).String(), "%s into %T: the member after it", c.text, c.want)
		// What is not reported must have fitted in the first place.
		f.mismatches = nil
		_, err = f.unmarshal(&Operation{}, "", []byte(`{"v":`+c.text+`}`), box.Interface())
		assert.NoError(t, err, "%s into %T, strict first", c.text, c.want)
		assert.Equal(t, c.how == "", len(f.mismatches) == 0, "%s into %T, strict first, fits: %q", c.text, c.want, f.told())
	}
}

func same(a, b any) bool {
	if x, ok := a.(time.Time); ok {
		return x.Equal(b.(time.Time))
	}
	if x, ok := a.(*time.Time); ok && x != nil && b.(*time.Time) != nil {
		return x.Equal(*b.(*time.Time))
	}
	return reflect.DeepEqual(a, b)
}

// An element of a list that does not fit costs its place nothing: its neighbours are whole.
func TestToleranceOfNeighbours(t *testing.T) {
	f := newFake(t, nil)
	var got []*rec
	_, err := f.unmarshal(&Operation{}, "", []byte(`[{"id":1},"x",{"id":"3"},null,{"id":5}]`), &got)
	require.NoError(t, err)
	assert.Equal(t, []*rec{{1}, {0}, {3}, nil, {5}}, got, "what does not fit is zero, and null is nil: %q", f.told())
}

func TestParseTime(t *testing.T) {
	for text, want := range map[string]time.Time{
		"2026-01-10T12:00:00.5Z":          noon.Add(time.Second / 2),
		"2026-01-10T13:00:00+01:00":       noon,
		"2026-01-10 13:00:00+01:00":       noon,
		"2026-01-10 13:00:00+0100":        noon,
		"Sat, 10 Jan 2026 13:00:00 +0100": noon,
		"100000001":                       time.Unix(100000001, 0),
		"100000000001":                    time.UnixMilli(100000000001),
		"2026-01-10":                      noon.Add(-12 * time.Hour),
		"0001-01-01T12:00:00Z":            time.Date(1, 1, 1, 12, 0, 0, 0, time.UTC),
	} {
		got, ok := parseTime(text)
		assert.True(t, ok, "%s is an instant", text)
		assert.True(t, got.Equal(want), "%s is %v; want %v", text, got, want)
	}
	for _, text := range []string{"", "0", "100000000", "100000000000", "7258118400", "7258118400000", "1700000000123456", "1700000000123456789", "0000-01-01T00:00:00Z", "-1768046400", "1768046400.5", "noon", "2026-1-10", "0000-01-01", "Sat, 10 Jan 2026 13:00:00 CET"} {
		got, ok := parseTime(text)
		assert.False(t, ok, "%q is no instant", text)
		assert.Zero(t, got, "%q is no instant", text)
	}
}
