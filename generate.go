// Package threatclients holds the instructions that make gen/ from specs/ and overlays/.
// It has no code: import the packages below gen, and auth for the credentials.
//
// The generator is pinned as a tool of go.mod, so that nobody who imports a client gets
// its modules.
package threatclients

//go:generate go tool oapi-codegen -config overlays/tap.codegen.yaml specs/tap.yaml
//go:generate go tool oapi-codegen -config overlays/essentials.codegen.yaml specs/essentials.yaml
//go:generate go tool oapi-codegen -config overlays/essentialsthreat.codegen.yaml specs/essentialsthreat.yaml
//go:generate go tool oapi-codegen -config overlays/threatconnectv2.codegen.yaml specs/threatconnectv2.yaml
//go:generate go tool oapi-codegen -config overlays/threatconnectv3.codegen.yaml specs/threatconnectv3.yaml
//go:generate go tool oapi-codegen -config overlays/threatstackv1.codegen.yaml specs/threatstackv1.yaml
//go:generate go tool oapi-codegen -config overlays/threatstackv2.codegen.yaml specs/threatstackv2.yaml
//go:generate go tool oapi-codegen -config conformance/testdata/synthetic/synthetic.codegen.yaml conformance/testdata/synthetic/synthetic.yaml
//go:generate go tool oapi-codegen -config conformance/bench/stock.codegen.yaml specs/tap.yaml
