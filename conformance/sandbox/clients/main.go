// Command clients runs public clients of the vendors, unmodified but for their base URL,
// against the sandbox, and npm's Hawk libraries against this project's signer. It prints how
// many calls were accepted and read, and fails when fewer are than counts.json says.
//
//	go run ./conformance/sandbox/clients          # installs into .run beside it, needs npm and python3
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

func run(dir string, update bool) error {
	python, err := install(dir)
	if err != nil {
		return err
	}
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
	if err := os.WriteFile(filepath.Join(dir, ".run", "ca.pem"), []byte(in.CA), 0o600); err != nil {
		return err
	}
	v := in.Credential
	hawk := []string{v("threatstackv2", "user ID"), v("threatstackv2", "API key"), v("threatstackv2", "organization ID")}
	counts := map[string]*Count{}
	for name, command := range map[string][]string{
		"tap-api":                {python, "tap.py", plain.URL, v("tap", "principal"), v("tap", "secret")},
		"threatstack":            append([]string{python, "threatstack_.py", plain.URL}, hawk...),
		"npm hawk, client":       append([]string{"node", "hawk.cjs", "hawk", "client", plain.URL}, hawk...),
		"npm @hapi/hawk, client": append([]string{"node", "hawk.cjs", "@hapi/hawk", "client", plain.URL}, hawk...),
	} {
		if counts[name], err = against(plain, dir, command); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	counts["tcex"], err = against(in, dir, []string{python, "tcex_.py", in.URL, v("threatconnectv3", "Access ID"), v("threatconnectv3", "Secret Key")})
	if err != nil {
		return fmt.Errorf("tcex: %w", err)
	}
	for _, library := range []string{"hawk", "@hapi/hawk"} {
		if counts["npm "+library+", server"], err = signing(dir, library, hawk); err != nil {
			return fmt.Errorf("%s server: %w", library, err)
		}
	}
	return judge(filepath.Join(dir, "counts.json"), counts, update)
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
