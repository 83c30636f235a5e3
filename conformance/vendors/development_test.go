package vendors_test

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/conformance/check"
	"github.com/threatclients/threatclients-go/conformance/sandbox"
	"github.com/threatclients/threatclients-go/gen/tap"
	"github.com/threatclients/threatclients-go/specs"
)

// What README.md promises to somebody with 50 calls a day: a client with a
// recorder asks once, and answers from its files when nobody is there any more.
func TestDevelopmentCache(t *testing.T) {
	spec, err := check.LoadSpec(specs.FS(), specs.TAP)
	require.NoError(t, err)
	srv, err := sandbox.Serve(sandbox.Options{APIs: []string{specs.TAP}})
	require.NoError(t, err)
	defer srv.Close()
	observer := &sandbox.Observer{Spec: spec, Warn: func(op string, p check.Problem) {
		assert.Fail(t, "what comes is not what the document says", "%s: %v", op, p)
	}}
	recorder := &sandbox.Recorder{Base: observer, Dir: filepath.Join(t.TempDir(), "recordings"), Mode: sandbox.Cache, Spec: spec}
	c, err := tap.New(auth.Basic(srv.Credential(specs.TAP, "principal"), srv.Credential(specs.TAP, "secret")), client.Server(srv.Server(specs.TAP)), client.AllowHTTP(), client.Transport(recorder))
	require.NoError(t, err)
	people := func() (n int) {
		t.Helper()
		for _, err := range c.ListVeryAttackedPeople(context.Background(), &tap.ListVeryAttackedPeopleParams{Window: 30}) {
			require.NoError(t, err)
			n++
		}
		return n
	}
	live := people()
	srv.Close()
	assert.NotZero(t, live, "people from the server")
	assert.Equal(t, live, people(), "people from the files")
}
