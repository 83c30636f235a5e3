// Package examples runs the programs of examples/ against the sandbox and checks what they
// print and what they send. It is behind the build tag examples, because it links them all:
// make examples.
package examples
