package hostile_test

import (
	"encoding/json"
	"strings"

	"github.com/threatclients/threatclients-go/engine"
)

// body is what a server may say that does not speak for the service.
type body struct{ name, text string }

// everywhere are the bodies that every operation is answered with.
var everywhere = []body{
	{"empty", ""}, {"blanks", " \r\n\t"}, {"null", "null"}, {"array", "[]"}, {"array of null", "[null]"}, {"array of arrays", "[[]]"},
	{"array of empty objects", "[{}]"}, {"object", "{}"}, {"text", `"x"`}, {"number", "12"}, {"true", "true"}, {"false", "false"},
	{"array of messages", `[{"message":"Session expired","errorCode":"INVALID_SESSION_ID"}]`},
	{"message", `{"message":"Endpoint request timed out"}`}, {"Message", `{"Message":"User is not authorized"}`},
	{"message of null", `{"message":null}`}, {"error", `{"error":"server_error"}`},
	{"error object", `{"error":{"code":503,"message":"unavailable"}}`}, {"errors", `{"errors":[{"detail":"down"}]}`},
	{"fault", `{"fault":{"faultstring":"Execution of policy failed","detail":{"errorcode":"policies.failed"}}}`},
	{"problem", `{"type":"about:blank","title":"Bad Gateway","status":502}`}, {"request id", `{"requestId":"a-1","timestamp":1767225600}`},
	{"status success", `{"status":"Success"}`}, {"status ok", `{"status":"ok"}`}, {"status failure", `{"status":"Failure","message":"no"}`},
	{"status object", `{"status":{"code":200}}`}, {"status of null", `{"status":null,"data":null}`},
	{"data object", `{"data":{}}`}, {"data text", `{"data":"x"}`}, {"data null", `{"data":null}`}, {"data number", `{"data":1}`},
	{"data foreign", `{"status":"Success","data":{"message":"down"}}`}, {"data empty", `{"status":"Success","data":{}}`},
	{"unknown member", `{"zzUnknown":1}`}, {"unknown object", `{"zzUnknown":{"a":[1,2]}}`},
	{"HTML", "<!DOCTYPE html><html><body>Sign in</body></html>"}, {"HTML after blanks", "\n\n  <html></html>"},
	{"XML", `<?xml version="1.0"?><error><code>1</code></error>`}, {"words", "Service Unavailable"}, {"BOM", "\ufeff"},
	{"BOM before an object", "\ufeff{}"}, {"not UTF-8", "\xff\xfe"}, {"NUL", "\x00"}, {"cut object", `{"a":`}, {"cut array", `[{"a":1}`},
	{"cut text", `{"a":"b`}, {"two objects", "{}{}"}, {"garbage after an object", `{}x`}, {"garbage after an array", `[]x`}, {"comma after an array", `[],`},
}

// bodiesOf are the bodies for one operation: those of everywhere, and what is near to its
// own reply without being it.
func bodiesOf(op *engine.Operation, own []byte) []body {
	all := everywhere[:len(everywhere):len(everywhere)]
	if len(own) > 0 && json.Valid(own) {
		text := string(own)
		all = append(all,
			body{"own reply one level deeper", `{"result":` + text + `}`},
			body{"own reply in two arrays", `[[` + text + `]]`},
			body{"own reply as text", quote(text)},
			body{"own reply cut", text[:len(text)-1]},
			body{"own reply and garbage", text + "x"})
		if other := renamed(own); other != "" {
			all = append(all, body{"own members under another case", other})
		}
	}
	if e := op.Envelope; e != nil {
		all = append(all, body{"envelope without value", nested(e.Status, quote(e.Success))})
		for _, name := range e.Value {
			all = append(all, body{"envelope with null", `{` + quote(e.Status) + `:` + quote(e.Success) + `,` + nested(name, "null")[1:]})
			if op.Paging == nil && !holdsList(own, name) {
				all = append(all, body{"envelope with an empty array", `{` + quote(e.Status) + `:` + quote(e.Success) + `,` + nested(name, "[ ]")[1:]})
			}
		}
		var members map[string]json.RawMessage
		if json.Unmarshal(own, &members) == nil {
			delete(members, e.Status)
			members[strings.ToUpper(e.Status)] = json.RawMessage(`"Failure"`)
			if refusal, err := json.Marshal(members); err == nil {
				all = append(all, body{"own reply, refused in other letters", string(refusal)})
			}
		}
	}
	if p := op.Paging; p != nil {
		for _, name := range p.Items {
			if name = strings.TrimSuffix(name, ".*"); name == "" {
				continue
			}
			for _, v := range []string{`"down"`, "7", "true", `{"message":"down"}`, "[[]]", "[1]", `[{"message":"down"}]`} {
				all = append(all, body{"list is " + v, nested(name, v)})
			}
			if len(p.Items) > 1 {
				all = append(all, body{"one list of several is text", `{` + quote(p.Items[0]) + `:[],` + quote(p.Items[1]) + `:"down"}`})
			}
		}
	}
	return all
}

// nested is an object with a value at a dotted name.
func nested(name, value string) string {
	parts := strings.Split(name, ".")
	return `{"` + strings.Join(parts, `":{"`) + `":` + value + strings.Repeat("}", len(parts))
}

// holdsList reports whether an array stands at a dotted name.
func holdsList(own []byte, name string) bool {
	v := json.RawMessage(own)
	for part := range strings.SplitSeq(name, ".") {
		var members map[string]json.RawMessage
		if json.Unmarshal(v, &members) != nil {
			return false
		}
		v = members[part]
	}
	return strings.HasPrefix(string(v), "[")
}

// renamed is an object whose members begin with the other case.
func renamed(own []byte) string {
	var members map[string]json.RawMessage
	if json.Unmarshal(own, &members) != nil || len(members) == 0 {
		return ""
	}
	other := map[string]json.RawMessage{}
	for name, v := range members {
		first := strings.ToUpper(name[:1])
		if first == name[:1] {
			first = strings.ToLower(name[:1])
		}
		if first == name[:1] { // no letter
			return ""
		}
		other[first+name[1:]] = v
	}
	b, err := json.Marshal(other)
	if err != nil {
		return ""
	}
	return string(b)
}

// quote is a text in JSON.
func quote(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err) // a Go string always becomes JSON
	}
	return string(b)
}
