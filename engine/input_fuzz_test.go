package engine

import (
	"bytes"
	"fmt"
	"io"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"
)

// chunks hands out at most n bytes a time.
type chunks struct {
	r io.Reader
	n int
}

func (c chunks) Read(p []byte) (int, error) { return c.r.Read(p[:min(c.n, len(p))]) }

// walk reads an array: each element once whole and checked, or passed over.
func walk(r io.Reader, skip bool) (elements []string, err error) {
	in := &input{r: r}
	if in.peek() != '[' {
		return nil, in.broken()
	}
	in.pos++
	for first := true; ; first = false {
		more, err := in.more(']', first)
		if err != nil || !more {
			return elements, err
		}
		at := in.offset()
		if skip {
			err = in.skip()
			elements = append(elements, fmt.Sprint(in.offset()-at))
		} else {
			var v jsontext.Value
			v, err = in.valid()
			elements = append(elements, fmt.Sprint(len(v)))
		}
		if err != nil {
			return elements, err
		}
	}
}

// An array is cut into the same elements in whatever chunks it arrives, and into those that json/v2
// finds; what is passed over ends where what is read ends.
func FuzzInput(f *testing.F) {
	for _, s := range []string{`[1,"a\\\"",{"a":[{}]},null,[]]`, ` [ ] `, `[1,]`, `["\\`, `[{"a":1}`, `[tru]`, `[1 2]`, `[{"a":1,}]`, "[\"\xff\"]", `[{"a"1}]`, `[1e5,-0.0]`, `{}`, ``} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		want, wantErr := walk(bytes.NewReader(text), false)
		for _, n := range []int{1, 2, 3, 7} {
			got, err := walk(chunks{bytes.NewReader(text), n}, false)
			require.Equal(t, want, got, "%q by %d", text, n)
			require.Equal(t, fmt.Sprint(wantErr), fmt.Sprint(err), "%q by %d", text, n)
			skipped, err := walk(chunks{bytes.NewReader(text), n}, true)
			require.Equal(t, wantErr == nil, err == nil, "%q by %d: %v, %v", text, n, wantErr, err)
			if err == nil {
				require.Len(t, skipped, len(want), "%q by %d", text, n)
			}
		}
		var list []jsontext.Value
		if err := json.Unmarshal(text, &list, lenient()); err == nil && list != nil {
			require.NoError(t, wantErr, "%q", text)
			var lengths []string
			for _, v := range list {
				lengths = append(lengths, fmt.Sprint(len(v)))
			}
			require.Equal(t, want, lengths, "%q", text)
		}
	})
}
