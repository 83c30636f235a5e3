// Package apis is the one list of the generated clients, for programs that treat every API
// alike. Its test says where else an API is to be named.
package apis

import (
	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/engine"
	"github.com/threatclients/threatclients-go/gen/essentials"
	"github.com/threatclients/threatclients-go/gen/essentialsthreat"
	"github.com/threatclients/threatclients-go/gen/tap"
	"github.com/threatclients/threatclients-go/gen/threatconnectv2"
	"github.com/threatclients/threatclients-go/gen/threatconnectv3"
	"github.com/threatclients/threatclients-go/gen/threatstackv1"
	"github.com/threatclients/threatclients-go/gen/threatstackv2"
)

// API is what a program that knows no vendor must know of a generated package.
type API struct {
	Operations func() []*engine.Operation
	New        func(auth.Editor, ...client.Option) (any, error) // returns the package's *Client
}

// All returns the APIs by the stem of their document in specs/.
func All() map[string]API {
	return map[string]API{
		"essentials":       of(essentials.Operations, essentials.New),
		"essentialsthreat": of(essentialsthreat.Operations, essentialsthreat.New),
		"tap":              of(tap.Operations, tap.New),
		"threatconnectv2":  of(threatconnectv2.Operations, threatconnectv2.New),
		"threatconnectv3":  of(threatconnectv3.Operations, threatconnectv3.New),
		"threatstackv1":    of(threatstackv1.Operations, threatstackv1.New),
		"threatstackv2":    of(threatstackv2.Operations, threatstackv2.New),
	}
}

func of[C any](operations func() []*engine.Operation, connect func(auth.Editor, ...client.Option) (C, error)) API {
	return API{operations, func(sign auth.Editor, options ...client.Option) (any, error) { return connect(sign, options...) }}
}
