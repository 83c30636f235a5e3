package engine

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// beast has a member for each function that generated decoders call.
type beast struct {
	Text    openName                   `json:"text,omitzero"`
	Texts   []openName                 `json:"texts,omitzero"`
	Whole   int64                      `json:"whole,omitzero"`
	Short   int32                      `json:"short,omitzero"`
	Count   *int64                     `json:"count,omitempty"`
	Number  float64                    `json:"number,omitzero"`
	Flag    bool                       `json:"flag,omitzero"`
	At      time.Time                  `json:"at,omitzero"`
	Grid    [][]int64                  `json:"grid,omitzero"`
	Parent  *beast                     `json:"parent,omitempty"`
	Named   map[openName]beast         `json:"named,omitzero"`
	Any     any                        `json:"any,omitzero"`
	Members map[string]json.RawMessage `json:",inline,embed"`
}

type openName string

// lean passes over what it does not know.
type lean struct {
	ID int64 `json:"id"`
}

func decodeBeast(d *Decoder, x *beast) bool {
	if !d.Enter('{') {
		return d.Null()
	}
	ok := true
	for ok && d.More('}') {
		switch name := d.Name(); string(name) {
		case "text":
			ok = ReadString(d, &x.Text)
		case "texts":
			ok = ReadStrings(d, &x.Texts)
		case "whole":
			ok = ReadInt(d, &x.Whole)
		case "short":
			ok = ReadInt(d, &x.Short)
		case "count":
			ok = ReadPointer(d, &x.Count, ReadInt)
		case "number":
			ok = ReadFloat(d, &x.Number)
		case "flag":
			ok = ReadBool(d, &x.Flag)
		case "at":
			ok = ReadTime(d, &x.At)
		case "grid":
			ok = ReadSlice(d, &x.Grid, func(d *Decoder, x *[]int64) bool { return ReadSlice(d, x, ReadInt) })
		case "parent":
			ok = ReadPointer(d, &x.Parent, decodeBeast)
		case "named":
			ok = ReadMap(d, &x.Named, decodeBeast)
		case "any":
			ok = ReadOther(d, &x.Any)
		default:
			ok = d.Extra(name, &x.Members)
		}
	}
	return ok && d.Done()
}

func decodeLean(d *Decoder, x *lean) bool {
	if !d.Enter('{') {
		return d.Null()
	}
	ok := true
	for ok && d.More('}') {
		switch string(d.Name()) {
		case "id":
			ok = ReadInt(d, &x.ID)
		default:
			ok = d.Unknown()
		}
	}
	return ok && d.Done()
}

// plainTexts are read by the functions themselves: a refusal would only be slow, and no other
// test would notice.
var plainTexts = []string{
	`{}`, `null`, " \t\r\n{ } ", `{"text":"a"}`, `{"text":null}`, `{"text":""}`, `{"text":"seven77"}`, `{"text":"eight888"}`, `{"text":"nine99999"}`, `{"text":"sixteen, as 8+8!"}`,
	`{"text":"t\u00e9\ud83d\ude00\n\"\\"}`, `{"text":"é","any":"日本"}`, `{"text":"a b~!"}`, `{"text":"12345678é"}`, `{"text":"1234567\\"}`, `{"texts":["a","","é\n"],"whole":0}`, `{"texts":[]}`, `{"texts":null}`,
	`{"whole":-12}`, `{"whole":-0}`, `{"whole":10}`, `{"whole":999999999999999999}`, `{"whole":9223372036854775807}`, `{"whole":-9223372036854775808}`, `{"whole":null}`, `{"short":2147483647}`, `{"short":-2147483648}`,
	`{"count":1}`, `{"count":null}`, `{"count":1,"count":2}`, `{"number":1}`, `{"number":-0.5}`, `{"number":1e2}`, `{"number":1.25E+2}`, `{"number":12e-1}`, `{"number":0}`, `{"number":null}`, `{"number":10.01}`,
	`{"flag":true}`, `{"flag":false}`, `{"flag":null}`, `{"at":"2026-01-15T10:00:00Z"}`, `{"at":"2024-02-29T23:59:59.123456789Z"}`, `{"at":"0000-01-01T00:00:00.1Z"}`, `{"at":"2026-01-15T10:00:00+02:00"}`, `{"at":null}`, `{"at":"2026-12-31T00:00:00Z"}`,
	`{"grid":[[1,2],[]]}`, `{"grid":[]}`, `{"grid":null}`, `{"parent":{"parent":{"whole":1}}}`, `{"parent":null}`, `{"named":{"a":{"whole":1},"b":null}}`, `{"named":{}}`, `{"named":null}`, `{"named":{"a":{"whole":1},"a":{"short":2}}}`,
	`{"any":{"a":[1,{"b":"\"]"}]},"whole":7}`, `{"any":[ ],"whole":7}`, `{"any":-1.5e3}`, `{"any":"x\\\"y"}`, `{"any":true}`, `{"any" : null , "whole" : 7 }`,
	`{"new":{"a":[true,false,null,-1.5e3,"\u0041é"]},"other":"x","new":1}`, `{"new":[]}`, `{"new":{}}`, `{"new": [ 1 , { "a" : 2 } ] }`,
}

