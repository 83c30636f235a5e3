// Package policy_test holds every client to its guarantees: what is repeated, refused, bounded,
// kept secret, paged and tolerated. It goes through the client of a synthetic document.
package policy_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/conformance/fake"
	"github.com/threatclients/threatclients-go/conformance/testdata/synthetic"
)

// The tests of policies and shapes go through the client of a synthetic specification
// that has one operation of every shape. Each counts the requests that arrive.

// noon is the frozen clock of the tests.
var noon = time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)

// serve starts a server and a client of it. The client does not really sleep.
func serve(t testing.TB, h fake.Handler, opts ...client.Option) (*synthetic.Client, *fake.Traffic) {
	t.Helper()
	url, seen := fake.Start(t, nil, h)
	return connect(t, url+"/api/v1/", seen, opts...), seen
}

func connect(t testing.TB, server string, seen *fake.Traffic, opts ...client.Option) *synthetic.Client {
	t.Helper()
	sign := func(_ context.Context, r *http.Request) error {
		seen.Signed++
		r.SetBasicAuth(fake.Principal, fake.Secret)
		return nil
	}
	c, err := synthetic.New(sign, append([]client.Option{
		client.Server(server), client.AllowHTTP(),
		client.Clock(func() time.Time { return noon }),
		client.OnMismatch(func(client.Mismatch) {}),
		client.Sleep(func(_ context.Context, d time.Duration) error { seen.Waited = append(seen.Waited, d); return nil }),
	}, opts...)...)
	require.NoError(t, err)
	return c
}

// hostInput is a body of ReplaceObject: a union that nobody set is not sent.
func hostInput() (in synthetic.ObjectInput) {
	if err := in.FromHostInput(synthetic.HostInput{}); err != nil {
		panic(err)
	}
	return in
}
