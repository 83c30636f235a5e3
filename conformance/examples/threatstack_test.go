//go:build examples

package examples

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/threatclients/threatclients-go/conformance/sandbox"
)

func TestRules(t *testing.T) {
	p := build(t, "rules", "threatstackv2", sandbox.Options{})
	file := filepath.Join(p.dir, "rules.json")
	assert.Regexp(t, `^out: [1-9]\d* rules\n$`, p.run(t, 0, "-out", "5e4d3c2b-0f1e-11ee-8a9b-0123456789ab", file), "rules go out")
	in := p.run(t, 0, file)
	for _, kind := range []string{"Host", "File", "CloudTrail", "ThreatIntel", "Winsec", "KubernetesAudit", "KubernetesConfig"} {
		assert.Contains(t, in, ", "+kind+"\n", "a rule of the kind %s goes in", kind)
	}
	assert.Equal(t, 1, p.called("createRuleset"), "one ruleset")
	assert.GreaterOrEqual(t, p.called("createRule"), 7, "a call for each rule")
	for _, c := range p.Calls() {
		if c.Operation == "createRule" {
			assert.NotContains(t, string(c.Body), "createdAt", "what the service gave is not sent back")
		}
	}
}
