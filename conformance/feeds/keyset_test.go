package feeds

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/gen/threatconnectv3"
)

// table is a list of a service whose rows change while it is read.
type table struct {
	t       *testing.T
	changed []time.Time // of row i+1, by which the service sorts unless it is told otherwise
	now     time.Time
	page    int
	queries []string
}

// behind is the key of the condition id > n in a query.
func behind(query string) int {
	_, after, found := strings.Cut(query, "id > ")
	if !found {
		return 0
	}
	n, _ := strconv.Atoi(strings.TrimRight(after, ") "))
	return n
}

func (s *table) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	s.queries = append(s.queries, q.Get("tql"))
	if r.URL.Path == "/v3/indicators/deleted" {
		_, _ = fmt.Fprintf(w, `{"data":[{"id":9,"summary":"gone.example.com","dateDeleted":%q}],"status":"Success"}`, s.now.Format(time.RFC3339))
		return
	}
	assert.Equal(s.t, "id asc", q.Get("sorting"), "the order of a walk")
	rows := []map[string]any{}
	for i := behind(q.Get("tql")); i < len(s.changed) && len(rows) < s.page; i++ {
		rows = append(rows, map[string]any{"id": i + 1, "type": "Host", "summary": fmt.Sprintf("host%d.example.com", i+1), "lastModified": s.changed[i]})
	}
	for i := range len(s.changed) / 10 { // a tenth of the rows changes between two pages
		s.now = s.now.Add(time.Millisecond)
		s.changed[(i*7)%len(s.changed)] = s.now
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"data": rows, "status": "Success"})
}

func (s *table) client(opts ...client.Option) *threatconnectv3.Client {
	server := httptest.NewServer(s)
	s.t.Cleanup(server.Close)
	c, err := threatconnectv3.New(auth.ThreatConnectToken("token-of-the-test"), append(opts, client.Server(server.URL), client.AllowHTTP())...)
	require.NoError(s.t, err)
	return c
}

// Rows that change while they are walked neither vanish nor double.
func TestWalkWhileRowsChange(t *testing.T) {
	rows, page := 20_000, 1000
	if os.Getenv("FULL") != "" {
		rows, page = 200_000, 10_000
	}
	s := &table{t: t, changed: make([]time.Time, rows), now: begin, page: page}
	seen := make([]int, rows+1)
	filter := `typeName = "Host"`
	for row, err := range s.client().WalkIndicators(t.Context(), &threatconnectv3.ListIndicatorsParams{TQL: &filter}) {
		require.NoError(t, err)
		seen[*row.ID]++
	}
	for id := 1; id <= rows; id++ {
		require.Equal(t, 1, seen[id], "how often row %d came", id)
	}
	assert.Equal(t, filter, s.queries[0], "the caller's condition alone begins")
	assert.Equal(t, fmt.Sprintf(`(typeName = "Host") AND (id > %d)`, page), s.queries[1], "the walk joins its own")
	t.Logf("%d rows, each once, in %d requests", rows, len(s.queries))
}

// A page that does not ascend above the last key would end in a circle, or with rows missing.
func TestWalkThatDoesNotAscend(t *testing.T) {
	for name, pages := range map[string][]string{
		"the same page again": {`[{"id":1},{"id":2}]`, `[{"id":1},{"id":2}]`},
		"another order":       {`[{"id":2},{"id":1}]`},
		"no key":              {`[{"summary":"a.example.com"}]`},
	} {
		n := 0
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			_, _ = fmt.Fprintf(w, `{"status":"Success","data":%s}`, pages[min(n, len(pages)-1)])
			n++
		}))
		c, err := threatconnectv3.New(auth.ThreatConnectToken("token-of-the-test"), client.Server(server.URL), client.AllowHTTP())
		require.NoError(t, err)
		var last error
		for _, err := range c.WalkIndicators(t.Context(), nil) {
			last = err
		}
		var de *client.DecodeError
		assert.ErrorAs(t, last, &de, name)
		server.Close()
	}
}

// A feed of changes asks for what changed since its checkpoint, then for what was deleted.
func TestFollowChanges(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	now := begin
	s := &table{t: t, changed: make([]time.Time, 3), now: begin, page: 10}
	c := s.client(client.Clock(func() time.Time { return now }), client.Sleep(func(ctx context.Context, d time.Duration) error {
		now = now.Add(d)
		return ctx.Err()
	}))
	events, deleted := 0, 0
	var marks []time.Time
	for f, err := range c.FollowIndicators(ctx, begin.Add(-time.Hour), nil) {
		require.NoError(t, err)
		switch {
		case f.Event != nil:
			events++
			assert.True(t, f.Checkpoint.Equal(begin.Add(-time.Hour)) || len(marks) > 0, "a checkpoint before the round is read: %s", f.Checkpoint)
		case f.Deleted != nil:
			deleted++
		default:
			marks = append(marks, f.Checkpoint)
			now = now.Add(10 * time.Minute)
		}
		if len(marks) == 2 {
			break
		}
	}
	assert.Equal(t, 6, events, "changed rows of two rounds")
	assert.Equal(t, 2, deleted, "deleted rows of two rounds")
	assert.Equal(t, begin.Add(-time.Minute), marks[0], "the first round ends a minute behind now")
	assert.Contains(t, s.queries[1], `lastModified >= "2026-03-10T05:00:00Z" AND lastModified < "2026-03-10T05:59:00Z"`, "what changed in the round")
}
