//go:build examples

package examples

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/conformance/sandbox"
)

func TestSearch(t *testing.T) {
	p := build(t, "search", "threatconnectv3", sandbox.Options{})
	out := p.run(t, 0, "-rating", "4", "-days", "36500")
	assert.Regexp(t, `(?m)^Host host\.example\.com, rating 4, added \d{4}-\d\d-\d\d, tags \[.*\], \d+ groups$`, out, "an indicator")
	u, err := url.Parse(p.Calls()[0].Target)
	require.NoError(t, err)
	assert.Regexp(t, `^\(typeName in \("Host", "URL"\)\) and \(rating >= 4\) and \(dateAdded > "\d{4}-\d\d-\d\d"\)$`, u.Query().Get("tql"), "the query")
	assert.Equal(t, []string{"tags", "associatedGroups"}, u.Query()["fields"], "members that were asked for")
	assert.Equal(t, "1000", u.Query().Get("resultLimit"), "the size of a page")

	p.run(t, 0, "-types", `Host") or (rating >= 0`)
	u, err = url.Parse(p.Calls()[len(p.Calls())-1].Target)
	require.NoError(t, err)
	assert.Contains(t, u.Query().Get("tql"), `typeName in ("Host\") or (rating >= 0")`, "text stays inside its quotes")
}

func TestBatchCSV(t *testing.T) {
	p := build(t, "batchcsv", "threatconnectv2", sandbox.Options{})
	file := p.file(t, "indicators.csv", "Host,host.example.com,3.5\nAddress,192.0.2.7,2\nHost,bad..example,1\n")
	assert.Equal(t, "job 2204 Completed\n2 written, 1 refused\nline 3: Invalid indicator, exiting: 0x1005: Please enter a valid Host\n",
		p.run(t, 0, "-owner", "Example Organization", file), "progress, counts and the line that was refused")
	for _, c := range p.Calls() {
		if c.Operation == "uploadBatchFile" {
			assert.JSONEq(t, `{"indicator":[{"type":"Host","summary":"host.example.com","rating":3.5},{"type":"Address","summary":"192.0.2.7","rating":2},
				{"type":"Host","summary":"bad..example","rating":1}]}`, string(c.Body), "the file of the batch")
		}
	}
	assert.Equal(t, 1, p.called("createBatchJob"), "one job")
}

func TestCase(t *testing.T) {
	p := build(t, "case", "threatconnectv3", sandbox.Options{})
	assert.Equal(t, `opened Invoice lures
Open Medium
artifact: Host login.example.com
artifact: Email Address billing@example.net
artifact: CIDR 192.0.2.0/24
task: Block the host
tag: phishing
`, p.run(t, 0), "the case with what belongs to it")
	assert.Contains(t, string(p.Calls()[0].Body), `"artifacts":{"data":[{`, "artifacts go along with the case")
}

func TestDocument(t *testing.T) {
	p := build(t, "document", "threatconnectv3", sandbox.Options{})
	text := strings.Repeat("A document. ", 100_000)
	sum := fmt.Sprintf("%x", sha256.Sum256([]byte(text)))
	assert.Equal(t, "up   "+sum+"\ndown "+sum+", 1200000 bytes\n", p.run(t, 0, p.file(t, "report.txt", text)), "it comes back as it went")
	assert.Equal(t, 1, p.called("uploadGroupFile"), "one upload")
}

// A second run goes on where the first one was.
func TestSync(t *testing.T) {
	p := build(t, "sync", "threatconnectv3", sandbox.Options{})
	first := p.until(t, "indicators, until", 1, "-every", "1s")
	assert.Regexp(t, `(?m)^16 indicators, until \d{4}-`, first, "the copy holds what there is")
	assert.Equal(t, 1, p.called("listDeletedIndicators"), "deleted ones are asked for")
	earlier(t, filepath.Join(p.dir, "indicators.json"))
	before := len(p.Calls())
	second := p.until(t, "indicators, until", 1, "-every", "1s")
	assert.Regexp(t, `(?m)^16 indicators, until \d{4}-`, second, "the copy is the same, read from its file")
	u, err := url.Parse(p.Calls()[before+1].Target) // after the one for what was deleted
	require.NoError(t, err)
	assert.Contains(t, u.Query().Get("tql"), fmt.Sprintf(`lastModified >= "%d-`, time.Now().Year()), "only what changed is asked for")
}

// A disk that is full leaves the good copy, and the next start goes on with it.
func TestSyncOnAFullDisk(t *testing.T) {
	p := build(t, "sync", "threatconnectv3", sandbox.Options{})
	p.until(t, "indicators, until", 1, "-every", "1s")
	file := filepath.Join(p.dir, "indicators.json")
	earlier(t, file)
	before, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Greater(t, len(before), 1024, "the copy is longer than what is allowed below")
	sync := p.command(t.Context(), "-every", "1s")
	cmd := exec.CommandContext(t.Context(), "sh", append([]string{"-c", `ulimit -f 1; exec "$@"`, "sh"}, sync.Args...)...)
	cmd.Dir, cmd.Env = sync.Dir, sync.Env
	out, err := cmd.CombinedOutput()
	require.Error(t, err, "a file of at most 1 KB: %s", out)
	after, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, string(before), string(after), "the copy")
	assert.Regexp(t, `(?m)^16 indicators, until`, p.until(t, "indicators, until", 1, "-every", "1s"), "the next start")
}

// earlier sets the checkpoint of a copy back by an hour: the next round is due at once then.
func earlier(t *testing.T, file string) {
	t.Helper()
	b, err := os.ReadFile(file)
	require.NoError(t, err)
	var copied map[string]any
	require.NoError(t, json.Unmarshal(b, &copied))
	at, err := time.Parse(time.RFC3339, fmt.Sprint(copied["Checkpoint"]))
	require.NoError(t, err, "the checkpoint in the file")
	copied["Checkpoint"] = at.Add(-time.Hour)
	b, err = json.Marshal(copied)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(file, b, 0o600))
}
