//go:build examples

package examples

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/conformance/sandbox"
)

// inModule runs a command of go in the folder of a program that is a module of its own.
func inModule(t *testing.T, name string, args ...string) {
	t.Helper()
	cmd := exec.Command("go", args...)
	cmd.Dir = filepath.Join(folder, name)
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "go %s: %s", strings.Join(args, " "), out)
}

// The client of the program is made as its user makes it.
func TestCustomTypes(t *testing.T) {
	inModule(t, "customtypes", "generate", ".")
	inModule(t, "customtypes", "vet", ".")
	p := build(t, "customtypes", "threatconnectv3", sandbox.Options{})
	assert.Equal(t, "Wallet example-wallet-1 example-network\n", p.run(t, 0), "the indicator comes back with its own members")
	assert.JSONEq(t, `{"type":"Wallet","Wallet Address":"example-wallet-1","Wallet Network":"example-network"}`, string(p.Calls()[0].Body), "what is sent")
}

// A trace with two attempts below it, a log line for each, and a metric by operation.
func TestTelemetry(t *testing.T) {
	inModule(t, "telemetry", "vet", ".")
	p := build(t, "telemetry", "tap", sandbox.Options{Faults: []sandbox.Fault{{Status: 503, First: 1}}})
	const id = "8fd43734-77a3-4a68-a6b6-a9ad2c7e82c0"
	cmd := p.command(t.Context(), id)
	var out, log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &log
	require.NoError(t, cmd.Run(), "it tells %s", log.String())

	type span struct {
		Name        string
		SpanContext struct{ TraceID, SpanID string }
		Parent      struct{ SpanID string }
	}
	var spans []span
	for line := range strings.Lines(out.String()) {
		var s span
		if json.Unmarshal([]byte(line), &s) == nil && s.Name != "" {
			spans = append(spans, s)
		}
	}
	require.Len(t, spans, 3, "spans of two attempts and of the program")
	for i, c := range p.Calls() {
		assert.Equal(t, "GET", spans[i].Name, "attempt %d", i+1)
		assert.Equal(t, spans[2].SpanContext.SpanID, spans[i].Parent.SpanID, "attempt %d is a child of the span of the program", i+1)
		assert.Contains(t, c.Header.Get("Traceparent"), spans[i].SpanContext.SpanID, "the service is told the span of attempt %d", i+1)
	}
	for i, line := range strings.Split(strings.TrimSpace(log.String()), "\n") {
		assert.Contains(t, line, `"operation":"getCampaign","method":"GET","path":"/v2/campaign/{campaignId}","status":`, "line %d of the log", i+1)
	}
	assert.Contains(t, out.String(), "http.client.request.duration", "the metric")
	for _, secret := range []string{p.Credential("tap", "secret"), id} {
		assert.NotContains(t, out.String()+log.String(), secret, "neither a credential nor what was asked for is told")
	}
}
