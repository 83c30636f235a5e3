// Package threatclients holds the instructions that make gen/ from specs/ and overlays/.
// It has no code: import the packages below gen, and auth for the credentials.
package threatclients

//go:generate go run ./generate -config overlays/tap.codegen.yaml specs/tap.yaml
//go:generate go run ./generate -config overlays/essentials.codegen.yaml specs/essentials.yaml
//go:generate go run ./generate -config overlays/essentialsthreat.codegen.yaml specs/essentialsthreat.yaml
//go:generate go run ./generate -config overlays/threatconnectv2.codegen.yaml specs/threatconnectv2.yaml
//go:generate go run ./generate -config overlays/threatconnectv3.codegen.yaml specs/threatconnectv3.yaml
//go:generate go run ./generate -config overlays/threatstackv1.codegen.yaml specs/threatstackv1.yaml
//go:generate go run ./generate -config overlays/threatstackv2.codegen.yaml specs/threatstackv2.yaml
//go:generate go run ./generate -config conformance/testdata/synthetic/synthetic.codegen.yaml conformance/testdata/synthetic/synthetic.yaml
//go:generate go run ./generate -config conformance/zoo/zoo.codegen.yaml conformance/zoo/zoo.yaml
//go:generate go run ./generate -config conformance/bench/stock.codegen.yaml -stock specs/tap.yaml
//go:generate go run ./conformance/operations specs
