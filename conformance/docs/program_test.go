package docs

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/conformance/sandbox"
)

// The program of the README works as it is pasted, against the sandbox.
func TestProgramOfTheREADME(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	require.NoError(t, err)
	_, rest, found := strings.Cut(string(text), "```go\npackage main\n")
	require.True(t, found, "a whole program")
	program, _, _ := strings.Cut(rest, "```")
	file := filepath.Join(t.TempDir(), "main.go")
	require.NoError(t, os.WriteFile(file, []byte("package main\n"+program), 0o600))

	in := sandbox.New(t, "tap")
	cmd := exec.Command("go", "run", file)
	cmd.Dir = "../.."
	cmd.Env = append(os.Environ(), "TAP_SERVER="+in.Server("tap"), "TAP_PRINCIPAL="+in.Credential("tap", "principal"), "TAP_SECRET="+in.Credential("tap", "secret"))
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
	assert.Regexp(t, `(?m)^20\d\d-.* UTC \S+@\S+ http`, string(out), "clicks")
	assert.GreaterOrEqual(t, strings.Count(string(out), "read until 20"), 2, "checkpoints of the windows")
	assert.NotEmpty(t, in.Calls("listSiemAll"), "calls that arrived")
}
