package collector

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/redpanda-data/benthos/v4/public/service"
	"github.com/stretchr/testify/require"

	_ "github.com/redpanda-data/benthos/v4/public/components/io"
	_ "github.com/redpanda-data/benthos/v4/public/components/pure"

	"github.com/threatclients/threatclients-go/conformance/sandbox"
)

// output is an output of the tests: what it does with a batch is a function.
type output func(context.Context, service.MessageBatch) error

func (output) Connect(context.Context) error                                  { return nil }
func (o output) WriteBatch(ctx context.Context, b service.MessageBatch) error { return o(ctx, b) }
func (output) Close(context.Context) error                                    { return nil }

// received is a message as a test sees it.
type received struct {
	kind, list, key, window, tenant string
	body                            map[string]any
}

func (r received) guid() string { s, _ := r.body["GUID"].(string); return s }

func receive(t testing.TB, m *service.Message) (r received) {
	t.Helper()
	for name, to := range map[string]*string{"kind": &r.kind, "list": &r.list, "key": &r.key, "window": &r.window, "tenant": &r.tenant} {
		*to, _ = m.MetaGet(name)
	}
	b, err := m.AsBytes()
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(b, &r.body), "a message is JSON")
	return r
}

// run runs the input in a stream with an output, several batches at a time, until the test or
// stop ends it.
func run(t testing.TB, config string, o output) (stop func()) {
	t.Helper()
	return runLogged(t, config, o, slog.New(slog.DiscardHandler))
}

// runLogged is run with a log.
func runLogged(t testing.TB, config string, o output, log *slog.Logger) (stop func()) {
	t.Helper()
	env := service.NewEnvironment()
	require.NoError(t, env.RegisterBatchOutput("test", service.NewConfigSpec(), func(*service.ParsedConfig, *service.Resources) (service.BatchOutput, service.BatchPolicy, int, error) {
		return o, service.BatchPolicy{}, 8, nil
	}))
	b := env.NewStreamBuilder()
	require.NoError(t, b.SetYAML("input:\n  threatclients:\n"+config+"\noutput: {test: {}}\n"))
	b.SetLogger(log)
	s, err := b.Build()
	require.NoError(t, err)
	ended := make(chan error, 1)
	go func() { ended <- s.Run(context.Background()) }()
	stop = sync.OnceFunc(func() {
		_ = s.StopWithin(10 * time.Second)
		<-ended
	})
	t.Cleanup(stop)
	return stop
}

// collect is an output that keeps what it gets.
type collect struct {
	t    testing.TB
	mu   sync.Mutex
	list []received
}

func (c *collect) write(_ context.Context, batch service.MessageBatch) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, m := range batch {
		c.list = append(c.list, receive(c.t, m))
	}
	return nil
}

func (c *collect) all() []received {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]received{}, c.list...)
}

// serve starts a sandbox for a test.
func serve(t testing.TB, o sandbox.Options) *sandbox.Instance {
	t.Helper()
	in, err := sandbox.Serve(o)
	require.NoError(t, err)
	t.Cleanup(func() { _ = in.Close() })
	return in
}

// tenantOf is the configuration of a tenant of a sandbox.
func tenantOf(in *sandbox.Instance, name, api, feed, more string) string {
	id, secret := "principal", "secret"
	switch api {
	case "essentialsthreat":
		id, secret = "API key", "API key secret"
	case "threatconnectv3":
		id, secret = "Access ID", "Secret Key"
	}
	return fmt.Sprintf(`      - {name: %s, api: %s, feed: %s, server: %q, allow_http: true, poll: 1s, credentials: {id: %q, secret: %q}%s}
`, name, api, feed, in.Server(api), in.Credential(api, id), in.Credential(api, secret), more)
}

// missing are the events of the sandbox that were not received.
func missing(o sandbox.Events, from, to time.Time, seen map[string]int) (lost []string) {
	for _, kind := range []string{"messagesDelivered", "messagesBlocked", "clicksPermitted", "clicksBlocked"} {
		for _, e := range o.Between(kind, from, to) {
			if seen[e.GUID()] == 0 {
				lost = append(lost, kind+" "+e.GUID()+" "+e.Time.String())
			}
		}
	}
	return lost
}

// stored is the checkpoint in a folder, zero before there is one.
func stored(directory, tenant string) time.Time {
	b, err := fileCache{directory}.Get(context.Background(), tenant)
	if err != nil {
		return time.Time{}
	}
	c, _ := parseCheckpoint(tenant, b)
	return c.at
}
