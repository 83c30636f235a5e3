package conformance

import (
	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/gen/essentials"
	"github.com/threatclients/threatclients-go/gen/essentialsthreat"
	"github.com/threatclients/threatclients-go/gen/tap"
	"github.com/threatclients/threatclients-go/gen/threatconnectv2"
	"github.com/threatclients/threatclients-go/gen/threatconnectv3"
	"github.com/threatclients/threatclients-go/gen/threatstackv1"
	"github.com/threatclients/threatclients-go/gen/threatstackv2"
)

// apis are the generated clients, by the stem of their specification.
func apis() map[string]API {
	return map[string]API{
		"essentials": {"essentials", essentials.Operations, func(sign auth.Editor, opts ...client.Option) (any, error) {
			return essentials.New(sign, opts...)
		}},
		"essentialsthreat": {"essentialsthreat", essentialsthreat.Operations, func(sign auth.Editor, opts ...client.Option) (any, error) {
			return essentialsthreat.New(sign, opts...)
		}},
		"threatconnectv2": {"threatconnectv2", threatconnectv2.Operations, func(sign auth.Editor, opts ...client.Option) (any, error) {
			return threatconnectv2.New(sign, opts...)
		}},
		"threatconnectv3": {"threatconnectv3", threatconnectv3.Operations, func(sign auth.Editor, opts ...client.Option) (any, error) {
			return threatconnectv3.New(sign, opts...)
		}},
		"threatstackv1": {"threatstackv1", threatstackv1.Operations, func(sign auth.Editor, opts ...client.Option) (any, error) {
			return threatstackv1.New(sign, opts...)
		}},
		"threatstackv2": {"threatstackv2", threatstackv2.Operations, func(sign auth.Editor, opts ...client.Option) (any, error) {
			return threatstackv2.New(sign, opts...)
		}},
		"tap": {"tap", tap.Operations, func(sign auth.Editor, opts ...client.Option) (any, error) { return tap.New(sign, opts...) }},
	}
}
