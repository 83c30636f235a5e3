package engine

import (
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/client"
)

// arrivals are the ways in which a text may arrive.
func arrivals(text string) map[string]io.Reader {
	return map[string]io.Reader{
		"at once":       strings.NewReader(text),
		"in halves":     iotest.HalfReader(strings.NewReader(text)),
		"end with data": iotest.DataErrReader(strings.NewReader(text)),
		"byte by byte":  iotest.OneByteReader(strings.NewReader(text)),
	}
}

// Values are cut where they end, however the text arrives.
func TestInputValues(t *testing.T) {
	long := `{"text":"` + strings.Repeat(`\\\"{[`, chunk/3) + `"}`
	values := []string{`{}`, `[1,[2,"]"],{"a":"}"}]`, `"a\"b\\"`, `""`, "-1.5e3", "true", "null", long, `{"\\":"\\"}`}
	for name, r := range arrivals(" " + strings.Join(values, " \r\n\t") + "\n") {
		in := &input{r: r}
		for _, want := range values {
			got, err := in.value()
			require.NoError(t, err, "%s: %.20s", name, want)
			require.Equal(t, want, string(got), name)
		}
		assert.Zero(t, in.peek(), name)
		assert.Equal(t, io.EOF, in.err, name)
	}
}

// What is passed over leaves the text where it ends, and its grammar was checked.
func TestInputSkips(t *testing.T) {
	for _, skipped := range []string{`{"a":[1,{"b":"]}"}],"c":null}`, `[]`, `[[[]],` + strings.Repeat(" ", 2*chunk) + `"x"]`, `"text"`, `12`} {
		for name, r := range arrivals(skipped + `,{"next":1}`) {
			in := &input{r: r}
			require.NoError(t, in.skip(), "%s: %.20s", name, skipped)
			assert.EqualValues(t, len(skipped), in.offset(), "%s: %.20s", name, skipped)
			more, err := in.more(']', false)
			require.NoError(t, err)
			require.True(t, more)
			got, err := in.value()
			require.NoError(t, err)
			assert.Equal(t, `{"next":1}`, string(got), name)
		}
	}
	for text, offset := range map[string]int64{`{"a":1,}`: 7, `[1 2]`: 4, `  tru `: 6, `["a" : 1]`: 6, `[1}`: 3} {
		in := &input{r: strings.NewReader(" " + text)}
		err := in.skip()
		var syntax *jsontext.SyntacticError
		require.ErrorAs(t, err, &syntax, text)
		assert.Equal(t, offset, syntax.ByteOffset, text)
	}
	assert.ErrorIs(t, (&input{r: strings.NewReader(`{"a":[`)}).skip(), io.ErrUnexpectedEOF)
}

// What is kept is bounded by the largest value, not by the text, and that by elementLimit.
func TestInputForgets(t *testing.T) {
	one := `{"a":"` + strings.Repeat("x", 1000) + `"}`
	in := &input{r: &repeat{text: one, left: 20_000}}
	largest := 0
	for range 20_000 {
		_, err := in.value()
		require.NoError(t, err)
		largest = max(largest, cap(in.buf))
	}
	assert.LessOrEqual(t, largest, 4*chunk)

	in = &input{r: io.MultiReader(strings.NewReader(`["`), &repeat{text: strings.Repeat("x", 1<<20), left: 1 << 20})}
	_, err := in.value()
	assert.Equal(t, client.ErrTooLarge, err)
	in = &input{r: io.MultiReader(strings.NewReader(`["`), &repeat{text: strings.Repeat("x", 1<<20), left: 1 << 20})}
	assert.ErrorIs(t, in.skip(), client.ErrTooLarge, "one text of a value that is passed over")
}

// A reader that neither reads nor fails must not be asked forever, and an error is kept.
func TestInputFails(t *testing.T) {
	in := &input{r: reader(func([]byte) (int, error) { return 0, nil })}
	_, err := in.value()
	assert.Equal(t, io.ErrNoProgress, err)
	lost := errors.New("connection lost")
	for _, text := range []string{"", "[1,", `"a`, "12", `{"a":`} {
		for _, read := range []func(*input) error{
			func(in *input) error { _, err := in.value(); return err },
			func(in *input) error { return in.skip() },
		} {
			in := &input{r: io.MultiReader(strings.NewReader(text), iotest.ErrReader(lost))}
			assert.ErrorIs(t, read(in), lost, text)
		}
	}
}

// A text that ends anywhere is never taken for a whole one.
func TestInputTruncated(t *testing.T) {
	const text = `{"a":[1,{"b":"]}\""}],"c":"d"}`
	for n := range len(text) {
		in := &input{r: strings.NewReader(text[:n])}
		_, err := in.value()
		require.Equal(t, io.ErrUnexpectedEOF, err, text[:n])
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 1000 { // no byte makes it panic or hang
		b := []byte(text)
		b[r.IntN(len(b))] = byte(r.Uint32())
		in := &input{r: iotest.OneByteReader(strings.NewReader(string(b)))}
		for {
			if _, err := in.value(); err != nil {
				break
			}
		}
	}
}
