package client

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"testing"
	"time"

	json2 "github.com/go-json-experiment/json"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestErrorIs(t *testing.T) {
	sentinels := []error{ErrRateLimited, ErrUnauthorized, ErrForbidden, ErrNotFound, ErrConflict, ErrInvalid, ErrUnsafe, ErrTooLarge, ErrTimeout, ErrCursor, ErrStatus}
	status := func(n int) error { return &Error{StatusCode: n} }
	for _, c := range []struct {
		err  error
		want []error
	}{
		{status(400), []error{ErrInvalid}},
		{status(401), []error{ErrUnauthorized}},
		{status(403), []error{ErrForbidden}},
		{status(404), []error{ErrNotFound}},
		{status(409), []error{ErrConflict}},
		{status(422), []error{ErrInvalid}},
		{status(429), []error{ErrRateLimited}},
		{status(200), nil}, // an envelope that refuses
		{status(302), nil},
		{status(500), nil},
		{status(503), nil},
		{&RequestError{}, []error{ErrInvalid}},
		{&RequestError{Unsafe: true}, []error{ErrInvalid, ErrUnsafe}},
		{&TransportError{Err: ErrTooLarge}, []error{ErrTooLarge}},
		{&TransportError{Err: ErrTimeout}, []error{ErrTimeout}},
		{&TransportError{Err: errors.Join(context.Canceled, status(429))}, []error{ErrRateLimited}},
		{&DecodeError{Err: ErrCursor}, []error{ErrCursor}},
		{&DecodeError{Err: ErrStatus}, []error{ErrStatus}},
		{&PartialError{}, nil},
	} {
		for _, s := range sentinels {
			assert.Equal(t, slices.Contains(c.want, s), errors.Is(fmt.Errorf("outer: %w", c.err), s), "%#v is %q", c.err, s)
		}
	}
	cause := errors.New("cause")
	for _, err := range []error{&RequestError{Err: cause}, &TransportError{Err: cause}, &DecodeError{Err: cause}} {
		assert.ErrorIs(t, err, cause, "%T has its cause", err)
	}
}

func TestErrorText(t *testing.T) {
	for want, err := range map[string]error{
		"getUser: GET /users/{id}: 404 Not Found":                                            &Error{Operation: "getUser", Method: "GET", Path: "/users/{id}", StatusCode: 404, Attempts: 1},
		"getUser: GET /users/{id}: 404 Not Found: no such user":                              &Error{Operation: "getUser", Method: "GET", Path: "/users/{id}", StatusCode: 404, Message: "no such user"},
		"getUser: GET /users/{id}: 429 Too Many Requests, retry after 7s (3 attempts): slow": &Error{Operation: "getUser", Method: "GET", Path: "/users/{id}", StatusCode: 429, Attempts: 3, RetryAfter: 7 * time.Second, Message: "slow"},
		"client: the request was not built by a generated client":                            &RequestError{Reason: "the request was not built by a generated client"},
		"getUser: parameter id is empty":                                                     &RequestError{Operation: "getUser", Parameter: "id", Reason: "is empty"},
		"getUser: no credentials: secret is empty":                                           &RequestError{Operation: "getUser", Reason: "no credentials", Err: errors.New("secret is empty")},
		"getUser: GET /users/{id}: connection reset":                                         &TransportError{Operation: "getUser", Method: "GET", Path: "/users/{id}", Attempts: 1, Reason: "connection reset", Err: errors.New("connection reset")},
		"getUser: GET /users/{id}: 200, reading the reply: (2 attempts) no progress in time": &TransportError{Operation: "getUser", Method: "GET", Path: "/users/{id}", StatusCode: 200, Attempts: 2, Reason: "no progress in time", Err: ErrTimeout},
		`getUser: GET /users/{id}: undecodable 200 reply of type "text/html": empty body`:    &DecodeError{Operation: "getUser", Method: "GET", Path: "/users/{id}", StatusCode: 200, ContentType: "text/html", Reason: "empty body", Err: errors.New("cause")},
		"createUsers: 2 items failed":                                                        &PartialError{Operation: "createUsers", Failures: make([]Failure, 2)},
	} {
		assert.Equal(t, want, err.Error(), "the text of %T", err)
	}
}

// printed is an error in every way in which programs write one down.
func printed(t *testing.T, err error) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		out[verb] = fmt.Sprintf(verb, err)
		out["wrapped "+verb] = fmt.Sprintf(verb, fmt.Errorf("outer: %w", err))
		out["in a struct "+verb] = fmt.Sprintf(verb, struct{ Err error }{err})
		out["in a list "+verb] = fmt.Sprintf(verb, []error{err})
	}
	for name, marshal := range map[string]func(any) ([]byte, error){
		"json":    json.Marshal,
		"json v2": func(v any) ([]byte, error) { return json2.Marshal(v) },
	} {
		for in, v := range map[string]any{"": err, " in a struct": struct{ Err error }{err}, " wrapped": fmt.Errorf("outer: %w", err)} {
			b, _ := marshal(v) // json v2 refuses the wrapping types of fmt
			out[name+in] = string(b)
		}
	}
	var log bytes.Buffer
	for name, h := range map[string]slog.Handler{"slog text": slog.NewTextHandler(&log, nil), "slog json": slog.NewJSONHandler(&log, nil)} {
		slog.New(h).Error("failed", "err", err, "wrapped", fmt.Errorf("outer: %w", err), slog.Group("g", "err", err))
		out[name] = log.String()
		log.Reset()
	}
	return out
}

// Errors are logged. None shows a header, a body, a query or an identifier, however it is
// written down; what is useful in a log is there.
func TestErrorsShowNoSecrets(t *testing.T) {
	const secret = "s3cr3t"
	misfit := func() error {
		var v struct{ N int }
		return json2.Unmarshal([]byte(`{"N":"`+secret+`"}`), &v)
	}()
	broken := func() error {
		var v struct{ N int }
		return json2.Unmarshal([]byte(`{"`+secret+`":1,"`+secret+`":}`), &v)
	}()
	body := []byte(`{"token":"` + secret + `"}`)
	require.Error(t, misfit, "text is no int")
	require.Error(t, broken, "a member twice is an error")
	for _, err := range []error{
		&Error{Operation: "getUser", Method: "GET", Path: "/users/{id}", StatusCode: 401, Message: "refused",
			Header: http.Header{"Set-Cookie": {secret}}, Body: body},
		&DecodeError{Operation: "getUser", Method: "GET", Path: "/users/{id}", StatusCode: 200, Reason: "a JSON string does not fit int", Err: misfit},
		&DecodeError{Operation: "getUser", Method: "GET", Path: "/users/{id}", StatusCode: 200, Reason: "broken JSON after byte 12", Err: broken},
	} {
		for way, s := range printed(t, err) {
			for _, form := range []string{secret, base64.StdEncoding.EncodeToString(body), "115 51 99 114", "0x73, 0x33, 0x63"} {
				assert.NotContains(t, s, form, "%T, printed with %s, shows the secret", err, way)
			}
		}
		for _, way := range []string{"%v", "%#v", "json", "json v2", "slog text", "slog json"} {
			assert.Contains(t, printed(t, err)[way], "getUser: GET /users/{id}: ", "%T, %s says nothing", err, way)
		}
	}
}
