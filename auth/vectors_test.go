package auth

import (
	"encoding/json"
	"io/fs"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/specs"
)

// vector is one of specs/vectors; each file has those members that its scheme needs.
type vector struct {
	Name, Scheme                                  string
	AccessID, SecretKey                           string
	ID, Key, Ext, Nonce                           string
	Username, Password, User, Token, Organization string
	Time                                          int64
	Method, URL, ContentType, Body                string
	Signed                                        string
	Attributes, Headers                           map[string]string
}

// vectors reads a file of specs/vectors, which other languages test themselves against too.
func vectors(t *testing.T, file string) []vector {
	t.Helper()
	b, err := fs.ReadFile(specs.FS(), "vectors/"+file)
	require.NoError(t, err)
	var content struct{ Vectors []vector }
	require.NoError(t, json.Unmarshal(b, &content), file)
	require.NotEmpty(t, content.Vectors, file)
	return content.Vectors
}

// sentHeaders are the headers of a request, each with its one value.
func sentHeaders(r *http.Request) map[string]string {
	out := map[string]string{}
	for name, values := range r.Header {
		out[name] = values[0]
	}
	return out
}
