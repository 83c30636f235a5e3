//go:build examples

package examples

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/conformance/sandbox"
)

// tunnel is a proxy that connects to wherever it is told, and counts.
func tunnel(t *testing.T) (url string, connects *atomic.Int64) {
	connects = &atomic.Int64{}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodConnect {
			http.Error(w, "only CONNECT", http.StatusMethodNotAllowed)
			return
		}
		connects.Add(1)
		there, err := net.Dial("tcp", r.Host)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		defer there.Close()
		w.WriteHeader(http.StatusOK)
		here, early, err := http.NewResponseController(w).Hijack() // the client may have sent more already
		if err != nil {
			return
		}
		defer here.Close()
		go func() { _, _ = io.Copy(there, early) }()
		_, _ = io.Copy(here, there)
	}))
	t.Cleanup(srv.Close)
	return srv.URL, connects
}

func TestProxy(t *testing.T) {
	p := build(t, "proxy", "tap", sandbox.Options{})
	p.env = slices.DeleteFunc(p.env, func(v string) bool { return strings.HasPrefix(v, "SSL_CERT_FILE=") })
	// A proxy of this machine is asked by the program itself, never by its environment: net/http
	// goes around proxies for localhost.
	proxy, connects := tunnel(t)
	const id = "8fd43734-77a3-4a68-a6b6-a9ad2c7e82c0"
	ca := filepath.Join(p.dir, "ca.pem")
	assert.Equal(t, "Parcel notice | URLs and documents | 12-14 January 2026\n", p.run(t, 0, "-proxy", proxy, "-ca", ca, id), "a campaign")
	assert.EqualValues(t, 1, connects.Load(), "connections through the proxy")
	require.Equal(t, 1, p.called("getCampaign"), "calls")
	p.run(t, 1, "-proxy", proxy, id)
	assert.Equal(t, 1, p.called("getCampaign"), "without the authority nothing is sent")
}
