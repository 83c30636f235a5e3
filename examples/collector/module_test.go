package collector

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The lines of README.md make a module with a binary that knows the input. Only the place of
// the checkout is another here.
func TestOwnBuild(t *testing.T) {
	page, err := os.ReadFile("README.md")
	require.NoError(t, err)
	_, section, found := strings.Cut(string(page), "\n## In a build of your own\n")
	require.True(t, found, "the section of README.md")
	block := func(text, language string) string {
		m := regexp.MustCompile("(?s)```" + language + "\n(.*?)```").FindStringSubmatch(text)
		require.NotNil(t, m, "a block of %s", language)
		return m[1]
	}
	root, err := filepath.Abs("../..")
	require.NoError(t, err)
	dir := t.TempDir()
	require.NoError(t, os.Symlink(root, filepath.Join(dir, "threatclients-go")))
	script := regexp.MustCompile("(?m)^git clone .*$").ReplaceAllString(block(section, "sh"), "")
	require.NoError(t, os.Mkdir(filepath.Join(dir, "my-collector"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "my-collector", "main.go"), []byte(block(section, "go")), 0o600))
	cmd := exec.Command("sh", "-ec", script)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "the lines of README.md: %s", out)
	mine := func(args ...string) string {
		cmd := exec.Command("./my-collector", args...)
		cmd.Dir = filepath.Join(dir, "my-collector")
		cmd.Env = append(os.Environ(), "TAP_PRINCIPAL=p", "TAP_SECRET=s", "ACME_PRINCIPAL=p", "ACME_SECRET=s")
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, "my-collector %s: %s", args, out)
		return string(out)
	}
	assert.Contains(t, mine("list", "inputs"), "threatclients", "the inputs of the binary")
	shown := block(string(page), "yaml") + "output: {drop: {}}\n"
	require.NoError(t, os.WriteFile(filepath.Join(dir, "my-collector", "shown.yaml"), []byte(shown), 0o600))
	mine("lint", "tap.yaml", "shown.yaml")
	assert.Contains(t, mine("create", "threatclients"), "max_in_flight", "the fields")
}
