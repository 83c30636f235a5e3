package docs

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/gen/tap"
)

// stack is a transport that notes who called it.
type stack struct{ names []string }

func (s *stack) RoundTrip(*http.Request) (*http.Response, error) {
	pc := make([]uintptr, 64)
	frames := runtime.CallersFrames(pc[:runtime.Callers(1, pc)])
	for {
		f, more := frames.Next()
		if name := short(f.Function); name != "" && !slices.Contains(s.names, name) {
			s.names = append(s.names, name)
		}
		if !more {
			slices.Reverse(s.names)
			return nil, http.ErrHandlerTimeout
		}
	}
}

// short is Type.Method or Func of a function of the layers, "" for any other. What is inside
// of a function belongs to it.
func short(function string) string {
	m := regexp.MustCompile(`/threatclients-go/(?:engine|client|auth|gen/tap)\.\(?\*?([A-Za-z]+)(?:\[\.\.\.\])?\)?(?:\.([A-Za-z]+))?`).FindStringSubmatch(function)
	switch {
	case m == nil:
		return ""
	case m[2] == "" || regexp.MustCompile(`^func\d*$`).MatchString(m[2]):
		return m[1]
	}
	return m[1] + "." + m[2]
}

// The way of a call is the one that a call takes, and as short as the page says.
func TestWayOfACall(t *testing.T) {
	_, section, _ := strings.Cut(read(t, "ARCHITECTURE.md"), "\n## A call\n")
	section, _, _ = strings.Cut(section, "\nBack from the transport:")
	var way []string
	files := map[string]bool{}
	for _, i := range items(section) {
		files[i.file] = true
		way = append(way, i.names...)
	}
	assert.Contains(t, section, fmt.Sprintf("%d functions in %d files", len(way), len(files)), "the page counts its list")
	assert.LessOrEqual(t, len(way), 24, "functions until the transport")
	assert.LessOrEqual(t, len(files), 12, "their files")

	transport := &stack{}
	c, err := tap.New(auth.Basic("principal", "secret"), client.Transport(transport), client.Attempts(1))
	require.NoError(t, err)
	end := time.Now().Add(-time.Hour)
	for w := range c.ListSIEMAll(context.Background(), end.Add(-time.Hour), end, nil) {
		for _, err := range w.Events() {
			require.ErrorIs(t, err, http.ErrHandlerTimeout, "the error of the transport")
		}
	}
	require.Greater(t, len(transport.names), 7, "functions on the stack at the transport")
	at := -1
	for _, name := range transport.names {
		i := slices.Index(way, name)
		require.Greater(t, i, at, "%s is on the stack, and in this order in ARCHITECTURE.md", name)
		at = i
	}
}
