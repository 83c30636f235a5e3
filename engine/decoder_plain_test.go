package engine

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unsafe"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// unaided reports whether read takes the text without json/v2, which allocates.
func unaided[T any](text string, read func(*Decoder, *T) bool) bool {
	b := []byte(text)
	var v T
	var d Decoder
	ok := true
	allocated := testing.AllocsPerRun(10, func() {
		d.b, d.i = b, 0
		ok = ok && read(&d, &v)
	})
	return ok && allocated == 0
}

// Instants of UTC, as services write them, are read by hand.
func TestReadTimeByHand(t *testing.T) {
	for text, want := range map[string]bool{
		"2026-01-15T10:00:00Z": true, "1999-09-09T19:29:39Z": true, "2026-12-31T23:59:59Z": true, "2024-02-29T00:00:00.5Z": true, "2024-02-29T00:00:00.123456789Z": true,
		"2026-01-15T10:00:00.1234567890Z": false, "2026-01-15T10:00:00+02:00": false,
	} {
		assert.Equal(t, want, unaided(`"`+text+`"`, ReadTime), "%s, and nothing behind it", text)
		assert.Equal(t, want, unaided(` "`+text+`" }`, ReadTime), text)
		var got, is time.Time
		require.NoError(t, jsonv2.Unmarshal([]byte(`"`+text+`"`), &is), text)
		require.True(t, ReadTime(&Decoder{b: []byte(`"` + text + `"`)}, &got), text)
		assert.Equal(t, is.UTC(), got.UTC(), text)
	}
}

// Integers of up to 18 digits are read by hand, wherever they stand.
func TestReadIntByHand(t *testing.T) {
	for text, want := range map[string]bool{"7": true, "-12": true, "999999999999999999": true, "-999999999999999999": true, "9223372036854775807": false} {
		for _, before := range []string{"", strings.Repeat(" ", 30)} {
			assert.Equal(t, want, unaided(before+text, ReadInt[int64]), "%s behind %d bytes", text, len(before))
		}
	}
}

// A long array takes about the memory that its elements need: the rest of it is estimated.
func TestReadSliceEstimates(t *testing.T) {
	const n = 40_000
	text := []byte("[" + strings.Repeat("1000,", n-1) + "1000]")
	var got []int64
	require.True(t, ReadSlice(&Decoder{b: text}, &got, ReadInt))
	require.Len(t, got, n)
	assert.Less(t, cap(got), n+n/20, "elements for which there is room")
}

// Short texts that come again in long JSON are one copy.
func TestDecoderSharesTexts(t *testing.T) {
	for size, want := range map[int]bool{2: true, 32: true, 33: false} {
		one, other := strings.Repeat("a", size), strings.Repeat("b", size)
		texts, err := json.Marshal(map[string]any{"texts": []string{one, other, one, strings.Repeat("x", 4<<10)}})
		require.NoError(t, err)
		var got beast
		require.True(t, decoded(texts, &got, decodeBeast), size)
		first, again := string(got.Texts[0]), string(got.Texts[2])
		assert.Equal(t, one, again, "%d bytes", size)
		assert.Equal(t, want, unsafe.StringData(first) == unsafe.StringData(again), "%d bytes are one copy", size)
	}
}

// Blanks behind what is not ASCII are a part of the text, and bytes that are no UTF-8 are
// replaced, also in the last bytes of the JSON.
func TestDecoderTextsAtTheEnd(t *testing.T) {
	for _, text := range []string{`{"text":"é b c"}`, `{"text":"a\n b"}`, "{\"text\":\"\x80\"}", "{\"text\":\"a\x80b\"}", `{"text":"a b"}`} {
		var got, want beast
		require.NoError(t, jsonv2.Unmarshal([]byte(text), &want, lenient()), text)
		require.True(t, decoded([]byte(text), &got, decodeBeast), text)
		assert.Equal(t, want, got, "%q", text)
	}
}

// A name that is no UTF-8 costs the other members nothing.
func TestMembersBesideABrokenName(t *testing.T) {
	s, err := readMembers([]byte("{\"\xff\":1,\"id\":7}"), []string{"id"})
	require.NoError(t, err)
	assert.Equal(t, "7", string(s.members.get("id")))
}
