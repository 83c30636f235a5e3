package collector

import (
	"cmp"
	"errors"
	"fmt"
	"time"

	"github.com/redpanda-data/benthos/v4/public/service"

	"github.com/threatclients/threatclients-go/client"
)

// settings are a configuration of the input.
type settings struct {
	tenants                        []*tenant
	cache, directory, prefix       string
	redis                          string // its URL; "" for one process
	lease                          time.Duration
	batch, maxInFlight, maxTenants int
	passGaps                       bool
}

func spec() *service.ConfigSpec {
	return service.NewConfigSpec().
		Summary("Feeds of Proofpoint TAP, Proofpoint Essentials Threat and ThreatConnect v3, at least once.").
		Fields(
			service.NewObjectListField("tenants",
				service.NewStringField("name").Description("Names the checkpoint, the lease and the metrics. Each tenant has another."),
				service.NewStringEnumField("api", "tap", "essentialsthreat", "threatconnectv3"),
				service.NewStringField("feed").Description("A Follow… method of the client, such as `SIEMAll` or `Indicators`."),
				credentialFields(),
				service.NewAnyMapField("params").Default(map[string]any{}).Description("Parameters of the list, under their names on the wire."),
				service.NewStringField("start").Default("oldest").
					Description("Where a tenant without a checkpoint begins: `oldest`, a time, or a duration before now such as `24h`."),
				service.NewStringField("server").Default("").Description("Another region, a proxy, a sandbox."),
				service.NewBoolField("allow_http").Default(false).Description("Lets credentials travel without TLS, for sandboxes."),
				service.NewDurationField("poll").Default("5m").Description("How long to wait when there is nothing to fetch. A round is a call."),
				service.NewDurationField("lag").Default("").Description("How far to stay behind now; as late as events turn up by the document, when empty."),
				service.NewDurationField("window").Default("").Description("The length of a window; the longest that is allowed, when empty."),
			),
			service.NewStringEnumField("gaps", "message", "stop").Default("message").
				Description("What cannot be read: a message of its kind and on behind it, or the tenant stands still and tries again."),
			service.NewObjectField("checkpoint",
				service.NewStringField("cache").Default("").Description("A cache resource. When empty, Redis if that is configured, otherwise the directory."),
				service.NewStringField("directory").Default("checkpoints"),
				service.NewStringField("prefix").Default("").Description("Before the tenant's name in the keys of the cache."),
			),
			service.NewObjectField("redis",
				service.NewStringField("url").Default("").Description("`redis://` or `rediss://`. Processes that share it share budgets, and fetch each tenant once."),
				service.NewStringField("prefix").Default("threatclients:"),
				service.NewDurationField("lease").Default("30s").Description("How long a process that died keeps its tenants."),
			),
			service.NewIntField("batch").Default(100).Description("Messages of a batch at most."),
			service.NewIntField("max_in_flight").Default(2000).Description("Messages of a tenant that wait for an acknowledgement, at most."),
			service.NewIntField("max_tenants").Default(0).Description("Tenants that this process fetches at most, with Redis; 0 is all."),
		)
}

func parse(conf *service.ParsedConfig) (s settings, err error) {
	var errs []error
	text := func(path ...string) string {
		v, err := conf.FieldString(path...)
		errs = append(errs, err)
		return v
	}
	number := func(name string) int {
		v, err := conf.FieldInt(name)
		errs = append(errs, err)
		return v
	}
	s.cache, s.directory, s.prefix = text("checkpoint", "cache"), text("checkpoint", "directory"), text("checkpoint", "prefix")
	s.redis = text("redis", "url")
	s.batch, s.maxInFlight, s.maxTenants = number("batch"), number("max_in_flight"), number("max_tenants")
	s.passGaps = text("gaps") == "message"
	s.lease, err = conf.FieldDuration("redis", "lease")
	tenants, err2 := conf.FieldObjectList("tenants")
	if err := errors.Join(append(errs, err, err2)...); err != nil {
		return s, err
	}
	switch {
	case len(tenants) == 0:
		return s, errors.New("there are no tenants")
	case s.batch < 1 || s.maxInFlight < s.batch:
		return s, errors.New("batch is at least 1, and max_in_flight at least batch")
	case s.lease < 100*time.Millisecond:
		return s, errors.New("a lease is at least 100ms")
	}
	known := map[string]bool{}
	for i, conf := range tenants {
		t, err := parseTenant(conf)
		if err != nil {
			return s, fmt.Errorf("tenant %d: %w", i+1, err)
		}
		if known[t.name] {
			return s, fmt.Errorf("two tenants are named %s, and would share a checkpoint", t.name)
		}
		known[t.name] = true
		s.tenants = append(s.tenants, t)
	}
	return s, nil
}

func parseTenant(conf *service.ParsedConfig) (*tenant, error) {
	var errs []error
	text := func(name string) string {
		v, err := conf.FieldString(name)
		errs = append(errs, err)
		return v
	}
	t := &tenant{name: text("name"), api: text("api"), feed: text("feed")}
	params, err := conf.FieldAny("params")
	allowHTTP, err2 := conf.FieldBool("allow_http")
	poll, err3 := conf.FieldDuration("poll")
	start, server := text("start"), text("server")
	if err := errors.Join(append(errs, err, err2, err3)...); err != nil {
		return nil, err
	}
	if t.name == "" {
		return nil, errors.New("a tenant has a name")
	}
	if t.connect, err = connect(t.api, t.feed, params); err != nil {
		return nil, err
	}
	if t.credentials, err = parseCredentials(t.api, conf); err != nil {
		return nil, err
	}
	if t.start, err = parseStart(start); err != nil {
		return nil, err
	}
	t.options = []client.Option{client.Poll(poll)}
	if t.identity, err = identify(t.api, t.feed, cmp.Or(server, servers[t.api]), params); err != nil {
		return nil, err
	}
	if server != "" {
		t.options = append(t.options, client.Server(server))
	}
	if allowHTTP {
		t.options = append(t.options, client.AllowHTTP())
	}
	for name, option := range map[string]func(time.Duration) client.Option{"lag": client.Lag, "window": client.WindowLength} {
		if text(name) == "" {
			continue
		}
		d, err := conf.FieldDuration(name)
		if err != nil {
			return nil, err
		}
		t.options = append(t.options, option(d))
	}
	return t, nil
}

// parseStart reads where a tenant without a checkpoint begins.
func parseStart(text string) (func(now time.Time) time.Time, error) {
	if text == "oldest" {
		return func(time.Time) time.Time { return client.Oldest() }, nil
	}
	if d, err := time.ParseDuration(text); err == nil && d >= 0 {
		return func(now time.Time) time.Time { return now.Add(-d) }, nil
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return nil, fmt.Errorf("start is %q: not oldest, a time, or a duration before now", text)
	}
	return func(time.Time) time.Time { return at }, nil
}
