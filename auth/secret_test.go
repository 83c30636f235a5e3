package auth

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"log"
	"log/slog"
	"os"
	"os/exec"
	"strings"
	"testing"
	"text/template"

	jsonv2 "github.com/go-json-experiment/json"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const hidden = "hunter2-hunter2"

// holder is what a user may print without a thought.
type holder struct {
	Key     Secret
	Pointer *Secret
	List    []Secret
	Map     map[string]Secret
	key     Secret
	keys    map[Secret]int
}

func TestSecretDoesNotPrint(t *testing.T) {
	s := NewSecret(hidden)
	held := holder{s, &s, []Secret{s}, map[string]Secret{"a": s}, s, map[Secret]int{s: 1}}
	texts := []any{fmt.Errorf("%v %v %w", s, held, ErrCredential).Error(), "is " + s.String()}
	for name, print := range map[string]func(io.Writer, any) error{
		"fmt": func(w io.Writer, v any) error {
			for _, verb := range strings.Fields("%v %+v %#v %s %q %#q %x %X %#x %d %o %b %c %U %t %e %g %p %10.3v %-40s %!") {
				fmt.Fprintf(w, verb+"\n", v)
			}
			fmt.Fprintln(w, v, []any{v})
			return nil
		},
		"log":       func(w io.Writer, v any) error { log.New(w, "", 0).Print(v); return nil },
		"slog text": func(w io.Writer, v any) error { return logged(slog.NewTextHandler(w, nil), v) },
		"slog json": func(w io.Writer, v any) error { return logged(slog.NewJSONHandler(w, nil), v) },
		"json":      func(w io.Writer, v any) error { return json.NewEncoder(w).Encode(v) },
		"json/v2":   func(w io.Writer, v any) error { return jsonv2.MarshalWrite(w, v) },
		"template":  func(w io.Writer, v any) error { return template.Must(template.New("").Parse("{{.}}")).Execute(w, v) },
	} {
		for _, v := range append(texts, s, &s, held, &held, []Secret{s}, map[string]any{"s": s}, struct{ Any any }{s}, map[Secret]int{s: 1}) {
			var out bytes.Buffer
			assert.NoError(t, print(&out, v), "%s of %T is printed", name, v)
			for _, form := range []string{hidden, fmt.Sprintf("%x", hidden), fmt.Sprintf("%X", hidden), hidden[:7], fmt.Sprint([]byte(hidden)), fmt.Sprintf("%b", []byte(hidden))} {
				assert.NotContains(t, out.String(), form, "%s of %T shows the secret", name, v)
			}
		}
	}
	v := slog.AnyValue(s).Resolve()
	assert.Equal(t, slog.KindString, v.Kind(), "what a handler of slog is given")
	assert.Equal(t, redacted, v.String(), "what a handler of slog is given")
	assert.Equal(t, hidden, s.Reveal(), "Reveal is the one way to the secret")
	assert.Empty(t, (Secret{}).Reveal(), "the zero Secret holds none")
}

func TestSecretDoesNotEncode(t *testing.T) {
	type keyed struct {
		Key  Secret
		Attr Secret `xml:",attr"`
	}
	var out bytes.Buffer
	assert.NoError(t, xml.NewEncoder(&out).Encode(keyed{NewSecret(hidden), NewSecret(hidden)}), "xml")
	assert.NoError(t, gob.NewEncoder(&out).Encode(keyed{NewSecret(hidden), NewSecret(hidden)}), "gob")
	assert.NotContains(t, out.String(), hidden, "xml or gob show the secret")
	assert.Equal(t, 4, strings.Count(out.String(), redacted), "each of two members is redacted in xml and in gob")
}

// A program that ends in a panic prints its value by other means than fmt's.
func TestSecretDoesNotPanic(t *testing.T) {
	const ask = "AUTH_TEST_PANIC"
	switch s := NewSecret(hidden); os.Getenv(ask) {
	case "secret":
		panic(s)
	case "struct":
		panic(holder{Key: s})
	case "error":
		panic(fmt.Errorf("with %v", s))
	}
	for _, what := range []string{"secret", "struct", "error"} {
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestSecretDoesNotPanic$")
		cmd.Env = append(os.Environ(), ask+"="+what)
		out, err := cmd.CombinedOutput()
		assert.Error(t, err, "%s: the program ends in a panic", what)
		assert.Contains(t, string(out), "panic", "%s: the program ends in a panic", what)
		assert.NotContains(t, string(out), hidden, "%s: the panic shows the secret", what)
	}
}

// noted is a test whose failures are kept.
type noted struct{ text string }

func (n *noted) Errorf(format string, args ...any) { n.text += fmt.Sprintf(format, args...) }

// The diffs of testify call no method, look into unexported fields and follow pointers.
func TestSecretIsNotDiffed(t *testing.T) {
	var failed noted
	assert.Equal(&failed, &holder{Key: NewSecret(hidden)}, &holder{Key: NewSecret(hidden + "2")})
	require.Contains(t, failed.text, "Not equal", "the comparison fails")
	assert.NotContains(t, failed.text, hidden)
	s := NewSecret(hidden)
	assert.Equal(t, s, s, "the same Secret is equal to itself")
	assert.NotEqual(t, s, NewSecret(hidden), "two are not, so that a comparison tells nothing")
}

// What this package hands out keeps its keys where nothing prints them.
func TestEditorsDoNotPrint(t *testing.T) {
	r := request(t, "GET", "https://api.example.com/v2/agents", "")
	require.NoError(t, Hawk("id", hidden, "")(t.Context(), r), "the request is signed")
	verified, err := VerifyHawk(r, func(string) (Secret, bool) { return NewSecret(hidden), true })
	require.NoError(t, err)
	for _, v := range []any{verified, *verified, Basic("p", hidden), Hawk("id", hidden, ""), ThreatConnectHMAC("id", hidden)} {
		assert.NotContains(t, fmt.Sprintf("%v %+v %#v", v, v, v), hidden, "%T shows the secret", v)
	}
}

func logged(h slog.Handler, v any) error {
	slog.New(h).Info("x", "v", v, slog.Any("any", v), slog.Group("g", "v", v))
	return nil
}
