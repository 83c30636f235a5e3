package auth

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"log/slog"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// credentials makes an editor of each constructor for each of its credentials.
func credentials(value string) map[string]map[string]Editor {
	return map[string]map[string]Editor{
		"Basic":              {"principal": Basic(value, "good"), "secret": Basic("good", value)},
		"UserPassword":       {"user": UserPassword(value, "good"), "password": UserPassword("good", value)},
		"APIKey":             {"API key": APIKey(value, "good"), "organization": APIKey("good", value)},
		"ThreatConnectToken": {"token": ThreatConnectToken(value)},
		"ThreatConnectHMAC":  {"access ID": ThreatConnectHMAC(value, "good"), "secret key": ThreatConnectHMAC("good", value)},
		"Hawk": {"Hawk id": Hawk(value, "good", "good"), "Hawk key": Hawk("good", value, "good"), "Hawk ext": Hawk("good", "good", value),
			"Hawk nonce": Hawk("good", "good", "", nonce(value))},
		"Anonymous": {},
	}
}

// A credential that cannot be sent is named by its role and never shown, and no header is
// set.
func TestUnusableCredentials(t *testing.T) {
	const (
		all    = "principal, secret, user, password, API key, organization, token, access ID, secret key, Hawk id, Hawk key, Hawk ext, Hawk nonce"
		ascii  = "API key, organization, token, access ID, Hawk id, Hawk ext, Hawk nonce"
		quoted = "Hawk id, Hawk ext, Hawk nonce"
	)
	for _, x := range []struct{ value, roles string }{
		{"", "principal, secret, user, password, API key, token, access ID, secret key, Hawk id, Hawk key, Hawk nonce"},
		{"hunter2\nX-Other: 1", all}, {"hunter2\r", all}, {"hunter2\x00", all}, {"hunter2\x7f", all}, {"hunter2\t", all}, {"hunter2\u0085", all},
		{" hunter2", all}, {"hunter2 ", all}, {"hunter2\u00a0", all}, {"hunter2\u2028", all}, {"\ufeffhunter2", all}, {"hunter\u200b2", all}, {"hunter2\xff", all},
		{strings.Repeat("hunter2", 1000) + "\n", all},
		{"hünter2", ascii}, {"“hunter2”", ascii}, {"hunter2…", ascii},
		{`hunter2"`, quoted}, {`hunter2\`, quoted},
		{"hunter2:", "principal, access ID"},
	} {
		tried := 0
		for name, editors := range credentials(x.value) {
			for role, sign := range editors {
				if !slices.Contains(strings.Split(x.roles, ", "), role) {
					continue
				}
				tried++
				r := request(t, "GET", "https://api.example.com/", "")
				err := sign(t.Context(), r)
				var refused *Error
				if !assert.ErrorAs(t, err, &refused, "%s, %s %.40q is refused", name, role, x.value) {
					continue
				}
				assert.Equal(t, role, refused.Role, "%s, %s %.40q: the role that is named", name, role, x.value)
				assert.ErrorIs(t, err, ErrCredential, "%s, %s %.40q", name, role, x.value)
				assert.Empty(t, r.Header, "%s, %s %.40q: no header is set", name, role, x.value)
				var logs strings.Builder
				logged(slog.NewJSONHandler(&logs, nil), err)
				logged(slog.NewTextHandler(&logs, nil), err)
				out := fmt.Sprintf("%v %+v %#v %q %s", err, err, err, err, logs.String())
				assert.NotContains(t, out, "nter", "%s, %s %.40q is shown", name, role, x.value)
				assert.NotContains(t, out, "good", "%s, %s %.40q: the other credential is shown", name, role, x.value)
				assert.LessOrEqual(t, len(err.Error()), 100, "%s, %s %.40q: bytes of the error's text", name, role, x.value)
			}
		}
		assert.Equal(t, 1+strings.Count(x.roles, ","), tried, "%.40q: roles in which it was tried", x.value)
	}
}

func TestUsableCredentials(t *testing.T) {
	for _, value := range []string{"a", "with blank", "!#$%&'()*+,-./;<=>?@[]^_`{|}~", "0123456789abcdef"} {
		for name, editors := range credentials(value) {
			for role, sign := range editors {
				r := request(t, "GET", "https://api.example.com/", "")
				assert.NoError(t, sign(t.Context(), r), "%s, %s %q", name, role, value)
				assert.NotEmpty(t, r.Header, "%s, %s %q: a header is set", name, role, value)
			}
		}
	}
}

// Each constructor of an Editor is among those that are tested above.
func TestEachEditorIsTested(t *testing.T) {
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	var found []string
	for _, name := range files {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		require.NoError(t, err, name)
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || !fn.Name.IsExported() || fn.Type.Results == nil {
				continue
			}
			if id, ok := fn.Type.Results.List[0].Type.(*ast.Ident); ok && id.Name == "Editor" {
				found = append(found, fn.Name.Name)
			}
		}
	}
	assert.ElementsMatch(t, slices.Collect(maps.Keys(credentials(""))), found, "the tested constructors are those that the package has")
}
