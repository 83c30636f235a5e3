// Command clients runs public clients of the vendors, unmodified but for their base URL,
// against the sandbox, and npm's Hawk libraries against this project's signer. It prints how
// many calls were accepted and read, and fails when fewer are than counts.json says. A client
// whose language is not on the machine is named as not run.
//
//	go run ./conformance/sandbox/clients          # installs into .run beside it, with npm and pip
//	go run ./conformance/sandbox/clients -update  # writes counts.json
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/threatclients/threatclients-go/conformance/sandbox"
)

// Count is the result of a client.
type Count struct {
	Calls    int      `json:"calls"`
	Accepted int      `json:"accepted"`
	Parsed   int      `json:"parsed"`
	Refused  []string `json:"-"` // reasons, and what the client could not read
}

func main() {
	dir := flag.String("dir", "conformance/sandbox/clients", "`folder` of the scripts")
	update := flag.Bool("update", false, "write counts.json")
	flag.Parse()
	if err := run(*dir, *update); err != nil {
		fmt.Fprintln(os.Stderr, "clients:", err)
		os.Exit(1)
	}
}

// A client is run in its language and counted.
type public struct {
	name     string
	language language
	run      func() (*Count, error)
}

func run(dir string, update bool) error {
	plain, err := sandbox.Serve(sandbox.Options{})
	if err != nil {
		return err
	}
	defer plain.Close()
	in, err := sandbox.Serve(sandbox.Options{TLS: true}) // tcex follows a link only to https
	if err != nil {
		return err
	}
	defer in.Close()
	if err := os.MkdirAll(filepath.Join(dir, ".run"), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, ".run", "ca.pem"), []byte(in.CA), 0o600); err != nil {
		return err
	}
	counts, absent := map[string]*Count{}, map[string]string{}
	installed := map[string]bool{}
	for _, c := range publics(dir, plain, in) {
		if c.language.missing() {
			absent[c.name] = c.language.name
			continue
		}
		if !installed[c.language.name] {
			if err := c.language.install(dir); err != nil {
				return err
			}
			installed[c.language.name] = true
		}
		if counts[c.name], err = c.run(); err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
	}
	return judge(filepath.Join(dir, "counts.json"), counts, absent, update)
}

// publics are the clients, each against the sandbox that it can speak to.
func publics(dir string, plain, secure *sandbox.Instance) []public {
	v := plain.Credential
	hawk := []string{v("threatstackv2", "user ID"), v("threatstackv2", "API key"), v("threatstackv2", "organization ID")}
	calls := func(in *sandbox.Instance, words ...string) func() (*Count, error) {
		return func() (*Count, error) { return against(in, dir, words) }
	}
	list := []public{
		{"tap-api", python, calls(plain, interpreter, "tap.py", plain.URL, v("tap", "principal"), v("tap", "secret"))},
		{"threatstack", python, calls(plain, append([]string{interpreter, "threatstack_.py", plain.URL}, hawk...)...)},
		{"tcex", python, calls(secure, interpreter, "tcex_.py", secure.URL, v("threatconnectv3", "Access ID"), v("threatconnectv3", "Secret Key"))},
	}
	for _, library := range []string{"hawk", "@hapi/hawk"} {
		list = append(list,
			public{"npm " + library + ", client", node, calls(plain, append([]string{"node", "hawk.cjs", library, "client", plain.URL}, hawk...)...)},
			public{"npm " + library + ", server", node, func() (*Count, error) { return signing(dir, library, hawk) }})
	}
	return list
}

// against runs a client and counts its calls as the sandbox saw them.
func against(in *sandbox.Instance, dir string, command []string) (*Count, error) {
	in.Reset()
	out, err := output(dir, command)
	if err != nil {
		return nil, err
	}
	var said struct {
		Parsed int
		Failed []string
	}
	if err := json.Unmarshal(out, &said); err != nil {
		return nil, fmt.Errorf("its output: %w", err)
	}
	c := &Count{Parsed: said.Parsed, Refused: said.Failed}
	signatures := strings.Contains(command[1], "hawk") // its paths do not exist: only 401 is a refusal
	for _, call := range in.Calls() {
		c.Calls++
		if call.Status < 300 || signatures && call.Status != 401 {
			c.Accepted++
		} else {
			c.Refused = append(c.Refused, fmt.Sprintf("%s %s: %d %s", call.Method, call.Target, call.Status, call.Reason))
		}
	}
	return c, nil
}

// output runs a script in a folder and returns the last line that it writes.
func output(dir string, command []string) ([]byte, error) {
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "NODE_PATH="+filepath.Join(".run", "node_modules"), "PYTHONWARNINGS=ignore",
		"REQUESTS_CA_BUNDLE="+filepath.Join(".run", "ca.pem"))
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil {
		return nil, errors.Join(err, errors.New(complaints.String()))
	}
	lines := bytes.Split(bytes.TrimSpace(out), []byte("\n"))
	return lines[len(lines)-1], nil
}
