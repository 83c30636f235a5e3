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
			if err := print(&out, v); err != nil {
				t.Errorf("%s of %T: %v", name, v, err)
			}
			for _, form := range []string{hidden, fmt.Sprintf("%x", hidden), fmt.Sprintf("%X", hidden), hidden[:7], fmt.Sprint([]byte(hidden)), fmt.Sprintf("%b", []byte(hidden))} {
				if strings.Contains(out.String(), form) {
					t.Errorf("%s of %T shows the secret", name, v)
				}
			}
		}
	}
	if v := slog.AnyValue(s).Resolve(); v.Kind() != slog.KindString || v.String() != redacted {
		t.Error("a handler of slog is given the secret")
	}
	if s.Reveal() != hidden || (Secret{}).Reveal() != "" {
		t.Error("the secret is lost")
	}
}

func TestSecretDoesNotEncode(t *testing.T) {
	type keyed struct {
		Key  Secret
		Attr Secret `xml:",attr"`
	}
	var out bytes.Buffer
	if err := xml.NewEncoder(&out).Encode(keyed{NewSecret(hidden), NewSecret(hidden)}); err != nil {
		t.Error(err)
	}
	if err := gob.NewEncoder(&out).Encode(keyed{NewSecret(hidden), NewSecret(hidden)}); err != nil {
		t.Error(err)
	}
	if strings.Contains(out.String(), hidden) || strings.Count(out.String(), redacted) != 4 {
		t.Error("xml or gob show the secret")
	}
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
		if err == nil || !bytes.Contains(out, []byte("panic")) || bytes.Contains(out, []byte(hidden)) {
			t.Errorf("%s: %v\n%s", what, err, out)
		}
	}
}

// What this package hands out keeps its keys where nothing prints them.
func TestEditorsDoNotPrint(t *testing.T) {
	r := request(t, "GET", "https://api.example.com/v2/agents", "")
	if err := Hawk("id", hidden, "")(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	verified, err := VerifyHawk(r, func(string) (Secret, bool) { return NewSecret(hidden), true })
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range []any{verified, *verified, Basic("p", hidden), Hawk("id", hidden, ""), ThreatConnectHMAC("id", hidden)} {
		if out := fmt.Sprintf("%v %+v %#v", v, v, v); strings.Contains(out, hidden) {
			t.Errorf("%T shows the secret", v)
		}
	}
}

func logged(h slog.Handler, v any) error {
	slog.New(h).Info("x", "v", v, slog.Any("any", v), slog.Group("g", "v", v))
	return nil
}
