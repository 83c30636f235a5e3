package main

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A small call costs little more than net/http alone.
func TestAllocationsOfASmallCall(t *testing.T) {
	server, transport := smallServer(), &http.Transport{}
	t.Cleanup(server.Close)
	t.Cleanup(transport.CloseIdleConnections)
	bare, ours, err := small(server.URL, transport)
	require.NoError(t, err)
	allocations := func(call func() error) float64 {
		return testing.AllocsPerRun(200, func() { require.NoError(t, call()) })
	}
	b, o := allocations(bare), allocations(ours)
	t.Logf("a small GET: %v allocations by net/http, %v by the client", b, o)
	assert.LessOrEqual(t, o, b+20, "allocations of a small GET, %v by net/http alone", b)
}