// refusedTexts are refused: json/v2 says whether they mean something.
var refusedTexts = []string{
	``, ` `, `{`, `{"text"`, `{"text":`, `{"text":"a`, `{"text":"a"`, `{"text":"a\`, `{"text":"a\"}`, `{"text":"a` + "\n" + `"}`, `{"text":"12345678` + "\x1f" + `"}`, `{"text":"é` + "\n" + `"}`, `{"text":1}`, `{"text":nul}`, `{"text":"a"}x`, `{"text":"a"}{}`, `{"text":"a",}`, `{,}`, `{"text" "a"}`, `{"t\u0065xt":"a"}`, `{"é":1}`,
	`{"texts":["a",1]}`, `{"texts":["a",null]}`, `{"grid":[[1,2],[],null]}`, `{"texts":["a"`, `{"texts":["a"}`, `{"texts":["a" "b"]}`, `{"texts":"a"}`, `{"whole":01}`, `{"whole":-}`, `{"whole":1.5}`, `{"whole":1e2}`, `{"whole":"1"}`, `{"whole":00}`, `{"whole":9223372036854775808}`, `{"short":2147483648}`, `{"short":-2147483649}`,
	`{"number":1.}`, `{"number":.5}`, `{"number":1e}`, `{"number":1e+}`, `{"number":01}`, `{"number":-}`, `{"number":+1}`, `{"number":1e400}`, `{"number":"1"}`, `{"flag":tru}`, `{"flag":fals}`, `{"flag":1}`, `{"at":"2026-02-30T00:00:00Z"}`, `{"at":"2026-00-10T00:00:00Z"}`, `{"at":"2026-13-10T00:00:00Z"}`, `{"at":"2026-01-10T24:00:00Z"}`, `{"at":"2026-01-10T00:60:00Z"}`, `{"at":"2026-01-10T00:00:60Z"}`, `{"at":"2026-01-10 00:00:00Z"}`, `{"at":"2026-01-10T00:00:00.Z"}`, `{"at":"2026-01-10T00:00:00"}`, `{"at":"2026-01-1xT00:00:00Z"}`, `{"at":"2026-01-10T00:00:00Zx"}`, `{"at":1}`, `{"at":"2026-01-10T00:00:00Z`,
	`{"grid":[[1,"x"]]}`, `{"grid":[1]}`, `{"grid":[[1]}`, `{"grid":{}}`, `{"parent":1}`, `{"parent":[]}`, `{"named":[]}`, `{"named":{"a":1}}`, `{"named":{"a"}}`, `{"any":}`, `{"any":[1,]}`, `{"any":{"a":1]}`, `{"any":nope}`, `{"any":"x`, `{"any":"x\`,
	`{"new":[1,]}`, `{"new":{"a"}}`, `{"new":{"a":}}`, `{"new":{1:2}}`, `{"new":tru}`, `{"new":fals}`, `{"new":nul}`, `{"new":01}`, `{"new":"x}`, `{"new":[`, `{"new":}`, `{"new":[1 2]}`, `{"new":{"a" 1}}`, `{"new":"` + "\x01" + `"}`,
}

// decoded is Decode with a function like the generated ones.
func decoded[T any](text []byte, v *T, read func(*Decoder, *T) bool) bool {
	return Decode(text, v, func(d *Decoder) bool { return read(d, v) })
}

// What a function reads by itself is what json/v2 reads, and it reads what is plain.
func TestDecoderReadsWhatIsPlain(t *testing.T) {
	for _, text := range plainTexts {
		var got, want beast
		require.NoError(t, jsonv2.Unmarshal([]byte(text), &want, lenient()), text)
		if assert.True(t, decoded([]byte(text), &got, decodeBeast), "%s is read", text) {
			assert.Equal(t, want, got, text)
		}
		var gotLean, wantLean lean
		require.NoError(t, jsonv2.Unmarshal([]byte(text), &wantLean, lenient()), text)
		assert.True(t, decoded([]byte(text), &gotLean, decodeLean), "%s is passed over", text)
		assert.Equal(t, wantLean, gotLean, text)
	}
}

// What is not plain is refused and leaves nothing, or is read as json/v2 reads it.
func TestDecoderRefuses(t *testing.T) {
	for _, text := range refusedTexts {
		var got beast
		assert.False(t, decoded([]byte(text), &got, decodeBeast), "%s is refused", text)
		assert.Equal(t, beast{}, got, text)
	}
	// A text that is cut at any place is refused, and nothing is read behind its end.
	for _, text := range append(plainTexts, refusedTexts...) {
		for n := range len(text) {
			cut := bytes.Clone([]byte(text)[:n])
			var got, want beast
			if decoded(cut[:n:n], &got, decodeBeast) {
				require.NoError(t, jsonv2.Unmarshal(cut, &want, lenient()), "%s is read", cut)
				assert.Equal(t, want, got, "%s", cut)
			}
			var passed, wanted lean
			if decoded(cut[:n:n], &passed, decodeLean) {
				require.NoError(t, jsonv2.Unmarshal(cut, &wanted, lenient()), "%s is passed over", cut)
				assert.Equal(t, wanted, passed, "%s", cut)
			}
		}
	}
}

// Bytes that are no UTF-8 and halves of pairs are read as json/v2 reads them.
func TestDecoderOfBrokenText(t *testing.T) {
	for _, text := range []string{"{\"text\":\"\xff\"}", "{\"text\":\"a\xffb\\n\"}", `{"text":"\ud800"}`, `{"text":"\ud800x\udc00"}`, "{\"new\":\"\xff\"}", `{"new":"\ud800"}`, "{\"texts\":[\"\xff\",\"a\"]}"} {
		var got, want beast
		require.NoError(t, jsonv2.Unmarshal([]byte(text), &want, lenient()), text)
		require.True(t, decoded([]byte(text), &got, decodeBeast), text)
		assert.Equal(t, want, got, text)
	}
	for _, text := range []string{`{"text":"\x"}`, `{"text":"\u12"}`, `{"new":"\x"}`} {
		assert.False(t, decoded([]byte(text), new(beast), decodeBeast), text)
	}
}

// Strings of every length and with what ends the eight bytes at every place are read alike.
func TestDecoderTextsOfEveryLength(t *testing.T) {
	for n := range 40 {
		for _, special := range []string{"", `\n`, "é", `\"`, "\x01", "\x7f", "!", "#", " "} {
			for at := range n + 1 {
				s := strings.Repeat("a", at) + special + strings.Repeat("b", n-at)
				text := []byte(`{"text":"` + s + `","whole":7}`)
				var got, want beast
				ok := decoded(text, &got, decodeBeast)
				err := jsonv2.Unmarshal(text, &want, lenient())
				require.Equal(t, err == nil, ok, "%s", text)
				if ok {
					require.Equal(t, want, got, "%s", text)
				}
				require.Equal(t, ok, decoded(text, new(lean), decodeLean), "%s", text)
			}
		}
	}
}

// Nesting is followed to a depth; json/v2 decides beyond it.
func TestDecoderNesting(t *testing.T) {
	for depth, want := range map[int]bool{1: true, maxNesting - 1: true, maxNesting: false, maxNesting * 3: false} {
		arrays := strings.Repeat("[", depth) + strings.Repeat("]", depth)
		for _, name := range []string{"new", "any"} {
			assert.Equal(t, want, decoded([]byte(`{"`+name+`":`+arrays+`}`), new(beast), decodeBeast), "%d arrays under %s", depth, name)
		}
		parents := strings.Repeat(`{"parent":`, depth) + `{}` + strings.Repeat("}", depth)
		assert.Equal(t, want, decoded([]byte(parents), new(beast), decodeBeast), "%d objects", depth)
	}
	// Depth is given back: what is wide is not deep.
	assert.True(t, decoded([]byte(`{"new":[`+strings.Repeat("[],{},", maxNesting)+`1]}`), new(beast), decodeBeast))
}

// Large arrays are read whole, whatever was estimated of them; texts that come again are one copy.
func TestDecoderOfManyElements(t *testing.T) {
	for _, n := range []int{0, 1, estimated - 1, estimated, estimated + 1, 5000} {
		want := make([][]int64, n)
		texts := make([]openName, n)
		for i := range want {
			want[i], texts[i] = []int64{int64(i)}, openName(fmt.Sprintf("text %d", i%7))
		}
		text, err := json.Marshal(map[string]any{"grid": want, "texts": texts})
		require.NoError(t, err)
		var got beast
		require.True(t, decoded(text, &got, decodeBeast), n)
		assert.Equal(t, want, got.Grid)
		assert.Equal(t, texts, got.Texts)
		assert.Equal(t, len(texts), cap(got.Texts), "just as large as it must be")
	}
}

// What the document does not know is kept as it came, and not as a part of the reply.
func TestDecoderKeepsCopies(t *testing.T) {
	text := []byte(`{"new": {"a" : 1.50} ,"text":"short"}`)
	var got beast
	require.True(t, decoded(text, &got, decodeBeast))
	for i := range text {
		text[i] = 'x'
	}
	assert.Equal(t, `{"a" : 1.50}`, string(got.Members["new"]))
	assert.Equal(t, openName("short"), got.Text)
}

// A member under another name moves to its field, unless that was there, and is gone from what
// is unknown.
func TestAlias(t *testing.T) {
	for _, c := range []struct {
		text  string
		whole int64
		extra string
		ok    bool
	}{
		{`{"other":7}`, 7, "{}", true}, {`{"whole":3,"other":7}`, 3, `{"other":7}`, true}, {`{"x":1,"other":7}`, 7, `{"x":1}`, true},
		{`{"x":1}`, 0, `{"x":1}`, true}, {`{"other":"a"}`, 0, "{}", false}, {`{"other":null}`, 0, "{}", true},
	} {
		var got beast
		var ok bool
		require.True(t, decoded([]byte(c.text), &got, func(d *Decoder, x *beast) bool {
			if !decodeBeast(d, x) {
				return false
			}
			at := d.i
			ok = Alias(d, &x.Members, "other", &x.Whole, ReadInt)
			return d.i == at
		}), c.text)
		assert.Equal(t, c.ok, ok, c.text)
		assert.Equal(t, c.whole, got.Whole, c.text)
		kept, err := json.Marshal(got.Members)
		require.NoError(t, err)
		if got.Members == nil {
			kept = []byte("{}")
		}
		assert.JSONEq(t, c.extra, string(kept), c.text)
	}
}
