package check

import (
	"bufio"
	_ "embed"
	"fmt"
	"io"
	"strings"
)

//go:embed exceptions.txt
var exceptions string

// Exceptions returns the exchanges that exceptions.txt lists, with their reasons.
func Exceptions() map[string]string {
	list, err := parseExceptions(strings.NewReader(exceptions))
	if err != nil {
		panic("exceptions.txt: " + err.Error()) // embedded, and read by a test
	}
	return list
}

// parseExceptions reads the list of exchanges that contradict the facts: a
// path and a reason per line, # begins a comment. A line without a reason is
// an error.
func parseExceptions(r io.Reader) (map[string]string, error) {
	list := map[string]string{}
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, reason, _ := strings.Cut(line, " ")
		if reason = strings.TrimSpace(reason); reason == "" {
			return nil, fmt.Errorf("line %d: %s has no reason", n, name)
		}
		list[name] = reason
	}
	return list, lines.Err()
}
