package collector

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/gen/essentialsthreat"
	"github.com/threatclients/threatclients-go/gen/tap"
	"github.com/threatclients/threatclients-go/gen/threatconnectv3"
)

// source is a feed from a checkpoint on.
type source func(ctx context.Context, checkpoint time.Time) iter.Seq2[item, error]

// connection makes a source with credentials. It sends nothing yet.
type connection func(sign auth.Editor, options ...client.Option) (source, error)

// apis has the feeds of each API by their names in a configuration.
var apis = map[string]map[string]feed{
	"tap":              feedsOf(tap.New, tapFeeds),
	"essentialsthreat": feedsOf(essentialsthreat.New, essentialsThreatFeeds),
	"threatconnectv3":  feedsOf(threatconnectv3.New, threatConnectFeeds),
}

// servers are those of the documents.
var servers = map[string]string{"tap": tap.DefaultServer, "essentialsthreat": essentialsthreat.DefaultServer, "threatconnectv3": threatconnectv3.DefaultServer}

// feed makes a connection of the parameters in a configuration.
type feed func(params any) (connection, error)

// follower opens a feed of a client; C is the client's type.
type follower[C any] func(params any) (func(C) source, error)

func feedsOf[C any](make func(auth.Editor, ...client.Option) (C, error), followers map[string]follower[C]) map[string]feed {
	all := map[string]feed{}
	for name, f := range followers {
		all[name] = func(params any) (connection, error) {
			open, err := f(params)
			if err != nil {
				return nil, err
			}
			return func(sign auth.Editor, options ...client.Option) (source, error) {
				c, err := make(sign, options...)
				if err != nil {
					return nil, err
				}
				return open(c), nil
			}, nil
		}
	}
	return all
}

// follow makes a follower of a Follow… method.
func follow[C, P, T any](method func(C, context.Context, time.Time, *P, ...auth.Editor) iter.Seq2[client.Followed[T], error], list func(*T) (string, element)) follower[C] {
	return func(raw any) (func(C) source, error) {
		params, err := paramsOf[P](raw)
		if err != nil {
			return nil, err
		}
		return func(api C) source {
			return func(ctx context.Context, checkpoint time.Time) iter.Seq2[item, error] {
				return func(yield func(item, error) bool) {
					var c encoder
					for f, err := range method(api, ctx, checkpoint, params) {
						var it item
						if err == nil {
							it, err = itemOf(f, &c, list)
						}
						if !yield(it, err) || err != nil {
							return
						}
					}
				}
			}
		}, nil
	}
}

// paramsOf reads the parameters of a list under their names on the wire.
func paramsOf[P any](raw any) (*P, error) {
	params := new(P)
	b, err := json.Marshal(raw)
	if err != nil {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(params); err != nil {
		return nil, fmt.Errorf("params: %w", err)
	}
	return params, nil
}

// connect finds a feed.
func connect(api, name string, params any) (connection, error) {
	feeds, ok := apis[api]
	if !ok {
		return nil, fmt.Errorf("api is %q, not one of %s", api, names(apis))
	}
	f, ok := feeds[name]
	if !ok {
		return nil, fmt.Errorf("feed is %q, and %s has %s", name, api, names(feeds))
	}
	return f(params)
}

func names[V any](m map[string]V) string {
	return strings.Join(slices.Sorted(maps.Keys(m)), ", ")
}
