package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"
)

// count counts the lines of a file; none is there before the first event.
func count(file string) (int, error) {
	b, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) {
		return 0, nil
	}
	return bytes.Count(b, []byte("\n")), err
}

// compare holds a file of events against what the sandbox made in [begin, end).
func compare(file string, begin, end time.Time) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	seen := map[string]int{}
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var line struct {
			Kind    string
			Content struct{ GUID string }
		}
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil || line.Kind != "event" {
			return fmt.Errorf("line %d is no event: %w", len(seen)+1, err)
		}
		seen[line.Content.GUID]++
	}
	if err := lines.Err(); err != nil {
		return err
	}
	made, lost, twice, foreign := 0, 0, 0, len(seen)
	for _, kind := range []string{"messagesDelivered", "messagesBlocked", "clicksPermitted", "clicksBlocked"} {
		for _, e := range events.Between(kind, begin, end) {
			made++
			switch n := seen[e.GUID()]; {
			case n == 0:
				lost++
			case n > 1:
				twice++
				fallthrough
			default:
				foreign--
			}
		}
	}
	fmt.Printf("collector: %d events that the sandbox made: %d lost, %d twice, %d that it did not make\n", made, lost, twice, foreign)
	if made == 0 || lost+twice+foreign > 0 {
		return errors.New("the file is not what the sandbox made")
	}
	return nil
}
