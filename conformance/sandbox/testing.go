package sandbox

import (
	"path"
	"reflect"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
)

// TB is what New and Client need of a test.
type TB interface {
	T
	Fatalf(format string, args ...any)
}

// New serves APIs by the stems of their documents, all when none is named, until the test ends.
func New(t TB, apis ...string) *Instance {
	t.Helper()
	in, err := Serve(Options{APIs: apis})
	if err != nil {
		t.Fatalf("sandbox: %v", err)
	}
	t.Cleanup(func() {
		if err := in.Close(); err != nil {
			t.Errorf("sandbox: %v", err)
		}
	})
	return in
}

// Client makes a client of a sandbox with the credentials of its API, from the New of a
// generated package:
//
//	c := sandbox.Client(t, sandbox.New(t, "tap"), tap.New)
//
// It retries without a pause, so that faults do not slow a test down; opts come last.
func Client[C any](t TB, in *Instance, construct func(auth.Editor, ...client.Option) (*C, error), opts ...client.Option) *C {
	t.Helper()
	api := path.Base(reflect.TypeFor[C]().PkgPath()) // the package is named as the document
	sign := in.Sign(api)
	if sign == nil {
		t.Fatalf("sandbox: %v", unknownAPI(api))
	}
	c, err := construct(sign, append([]client.Option{
		client.Server(in.Server(api)), client.AllowHTTP(), client.Backoff(0, 0), client.Clock(in.options.Now),
	}, opts...)...)
	if err != nil {
		t.Fatalf("sandbox: %v", err)
	}
	if open, ok := any(c).(interface{ Close() }); ok {
		t.Cleanup(open.Close)
	}
	return c
}
