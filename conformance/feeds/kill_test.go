package feeds

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/gen/tap"
)

// TestMain is also the small feed program that TestKill kills: it appends what it reads to a
// file, and keeps its checkpoint in another.
func TestMain(m *testing.M) {
	if server := os.Getenv("FEED_SERVER"); server != "" {
		first, err := time.Parse(time.RFC3339, os.Getenv("FEED_BEGIN"))
		if err == nil {
			err = program(server, os.Getenv("FEED_DIR"), first)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

func program(server, dir string, first time.Time) error {
	c, err := tap.New(auth.Basic("principal", "secret-of-the-test"), client.Server(server), client.AllowHTTP(), client.WindowLength(10*time.Minute))
	if err != nil {
		return err
	}
	checkpoint := first
	if b, err := os.ReadFile(filepath.Join(dir, "checkpoint")); err == nil {
		if checkpoint, err = time.Parse(time.RFC3339, string(b)); err != nil {
			return err
		}
	}
	out, err := os.OpenFile(filepath.Join(dir, "events"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	to := first.Add(24 * time.Hour)
	for w := range c.ListSIEMAll(context.Background(), checkpoint, to, nil) {
		for e, err := range w.Events() {
			if err != nil {
				return err
			}
			fmt.Fprintln(out, e.ClicksPermitted.ID)
		}
		// Written whole or not at all, and only after the events.
		if err := out.Sync(); err != nil {
			return err
		}
		temp := filepath.Join(dir, "checkpoint.new")
		if err := os.WriteFile(temp, []byte(w.Checkpoint().Format(time.RFC3339)), 0o600); err != nil {
			return err
		}
		if err := os.Rename(temp, filepath.Join(dir, "checkpoint")); err != nil {
			return err
		}
	}
	return nil
}

// A program that is killed at any moment and started again loses no event; what it was reading
// when it was killed comes again.
func TestKill(t *testing.T) {
	kills := 20
	if os.Getenv("FULL") != "" {
		kills = 50
	}
	c := &clock{now: time.Now(), end: time.Now().Add(time.Hour)}
	first := time.Now().UTC().Add(-30 * time.Hour).Truncate(time.Minute) // the program has no other clock
	s := newService(c, 5, first, 24*time.Hour, 0)
	slow := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(time.Duration(kills) * time.Millisecond) // a day takes longer than all programs live
		from, to, _ := strings.Cut(r.URL.Query().Get("interval"), "/")
		a, _ := time.Parse(time.RFC3339, from)
		b, _ := time.Parse(time.RFC3339, to)
		s.mu.Lock() // a killed program's request may still be answered
		body := s.page(a, b, c.Now())
		s.mu.Unlock()
		_, _ = w.Write(body)
	}))
	defer slow.Close()
	dir, random := t.TempDir(), rand.New(rand.NewPCG(1, 2))
	run := func(ctx context.Context) error {
		cmd := exec.CommandContext(ctx, os.Args[0])
		cmd.Env = append(os.Environ(), "FEED_SERVER="+slow.URL, "FEED_DIR="+dir, "FEED_BEGIN="+first.Format(time.RFC3339))
		cmd.Stderr = os.Stderr
		return cmd.Run()
	}
	killed := 0
	for range kills * 3 { // one may end before it is killed
		if killed == kills {
			break
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(30+random.IntN(80))*time.Millisecond)
		if run(ctx) != nil {
			killed++
		}
		cancel()
	}
	require.Equal(t, kills, killed, "programs that were killed before the end of the day")
	require.NoError(t, run(t.Context()), "the last run ends by itself")
	file, err := os.Open(filepath.Join(dir, "events"))
	require.NoError(t, err)
	defer file.Close()
	seen := map[string]int{}
	for lines := bufio.NewScanner(file); lines.Scan(); {
		seen[strings.TrimSpace(lines.Text())]++
	}
	missing := s.missing(seen, first, first.Add(24*time.Hour))
	assert.Empty(t, missing, "events that were never read")
	t.Logf("killed %d times: %d of %d events lost, %d twice", killed, len(missing), len(s.events), doubles(seen))
}
