package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// program is the tests of a package with all of its mutants.
type program struct {
	dir, pkg, binary string
	slow             string // a pattern of the tests that take long: they run last
	limit            time.Duration
}

var (
	compileError = regexp.MustCompile(`(?m)([\w.]+\.go):(\d+):\d+: `)
	testTime     = regexp.MustCompile(`(?m)^--- PASS: (\w+) \((\d+\.\d+)s\)$`)
)

// build compiles the program. Mutants that do not compile are killed, as go test kills them, and
// left out.
func (p *program) build(files []*source) error {
	for {
		replace := map[string]string{}
		of := map[string]map[int]*mutant{}
		for i, f := range files {
			text, lines, err := f.rewrite(i == 0)
			if err != nil {
				return err
			}
			base := filepath.Base(f.Name)
			at, err := filepath.Abs(f.Name)
			if err != nil {
				return err
			}
			replace[at], of[base] = filepath.Join(p.dir, base), lines
			if err := os.WriteFile(replace[at], text, 0o600); err != nil {
				return err
			}
		}
		overlay := filepath.Join(p.dir, "overlay.json")
		b, err := json.Marshal(map[string]any{"Replace": replace})
		if err != nil {
			return err
		}
		if err := os.WriteFile(overlay, b, 0o600); err != nil {
			return err
		}
		// -e: all errors of the compiler, not the first ten.
		out, err := exec.Command("go", "test", "-c", "-vet=off", "-gcflags=-e", "-ldflags=-s -w", "-overlay", overlay, "-o", p.binary, "./"+p.pkg).CombinedOutput()
		if err == nil {
			return nil
		}
		broken := false
		for _, e := range compileError.FindAllSubmatch(out, -1) {
			line, _ := strconv.Atoi(string(e[2]))
			if m := of[string(e[1])][line]; m != nil {
				m.Status, broken = killed, true
			}
		}
		if !broken {
			return fmt.Errorf("%w\n%s", err, out)
		}
	}
}

// run runs the tests on each mutant.
func (p *program) run(files []*source) error {
	p.limit = 10 * time.Minute
	start := time.Now()
	out, err := p.test(0, "-test.v")
	if err != nil {
		return fmt.Errorf("without a mutant: %w\n%s", err, out)
	}
	var slow []string
	for _, t := range testTime.FindAllSubmatch(out, -1) {
		if seconds, _ := strconv.ParseFloat(string(t[2]), 64); seconds >= 0.05 {
			slow = append(slow, "^"+string(t[1])+"$")
		}
	}
	p.slow = strings.Join(slow, "|")
	p.limit = 10*time.Second + 5*time.Since(start)
	for _, f := range files {
		for _, m := range f.Mutants {
			if m.Status == runnable {
				if m.Status, err = p.judge(m.number); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// judge tells what becomes of a mutant. Tests that could not be started are no judgement.
func (p *program) judge(number int) (status string, err error) {
	if p.slow != "" {
		_, err = p.test(number, "-test.skip="+p.slow)
	}
	if err == nil {
		_, err = p.test(number)
	}
	var failed *exec.ExitError
	switch {
	case err == nil:
		return lived, nil
	case errors.Is(err, context.DeadlineExceeded):
		return timedOut, nil
	case errors.As(err, &failed):
		return killed, nil
	}
	return "", err
}

// test runs the tests on the mutant of that number, 0 for none.
func (p *program) test(number int, args ...string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(context.Background(), p.limit)
	defer cancel()
	// #nosec G204 -- it was built here
	cmd := exec.CommandContext(ctx, p.binary, append(args, "-test.short", "-test.failfast")...)
	cmd.Dir = p.pkg
	cmd.Env = append(os.Environ(), "MUTANT="+strconv.Itoa(number))
	cmd.WaitDelay = time.Second
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	return out.Bytes(), errors.Join(err, ctx.Err())
}
