//go:build !race

package auth_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/auth"
)

// Signing is a small part of a call: so many allocations, and no more.
func TestAllocationsOfSigning(t *testing.T) {
	clock := auth.Clock(func() time.Time { return time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC) })
	for _, c := range []struct {
		name string
		sign auth.Editor
		most float64
	}{
		{"basic", auth.Basic("principal", "secret"), 3},
		{"ThreatConnect HMAC", auth.ThreatConnectHMAC("10000000000000000001", "secret", clock), 6},
		{"Hawk", auth.Hawk("user", "key", "organization", clock), 12},
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://tc.example.com/api/v3/indicators?tql="+strings.Repeat("x", 100), nil)
		require.NoError(t, err)
		got := testing.AllocsPerRun(100, func() {
			require.NoError(t, c.sign(t.Context(), r))
		})
		assert.LessOrEqual(t, got, c.most, "%s: allocations of one signature", c.name)
		t.Logf("%s: %v allocations", c.name, got)
	}
}
