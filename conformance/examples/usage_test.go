//go:build examples

package examples

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/threatclients/threatclients-go/conformance/sandbox"
)

// A program that takes an argument says so, when it is asked and when the argument is missing, and
// sends nothing then.
func TestUsage(t *testing.T) {
	for name, c := range map[string]struct{ api, argument string }{
		"onboard":   {"essentials", "users.csv"},
		"batchcsv":  {"threatconnectv2", "indicators.csv"},
		"document":  {"threatconnectv3", "file"},
		"rules":     {"threatstackv2", "rules.json"},
		"proxy":     {"tap", "campaign-id"},
		"telemetry": {"tap", "campaign-id"},
	} {
		t.Run(name, func(t *testing.T) {
			p := build(t, name, c.api, sandbox.Options{})
			for _, run := range []struct {
				args   []string
				status int
			}{{[]string{"-h"}, 0}, {nil, 2}, {[]string{"one", "two"}, 2}} {
				cmd := p.command(t.Context(), run.args...)
				out, _ := cmd.CombinedOutput()
				assert.Equal(t, run.status, cmd.ProcessState.ExitCode(), "status with %q", run.args)
				assert.Regexp(t, `^usage: `+name+` \[flags\] `+c.argument+`\n`, string(out), "what it tells with %q", run.args)
				assert.Contains(t, string(out), "-server URL", "the flags")
			}
			assert.Empty(t, p.Calls(), "calls")
		})
	}
}
