package engine

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/client"
)

// The caller's own check sees each value of the query before it is sent, and its refusal names
// the parameter and nothing of the value.
func TestCheckOfTheCaller(t *testing.T) {
	var seen []string
	refusal := errors.New("no such keyword")
	check := func(c *client.Config) error {
		c.Check = func(operation, parameter, value string) error {
			seen = append(seen, operation+" "+parameter+" "+value)
			if value == "bad-value" {
				return refusal
			}
			return nil
		}
		return nil
	}
	f := newFake(t, []answer{says(200, `{"data":[]}`)}, check)
	_, err := collect(List(t.Context(), f.Pipeline, request(listOp(single), "q=good&q=better"), nil, data))
	require.NoError(t, err)
	assert.Equal(t, []string{"listEvents q good", "listEvents q better"}, seen)
	_, err = collect(List(t.Context(), f.Pipeline, request(listOp(single), "q=bad-value"), nil, data))
	require.ErrorIs(t, err, refusal)
	require.ErrorIs(t, err, client.ErrInvalid)
	assert.Equal(t, "listEvents: parameter q is refused: no such keyword", err.Error())
	assert.Len(t, f.sent, 1)
}

// A transport that returns nothing at all is an error, and not the end of the program.
func TestTransportReturnsNothing(t *testing.T) {
	f := newFake(t, []answer{func(*http.Request) (*http.Response, error) { return nil, nil }}, client.Attempts(1))
	_, err := collect(List(t.Context(), f.Pipeline, request(listOp(single), ""), nil, data))
	assert.ErrorContains(t, err, "neither a reply nor an error")
}

// A download begins with what it is: blanks before a web page do not hide it, and those before
// anything else are bytes like others. One that breaks off at its start is an error.
func TestDownloadBeginsWithBlanks(t *testing.T) {
	op := &Operation{ID: "download", Method: "GET", Path: "/file", Accept: "application/octet-stream", Status: []int{200}}
	blanks := strings.Repeat(" \n", 20)
	for reply, fails := range map[string]bool{blanks + "<!DOCTYPE html>": true, "<html>": true, blanks + "data": false, blanks: false, "": false, "d": false, blanks + blanks + "data": false} {
		f := newFake(t, []answer{says(200, reply, "Content-Type", "application/octet-stream")})
		body, err := Open(t.Context(), f.Pipeline, request(op, ""), "", nil)
		if fails {
			assert.ErrorContains(t, err, "web page", "%q", reply)
			continue
		}
		require.NoError(t, err, "%q", reply)
		got, err := io.ReadAll(body)
		require.NoError(t, err)
		require.NoError(t, body.Close())
		assert.Equal(t, reply, string(got))
	}
	f := newFake(t, []answer{breaksOff("")}, client.Attempts(1))
	_, err := Open(t.Context(), f.Pipeline, request(op, ""), "", nil)
	assert.ErrorIs(t, err, io.ErrUnexpectedEOF)
}

// A generated function reads a value, and what it refuses json/v2 reads, or the tolerance.
func TestGetReadsWithAFunction(t *testing.T) {
	op := &Operation{ID: "getBeast", Method: "GET", Path: "/beast", Status: []int{200}}
	for reply, want := range map[string]string{`{"text":"a","new":1}`: "a", `{"t\u0065xt":"b"}`: "b", `{"text":7}`: "7", `[{"text":"c"}]`: "c"} {
		f := newFake(t, []answer{says(200, reply)})
		var got beast
		err := Get(t.Context(), f.Pipeline, request(op, ""), nil, &got, func(d *Decoder) bool { return decodeBeast(d, &got) })
		require.NoError(t, err, reply)
		assert.Equal(t, openName(want), got.Text, reply)
	}
	for _, reply := range []string{`{"text":`, `{"message":"down"}`, `[]`, `[{"text":"c"},{"text":"d"}]`, `"a"`, `{}{}`} {
		f := newFake(t, []answer{says(200, reply)})
		var got beast
		err := Get(t.Context(), f.Pipeline, request(op, ""), nil, &got, func(d *Decoder) bool { return decodeBeast(d, &got) })
		assert.Error(t, err, reply)
	}
}
