package client

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// What errors.Is can ask of an error of this package.
var (
	ErrRateLimited  = errors.New("rate limited")               // 429
	ErrUnauthorized = errors.New("unauthorized")               // 401
	ErrForbidden    = errors.New("forbidden")                  // 403
	ErrNotFound     = errors.New("not found")                  // 404
	ErrConflict     = errors.New("conflict")                   // 409
	ErrExists       = errors.New("exists already")             // a refusal whose message says so
	ErrExcluded     = errors.New("on an exclusion list")       // a refusal whose message says so
	ErrInvalid      = errors.New("invalid request")            // 400 and 422, and every RequestError
	ErrUnsafe       = errors.New("unsafe request")             // a RequestError about path, host or scheme
	ErrTooLarge     = errors.New("reply over the size limit")  // see MaxBody
	ErrTimeout      = errors.New("no progress in time")        // see Timeout
	ErrCursor       = errors.New("the API repeated a page")    // a list that would never end
	ErrStatus       = errors.New("status not in the contract") // a 2xx that the specification does not know
)

// Error is an answer that refuses the request: a status outside 2xx, or a 2xx whose
// envelope says so. However it is printed or encoded, it shows the vendor's own
// message and never a query, a header or the body.
type Error struct {
	Operation  string // operationId of the specification
	Method     string
	Path       string // path template, so that identifiers do not reach logs
	StatusCode int
	Attempts   int           // how often the request was sent
	RetryAfter time.Duration // what the server asked to wait; 0 when it named nothing
	Code       string        // the vendor's own error code, if the body holds one
	Message    string        // the vendor's own words, on one line, at most 300 characters
	Header     http.Header   // of the reply
	Body       []byte        // of the reply, at most 64 KiB
	Sent       bool          // of a write: it may have been carried out all the same
}

func (e Error) Error() string {
	var s strings.Builder
	fmt.Fprintf(&s, "%s: %s %s: %d %s", e.Operation, e.Method, e.Path, e.StatusCode, http.StatusText(e.StatusCode))
	if e.RetryAfter > 0 {
		fmt.Fprintf(&s, ", retry after %s", e.RetryAfter)
	}
	if e.Attempts > 1 {
		fmt.Fprintf(&s, " (%d attempts)", e.Attempts)
	}
	if e.Message != "" {
		s.WriteString(": " + e.Message)
	}
	return s.String()
}

// Is matches the sentinels of this package by status.
func (e Error) Is(target error) bool {
	switch target {
	case ErrExists:
		return strings.Contains(strings.ToLower(e.Message), "already exists")
	case ErrExcluded:
		return strings.Contains(strings.ToLower(e.Message), "exclusion list")
	}
	sentinel, ok := map[int]error{
		http.StatusTooManyRequests: ErrRateLimited,
		http.StatusUnauthorized:    ErrUnauthorized,
		http.StatusForbidden:       ErrForbidden,
		http.StatusNotFound:        ErrNotFound,
		http.StatusConflict:        ErrConflict,
		http.StatusBadRequest:      ErrInvalid, http.StatusUnprocessableEntity: ErrInvalid,
	}[e.StatusCode]
	return ok && target == sentinel
}

// Format keeps every verb of fmt from printing header and body.
func (e Error) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(e.Error())) }

// MarshalText keeps encoders from writing header and body.
func (e Error) MarshalText() ([]byte, error) { return []byte(e.Error()), nil }

// GobEncode is MarshalText for encoding/gob.
func (e Error) GobEncode() ([]byte, error) { return e.MarshalText() }

// RequestError is a request that was refused here: nothing was sent. It matches
// ErrInvalid, and ErrUnsafe when the request would have gone astray.
type RequestError struct {
	Operation string
	Parameter string // name of the parameter; "" when it is not about one
	Reason    string // never holds a value
	Unsafe    bool
	Err       error // what refused it, such as an error of package auth
}

func (e *RequestError) Error() string {
	s := "client: "
	if e.Operation != "" {
		s = e.Operation + ": "
	}
	if e.Parameter != "" {
		s += "parameter " + e.Parameter + " "
	}
	s += e.Reason
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap returns the cause, if there is one.
func (e *RequestError) Unwrap() error { return e.Err }

// Is matches ErrInvalid, and ErrUnsafe where it applies.
func (e *RequestError) Is(target error) bool {
	return target == ErrInvalid || target == ErrUnsafe && e.Unsafe
}

// TransportError is a request that got no complete answer.
type TransportError struct {
	Operation, Method, Path string
	StatusCode              int // 0 when no answer began
	Attempts                int
	Sent                    bool   // of a write: it may have been carried out all the same
	Reason                  string // free of URLs and of what the request held
	Err                     error  // the cause; its own text may quote what came
}

func (e TransportError) Error() string {
	s := fmt.Sprintf("%s: %s %s: ", e.Operation, e.Method, e.Path)
	if e.StatusCode != 0 {
		s += fmt.Sprintf("%d, reading the reply: ", e.StatusCode)
	}
	if e.Attempts > 1 {
		s += fmt.Sprintf("(%d attempts) ", e.Attempts)
	}
	return s + e.Reason
}

// Unwrap returns the cause, such as context.DeadlineExceeded, ErrTimeout or ErrTooLarge.
func (e TransportError) Unwrap() error { return e.Err }

// Format keeps every verb of fmt from printing what the cause may hold.
func (e TransportError) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(e.Error())) }

// MarshalText keeps encoders from writing it.
func (e TransportError) MarshalText() ([]byte, error) { return []byte(e.Error()), nil }

// GobEncode is MarshalText for encoding/gob.
func (e TransportError) GobEncode() ([]byte, error) { return e.MarshalText() }

// DecodeError is a 2xx reply that is not what the specification says. Its text names
// places and kinds, never values.
type DecodeError struct {
	Operation, Method, Path string
	ContentType             string
	StatusCode              int
	Sent                    bool   // of a write: it may have been carried out all the same
	Reason                  string // places and kinds, never values
	Err                     error  // may quote the reply
}

func (e DecodeError) Error() string {
	if e.Method == "" { // a part of a reply, looked at later
		return e.Operation + ": undecodable: " + e.Reason
	}
	of := ""
	if e.ContentType != "" {
		of = fmt.Sprintf(" of type %q", e.ContentType)
	}
	return fmt.Sprintf("%s: %s %s: undecodable %d reply%s: %s", e.Operation, e.Method, e.Path, e.StatusCode, of, e.Reason)
}

// Unwrap returns the cause.
func (e DecodeError) Unwrap() error { return e.Err }

// Format keeps every verb of fmt from printing what the JSON engine quotes of the reply.
func (e DecodeError) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(e.Error())) }

// MarshalText keeps encoders from writing it.
func (e DecodeError) MarshalText() ([]byte, error) { return []byte(e.Error()), nil }

// GobEncode is MarshalText for encoding/gob.
func (e DecodeError) GobEncode() ([]byte, error) { return e.MarshalText() }

// PartialError names the items that a 207 reply refuses. The value beside it holds
// the items that were accepted.
type PartialError struct {
	Operation string
	Failures  []Failure
}

// Failure is one refused item.
type Failure struct {
	Identifier string // such as the address of the user that was not created
	Status     string
	Message    string // the vendor's own words
}

func (e *PartialError) Error() string {
	return fmt.Sprintf("%s: %d items failed", e.Operation, len(e.Failures))
}
