package auth

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParseHawk(t *testing.T) {
	type m = map[string]string
	for header, want := range map[string]m{
		`Hawk id="a", mac="b"`:                                  {"id": "a", "mac": "b"},
		`hawk mac="b",id="a"`:                                   {"id": "a", "mac": "b"},
		`Hawk  id="a" ,  ext="x=1, y", mac="b" `:                {"id": "a", "mac": "b", "ext": "x=1, y"},
		`Hawk id="a", ext="", mac="b+/="`:                       {"id": "a", "mac": "b+/=", "ext": ""},
		"Hawk id=\"a\", mac=\"!#$%&'()*+,-./:;<=>?@[]^_`{|}~\"": {"id": "a", "mac": "!#$%&'()*+,-./:;<=>?@[]^_`{|}~"},
		``:                              nil,
		`Hawk`:                          nil,
		`Hawk `:                         nil,
		`Basic aWQ6YQ==`:                nil,
		`HawkX id="a", mac="b"`:         nil,
		"Hawk\tid=\"a\", mac=\"b\"":     nil,
		`Hawk id="a"`:                   nil,
		`Hawk id="", mac="b"`:           nil,
		`Hawk id="a", mac="b",`:         nil,
		`Hawk , id="a", mac="b"`:        nil,
		`Hawk id="a",, mac="b"`:         nil,
		`Hawk id="a" mac="b"`:           nil,
		`Hawk id="a"; mac="b"`:          nil,
		`Hawk id="a", mac="b" x`:        nil,
		`Hawk id="a", mac="b`:           nil,
		`Hawk id=a, mac=b`:              nil,
		`Hawk id = "a", mac="b"`:        nil,
		`Hawk id="a\"b", mac="b"`:       nil,
		`Hawk id="ä", mac="b"`:          nil,
		"Hawk id=\"a\x00\", mac=\"b\"":  nil,
		`Hawk id="a", id="c", mac="b"`:  nil,
		`Hawk id="a", mac="b", app="c"`: nil,
		`Hawk ID="a", mac="b"`:          nil,
		`Hawk id="a", mac="` + strings.Repeat("b", 4096) + `"`: nil,
	} {
		got, err := parseHawk(header, "id mac", "ext")
		assert.Equal(t, want, got, "the attributes of %.80q", header)
		if want != nil {
			assert.NoError(t, err, "%.80q", header)
		} else {
			assert.ErrorIs(t, err, ErrCredential, "%.80q", header)
		}
	}
}

// A header may be as long as servers read, and no longer.
func TestParseHawkLength(t *testing.T) {
	header := func(n int) string {
		return `Hawk id="a", mac="` + strings.Repeat("b", n-len(`Hawk id="a", mac=""`)) + `"`
	}
	_, err := parseHawk(header(hawkLimit), "id mac", "")
	assert.NoError(t, err, "%d bytes are read", hawkLimit)
	_, err = parseHawk(header(hawkLimit+1), "id mac", "")
	assert.Error(t, err, "%d bytes are too many", hawkLimit+1)
}

// What is read can be written, and reads as the same.
func FuzzParseHawk(f *testing.F) {
	for _, s := range []string{`Hawk id="a", mac="b"`, `Hawk`, `Hawk id="a",`, `Hawk id="a" mac="b"`, `hawk id=a`, `Hawk id="a\"b"`, `Basic x`, `Hawk id="a", id="b"`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, header string) {
		a, err := parseHawk(header, "id", "mac")
		if err != nil {
			return
		}
		again, err := parseHawk(hawkHeader("id", a["id"], "mac", a["mac"]), "id", "mac")
		require.NoError(t, err, "%q was read as %v and written again", header, a)
		assert.Equal(t, a["id"], again["id"], "the id of %q, read again", header)
		assert.Equal(t, a["mac"], again["mac"], "the mac of %q, read again", header)
	})
}

// What is written can be read, whatever the values are.
func FuzzHawkHeader(f *testing.F) {
	f.Add("id", "ext")
	f.Add(`a", mac="b`, "")
	f.Add(" ", ", ")
	f.Fuzz(func(t *testing.T, id, ext string) {
		if id == "" || !isAttribute(id) || !isAttribute(ext) || len(id)+len(ext) > hawkLimit-20 {
			return
		}
		a, err := parseHawk(hawkHeader("id", id, "ext", ext), "id", "ext")
		require.NoError(t, err, "written with the id %q and the ext %q", id, ext)
		assert.Equal(t, id, a["id"], "the id that was written")
		assert.Equal(t, ext, a["ext"], "the ext that was written")
	})
}
