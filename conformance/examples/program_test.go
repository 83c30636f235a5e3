//go:build examples

package examples

import (
	"bytes"
	"context"
	"io"
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

// names are the environment variables of the programs and the credentials of the sandbox that
// they take.
var names = map[string]map[string]string{
	"tap":             {"TAP_PRINCIPAL": "principal", "TAP_SECRET": "secret"},
	"essentials":      {"ESSENTIALS_USER": "user", "ESSENTIALS_PASSWORD": "password"},
	"threatconnectv2": {"TC_ACCESS_ID": "Access ID", "TC_SECRET_KEY": "Secret Key"},
	"threatconnectv3": {"TC_ACCESS_ID": "Access ID", "TC_SECRET_KEY": "Secret Key"},
	"threatstackv2":   {"TS_USER_ID": "user ID", "TS_API_KEY": "API key", "TS_ORGANIZATION_ID": "organization ID"},
}

// program is a program of examples/ beside a sandbox of its API, which has TLS as the
// services have.
type program struct {
	*sandbox.Instance
	api, binary, dir string // dir is its working directory
	env              []string
}

func build(t *testing.T, name, api string, o sandbox.Options) *program {
	t.Helper()
	p := &program{api: api, binary: filepath.Join(t.TempDir(), name), dir: t.TempDir()}
	source, err := filepath.Abs(filepath.Join(folder, name))
	require.NoError(t, err)
	cmd := exec.Command("go", "build", "-o", p.binary, ".")
	cmd.Dir = source // its module, if it has one
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s builds: %s", name, out)

	o.APIs, o.TLS = []string{api}, true
	if o.Dir == "" {
		if dir := filepath.Join("testdata", name); exists(dir) {
			o.Dir = dir
		}
	}
	p.Instance, err = sandbox.Serve(o)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, p.Close()) })
	p.env = []string{"PATH=" + os.Getenv("PATH"), "SSL_CERT_FILE=" + p.file(t, "ca.pem", p.CA)}
	for name, credential := range names[api] {
		value := p.Credential(api, credential)
		require.NotEmpty(t, value, "the sandbox has the credential %s", credential)
		p.env = append(p.env, name+"="+value)
	}
	return p
}

func exists(path string) bool { _, err := os.Stat(path); return err == nil }

// file puts a file into the working directory of the program.
func (p *program) file(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(p.dir, name)
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

// command is the program with the URL of its sandbox.
func (p *program) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, p.binary, append([]string{"-server", p.Server(p.api)}, args...)...)
	cmd.Dir, cmd.Env = p.dir, p.env
	return cmd
}

// run runs the program to its end and returns what it printed.
func (p *program) run(t *testing.T, status int, args ...string) string {
	t.Helper()
	return p.fed(t, status, "", args...)
}

// fed is run with an input.
func (p *program) fed(t *testing.T, status int, input string, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := p.command(ctx, args...)
	cmd.Stdin = strings.NewReader(input)
	var out, log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &log
	err := cmd.Run()
	if status == 0 {
		require.NoError(t, err, "it prints %s and tells %s", out.String(), log.String())
	}
	require.Equal(t, status, cmd.ProcessState.ExitCode(), "status of the program, which tells %s", log.String())
	return out.String()
}

// until runs the program until it has printed a text so many times on one of its outputs, and
// interrupts it as Ctrl-C does. It returns both outputs.
func (p *program) until(t *testing.T, text string, times int, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := p.command(ctx, args...)
	r, w := io.Pipe()
	cmd.Stdout, cmd.Stderr = w, w
	require.NoError(t, cmd.Start())
	ended := make(chan error, 1)
	go func() { err := cmd.Wait(); _ = w.Close(); ended <- err }()
	var out bytes.Buffer
	part := make([]byte, 4096)
	for interrupted := false; ; {
		n, err := r.Read(part)
		out.Write(part[:n])
		if err != nil {
			break
		}
		if !interrupted && strings.Count(out.String(), text) >= times {
			require.NoError(t, cmd.Process.Signal(os.Interrupt))
			interrupted = true
		}
	}
	require.NoError(t, <-ended, "it ends well when it is interrupted, and prints %s", out.String())
	return out.String()
}

// called counts the calls of an operation that the sandbox accepted.
func (p *program) called(operation string) (n int) {
	for _, c := range p.Calls() {
		if c.Operation == operation && c.Status < 300 {
			n++
		}
	}
	return n
}
