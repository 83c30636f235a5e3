// Command collector runs the collector of examples/ against the sandbox, half a day into a file,
// and compares the file with what the sandbox made. It ends with an error if anything is lost.
//
//	go run ./conformance/collector [-out folder]
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/threatclients/threatclients-go/conformance/sandbox"
)

// The sandbox has what services have: events that turn up late or twice, and failures.
var events = sandbox.Events{Seed: 15, Delay: 20 * time.Minute, Duplicate: 0.05}

func main() {
	out := flag.String("out", "", "`folder` for the events and the checkpoint; a temporary one when empty")
	flag.Parse()
	if err := run(*out); err != nil {
		fmt.Fprintln(os.Stderr, "collector:", err)
		os.Exit(1)
	}
}

func run(out string) error {
	if out == "" {
		dir, err := os.MkdirTemp("", "collector")
		if err != nil {
			return err
		}
		defer func() { _ = os.RemoveAll(dir) }()
		out = dir
	}
	binary := filepath.Join(out, "collector")
	abs, err := filepath.Abs(binary)
	if err != nil {
		return err
	}
	build := exec.Command("go", "build", "-o", abs, "./cmd")
	build.Dir, build.Stderr = filepath.Join("examples", "collector"), os.Stderr
	if err := build.Run(); err != nil {
		return fmt.Errorf("building the collector: %w", err)
	}
	fault, err := sandbox.ParseFault("=503,every=5")
	if err != nil {
		return err
	}
	in, err := sandbox.Serve(sandbox.Options{APIs: []string{"tap"}, Events: events, Faults: []sandbox.Fault{fault}})
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	begin := time.Now().UTC().Add(-12 * time.Hour).Truncate(time.Second)
	cmd := exec.Command(abs, "run", filepath.Join("examples", "collector", "tap.yaml"))
	cmd.Env = append(os.Environ(), "TAP_SERVER="+in.Server("tap"), "ALLOW_HTTP=true", "START="+begin.Format(time.RFC3339), "DIRECTORY="+out,
		"TAP_PRINCIPAL="+in.Credential("tap", "principal"), "TAP_SECRET="+in.Credential("tap", "secret"))
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	if err := cmd.Start(); err != nil {
		return err
	}
	at, err := watch(cmd, out, begin)
	if err != nil {
		_ = cmd.Process.Kill()
		return err
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	if err := cmd.Wait(); err != nil {
		return err
	}
	return compare(filepath.Join(out, "events.jsonl"), begin, at)
}

// watch prints how far the collector is until it has read all that is settled.
func watch(cmd *exec.Cmd, out string, begin time.Time) (at time.Time, err error) {
	end := time.Now().Add(-31 * time.Minute)
	for deadline := time.Now().Add(3 * time.Minute); time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
		if err := cmd.Process.Signal(syscall.Signal(0)); err != nil {
			return at, fmt.Errorf("the collector is gone: %w", err)
		}
		b, _ := os.ReadFile(filepath.Join(out, "checkpoints", "acme"))
		first, _, _ := strings.Cut(string(b), "\n") // the time; the second line names the feed
		if at, err = time.Parse(time.RFC3339, first); err != nil {
			continue
		}
		lines, err := count(filepath.Join(out, "events.jsonl"))
		if err != nil {
			return at, err
		}
		fmt.Fprintf(os.Stderr, "\rread to %s, %.0f %% of the way, %d events ", at.Format("15:04"), 100*at.Sub(begin).Hours()/end.Sub(begin).Hours(), lines)
		if !at.Before(end) {
			fmt.Fprintln(os.Stderr)
			return at, nil
		}
	}
	return at, fmt.Errorf("the collector has not come further than %s", at)
}
