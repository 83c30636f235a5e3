package client

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"reflect"
)

type callKey struct{}

// ForCall returns a context whose calls use these options: Attempts, Timeout, Header and
// UserAgent. A call with any other option is refused.
func ForCall(ctx context.Context, opts ...Option) context.Context {
	before, _ := ctx.Value(callKey{}).([]Option)
	return context.WithValue(ctx, callKey{}, append(before[:len(before):len(before)], opts...))
}

// ForCall is c with the options that ctx has for a call.
func (c *Config) ForCall(ctx context.Context) (*Config, error) {
	opts, _ := ctx.Value(callKey{}).([]Option)
	if len(opts) == 0 {
		return c, nil
	}
	said := Config{Header: http.Header{}, Timeout: -1}
	for _, o := range opts {
		if err := o(&said); err != nil {
			return nil, fmt.Errorf("an option of the call: %w", err)
		}
	}
	merged := *c
	merged.Header = c.Header.Clone()
	maps.Copy(merged.Header, said.Header)
	if said.Attempts > 0 {
		merged.Attempts = said.Attempts
	}
	if said.Timeout >= 0 {
		merged.Timeout = said.Timeout
	}
	if said.Header, said.Attempts, said.Timeout = nil, 0, 0; !reflect.ValueOf(said).IsZero() {
		return nil, errors.New("an option of the call that only a client can have")
	}
	return &merged, nil
}
