package engine

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What makes a reply an answer, by what its operation says of it. "" is an answer.
func TestAccept(t *testing.T) {
	const none = "none of the expected members"
	var (
		value  = Operation{Envelope: &Envelope{Status: "status", Success: "Success", Value: []string{"data.host", "host"}}}
		status = Operation{Envelope: &Envelope{Status: "status", Success: "Success"}}
		named  = Operation{Answer: []string{"id", "a.b", "maybe"}, AnswerNull: []string{"maybe"}}
		free   = Operation{}
		batch  = Operation{Answer: []string{"done", "errors"}, Partial: &Partial{Errors: "errors"}}
		pages  = Operation{Paging: &Paging{Items: []string{"data.host"}, Total: "data.count", Blank: []string{"data"}}}
		strict = Operation{Paging: &Paging{Items: []string{"hosts", "owners"}, Next: "next"}}
		timed  = Operation{Paging: &Paging{Items: []string{"hosts"}, End: "until"}}
		bare   = Operation{Paging: &Paging{Items: []string{""}, Later: true}}
		both   = Operation{Paging: &Paging{Items: []string{"data"}}, Envelope: &Envelope{Status: "status", Success: "Success", Message: "message", Code: "code"}}
	)
	for _, c := range []struct {
		name  string
		op    Operation
		reply string
		later bool
		want  string // part of the error
	}{
		{"the value", value, `{"status":"Success","data":{"host":{"id":1}}}`, false, ""},
		{"the value in another place", value, `{"host":{"id":1}}`, false, ""},
		{"an empty value", value, `{"status":"Success","data":{"host":{}}}`, false, none},
		{"a null value", value, `{"status":"Success","data":{"host":null}}`, false, none},
		{"no value", value, `{"status":"Success","data":{}}`, false, none + " data.host, host, found status, data"},
		{"an empty value with white space", value, "{\"host\":{ \n}}", false, none},
		{"a value, and a status in other letters", value, `{"Status":"Failure","host":{"id":1}}`, false, "a member status in other letters"},
		{"a value and a refusal", value, `{"status":"Failure","host":{"id":1}}`, false, "200 OK: Failure"},

		{"the status", status, `{"status":"Success"}`, false, ""},
		{"no status", status, `{"id":1}`, false, none + " status, found id"},
		{"a null status", status, `{"status":null}`, false, "neither success nor a refusal"},
		{"false for the status", status, `{"status":false}`, false, "neither success nor a refusal"},

		{"one of the members", named, `{"id":1}`, false, ""},
		{"one that lies deeper", named, `{"a":{"b":""}}`, false, ""},
		{"null", named, `{"id":null}`, false, none + " id, a.b, maybe, found id"},
		{"null where it may be", named, `{"maybe":null}`, false, ""},
		{"another", named, `{"message":"x"}`, false, none},

		{"any object where nobody knows", free, `{"x":1}`, false, ""},
		{"an empty one there", free, `{}`, false, ""},
		{"one that is called as gateways do, and more", free, `{"message":"x","x":1}`, false, ""},
		{"a gateway there", free, `{"message":"x"}`, false, none},
		{"a gateway there, in other letters", free, `{"Message":"x","request_id":"7","statusCode":503}`, false, none},

		{"a list", pages, `{"data":{"host":[]}}`, false, ""},
		{"a cursor in other letters", strict, `{"hosts":[],"Next":"x"}`, false, "a member next in other letters"},
		{"a cursor as it is, and one in other letters", strict, `{"hosts":[],"next":"x","Next":"y"}`, false, ""},
		{"a failure beside elements", strict, `{"hosts":[{"id":1}],"errors":["down"]}`, false, "200 OK: errors: down"},
		{"a failure with a code", strict, `{"hosts":[],"error":{"message":"down","code":"E7"}}`, false, "200 OK: error: down"},
		{"a failure without words", strict, `{"hosts":[],"fault":true}`, false, "200 OK: fault"},
		{"no failure", strict, `{"hosts":[],"error":"","errors":[],"fault":null}`, false, ""},
		{"no failure, otherwise", strict, `{"hosts":[],"error":false,"errors":{},"fault":0}`, false, ""},
		{"a failure, and no list", strict, `{"error":"down"}`, false, none + " hosts, owners, found error"},
		{"a blank page", pages, `{"data":{}}`, false, ""},
		{"a blank page with its count", pages, `{"data":{"count":0}}`, false, ""},
		{"a blank page of somebody else", pages, `{"data":{"message":"x"}}`, false, none},
		{"a blank page that is null", pages, `{"data":null}`, false, none},
		{"no blank page", pages, `{"status":"Success"}`, false, none},
		{"null beside what is known", pages, `{"data":{"host":null,"count":0}}`, false, ""},

		{"one of the lists", strict, `{"owners":[]}`, false, ""},
		{"null beside the cursor", strict, `{"owners":null,"next":"x"}`, false, ""},
		{"null beside null alone", strict, `{"owners":null,"hosts":null}`, false, none},
		{"the cursor alone", strict, `{"next":"x"}`, false, none},
		{"text for one of the lists", strict, `{"hosts":"x","next":"y"}`, false, "a JSON string where a list belongs"},

		{"text beside a list", strict, `{"hosts":[],"owners":"down for maintenance"}`, false, "a JSON string where a list belongs"},
		{"a number before a list", strict, `{"hosts":503,"owners":[]}`, false, "a JSON number where a list belongs"},
		{"a list in other letters beside a list", strict, `{"hosts":[],"Owners":[{"id":1}]}`, false, "a member owners in other letters"},
		{"an end in other letters", timed, `{"hosts":[],"Until":"2026-01-10T11:00:00Z"}`, false, "a member until in other letters"},
		{"a failure in other letters", strict, `{"hosts":[],"Errors":["down"]}`, false, "200 OK: errors: down"},
		{"no failure, with white space", strict, "{\"hosts\":[],\"errors\": [ ],\"error\" : {\n}}", false, ""},

		{"an empty object at first", bare, `{}`, false, none},
		{"an empty object later", bare, `{}`, true, ""},
		{"another object later", bare, `{"message":"x"}`, true, none},

		{"what was done, and failures", batch, `{"done":["a"],"errors":[{"error":"x"}]}`, false, ""},
		{"failures alone", batch, `{"errors":[{"error":"x"}]}`, false, none + " done, errors, found errors"},

		{"a list and success", both, `{"status":"Success","data":[]}`, false, ""},
		{"a list without a word of success", both, `{"data":[]}`, false, ""},
		{"a list, and a refusal in other letters", both, `{"Status":"Failure","Message":"no","data":[]}`, false, "a member status in other letters"},
		{"a list and a refusal", both, `{"status":"Failure","message":"no","data":[]}`, false, "Failure: no"},
		{"success alone", both, `{"status":"Success"}`, false, none},
	} {
		s, err := readMembers([]byte(c.reply), c.op.asked())
		require.NoError(t, err, c.name)
		if c.op.Paging != nil {
			s.items = c.op.Paging.Items
		}
		err = newFake(t, nil).accept(&c.op, &http.Response{StatusCode: 200}, s, c.later)
		if c.want == "" {
			assert.NoError(t, err, "%s: %s", c.name, c.reply)
			continue
		}
		assert.ErrorContains(t, err, c.want, "%s: %s", c.name, c.reply)

		// A list says the same while it is read.
		if c.op.Paging == nil {
			continue
		}
		op := c.op
		op.ID, op.Method, op.Path = "list", "GET", "/list"
		var kinds []Kind[event]
		for _, name := range op.Paging.Items {
			kinds = append(kinds, Of[event](name))
		}
		replies := []answer{says(200, c.reply)}
		if c.later {
			op.Paging.Style, op.Paging.Param = "offset", "start"
			replies = []answer{says(200, `[{"id":1}]`), says(200, c.reply)}
		}
		f := newFake(t, replies)
		_, err = collect(List(t.Context(), f.Pipeline, request(&op, ""), nil, kinds...))
		assert.ErrorContains(t, err, c.want, "%s, as a list: %s", c.name, c.reply)
	}
}

// An error names at most eight members, and none that may be data.
func TestMissingNamesMembers(t *testing.T) {
	s := said{names: []string{"user@example.com", "two words", "", "a", "b", "c", "d", "e", "f", "g", "h", "i", strings.Repeat("x", 41)}}
	assert.EqualError(t, s.missing([]string{"id", ""}), "none of the expected members id, found a, b, c, d, e, f, g, h")
	assert.EqualError(t, said{names: []string{strings.Repeat("x", 40)}}.missing(nil), "none of the expected members, found "+strings.Repeat("x", 40))
	assert.EqualError(t, said{names: []string{"a b"}}.missing(nil), "none of the expected members")
}
