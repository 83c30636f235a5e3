package check

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/conformance/exchange"
)

// specOf wraps one schema, named Thing, into a document whose only operation
// returns it and takes it.
func specOf(t *testing.T, schemas string) *Spec {
	t.Helper()
	document := `
openapi: 3.0.3
info: {title: Things, version: "1"}
servers: [{url: https://things.example.com/api/v1}]
paths:
  /thing:
    put:
      operationId: replaceThing
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}
      responses:
        "200": {description: the thing, content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}
components:
  schemas:
` + indent(schemas, "    ")
	s, err := ParseSpec("things", []byte(document))
	require.NoError(t, err)
	return s
}

func indent(s, by string) string {
	return by + strings.ReplaceAll(strings.TrimSpace(s), "\n", "\n"+by)
}

// exchangeOf is an exchange of specOf's operation.
func exchangeOf(t *testing.T, requestBody, body string) *exchange.Exchange {
	t.Helper()
	e, err := exchange.Parse(fmt.Appendf(nil, `{"operationId": "replaceThing", "method": "PUT", "path": "/thing", "query": {},
		"requestBody": %s, "status": 200, "contentType": "application/json", "body": %s}`, requestBody, body))
	require.NoError(t, err)
	return e
}

func TestClosedSchemas(t *testing.T) {
	const fixed = `
Thing:
  type: object
  properties:
    id: {type: integer, format: int64}
    text: {type: string}
    maybe: {type: string, nullable: true}
    at: {type: string, format: date-time}
    color: {type: string, x-extensible-enum: [red, green]}
    size: {type: string, enum: [small]}
    userId: {type: string, x-aliases: [user_id]}
    odd: {type: integer, x-also: [string]}
    names: {type: array, items: {type: string}, x-also: [string, object]}
    parts: {type: array, items: {$ref: '#/components/schemas/Part'}, x-also: [object]}
    object: {type: object, properties: {a: {type: string}}, x-also: [array, string]}
    wrapped: {type: object, properties: {n: {type: integer}, parts: {type: array, items: {$ref: '#/components/schemas/Part'}}}, x-also: [array]}
    free: {type: object, additionalProperties: true}
    counts: {type: object, additionalProperties: {type: integer}}
    any: {nullable: true}
    child: {$ref: '#/components/schemas/Thing'}
    orPart: {$ref: '#/components/schemas/Part', x-also: [string]}
    nullPart: {nullable: true, allOf: [{$ref: '#/components/schemas/Part'}]}
    soft: {allOf: [{$ref: '#/components/schemas/SoftPart'}]}
    longPart: {$ref: '#/components/schemas/LongPart'}
    either: {$ref: '#/components/schemas/Either'}
    shape: {$ref: '#/components/schemas/Shape'}
Part: {type: object, properties: {name: {type: string}}}
SoftPart: {type: object, nullable: true, properties: {name: {type: string}}}
LongPart:
  allOf:
    - {$ref: '#/components/schemas/Part'}
    - {type: object, properties: {length: {type: number}}}
Either: {oneOf: [{$ref: '#/components/schemas/Part'}, {$ref: '#/components/schemas/Round'}]}
Shape:
  oneOf: [{$ref: '#/components/schemas/Round'}, {$ref: '#/components/schemas/Square'}]
  discriminator: {propertyName: kind, mapping: {round: '#/components/schemas/Round', square: '#/components/schemas/Square'}}
Round: {type: object, required: [kind], properties: {kind: {type: string}, radius: {type: number}}}
Square: {type: object, required: [kind], properties: {kind: {type: string}, side: {type: number}}}
`
	s := specOf(t, fixed)
	for _, c := range []struct{ body, want string }{
		{`{}`, ``},
		{`{"id": 9007199254740993, "text": "", "maybe": null, "at": "2024-02-29T10:00:00.5Z", "color": "red"}`, ``},
		{`{"other": 1}`, `body /other: unknown member (a number)`},
		{`{"other": 1, "text": 2}`, `body /other: unknown member (a number); body /text: value must be a string, not a number`},
		{`{"a/b": 1}`, `body /a~1b: unknown member (a number)`},
		{`{"text": null}`, `body /text: null is not declared (nullable)`},
		{`{"id": 1.5}`, `body /id: value must be an integer, not a number`},
		{`{"id": 92233720368547758080}`, `body /id: a number is not a int64`},
		{`{"at": "2023-02-29T10:00:00Z"}`, `body /at: a string is not a date-time`},
		{`{"at": "2024-02-29 10:00:00"}`, `body /at: a string is not a date-time`},
		{`{"color": "blue"}`, ``}, // an open set
		{`{"size": "big"}`, `body /size: the value is not in the closed list small`},
		{`{"color": 1}`, `body /color: value must be a string, not a number`},
		{`{"user_id": "a"}`, ``},
		{`{"user_id": 1}`, `body /user_id: value must be a string, not a number`},
		{`{"userID": "a"}`, `body /userID: unknown member (a string)`},
		{`{"odd": 1}`, ``},
		{`{"odd": "1"}`, ``},
		{`{"odd": true}`, `body /odd: value must be integer or string, not a boolean`},
		{`{"odd": null}`, `body /odd: null is not declared (nullable)`},
		{`{"names": "x"}`, ``},
		{`{"names": {}}`, ``},
		{`{"names": [1]}`, `body /names/0: value must be a string, not a number`},
		{`{"parts": {"name": "x"}}`, ``},
		{`{"parts": {"size": "x"}}`, `body /parts/size: unknown member (a string)`},
		{`{"parts": [{"name": "x"}, {"size": "x"}]}`, `body /parts/1/size: unknown member (a string)`},
		{`{"object": []}`, ``},
		{`{"object": [{"a": "x"}]}`, ``},
		{`{"object": [{"b": "x"}]}`, `body /object/0/b: unknown member (a string)`},
		{`{"object": ""}`, ``},
		{`{"object": {"b": 1}}`, `body /object/b: unknown member (a number)`},
		{`{"wrapped": {"n": 1, "parts": [{"name": "x"}]}}`, ``},
		{`{"wrapped": [{"name": "x"}]}`, ``},
		{`{"wrapped": [{"n": 1, "parts": []}]}`, ``},
		{`{"wrapped": [{"name": "x", "size": 1}]}`, `body /wrapped/0/size: unknown member (a number)`},
		{`{"free": {"b": 1}}`, ``},
		{`{"counts": {"b": 1}}`, ``},
		{`{"counts": {"b": "1"}}`, `body /counts/b: value must be an integer, not a string`},
		{`{"any": {"b": [1, null]}}`, ``},
		{`{"any": null}`, ``},
		{`{"child": {"child": {"other": 1}}}`, `body /child/child/other: unknown member (a number)`},
		{`{"orPart": "x"}`, ``},
		{`{"orPart": {"name": "x"}}`, ``},
		{`{"orPart": {"b": 1}}`, `body /orPart/b: unknown member (a number)`},
		{`{"nullPart": null}`, ``},
		{`{"nullPart": {"b": 1}}`, `body /nullPart/b: unknown member (a number)`},
		{`{"soft": null}`, ``},
		{`{"longPart": {"name": "x", "length": 2.5}}`, ``},
		{`{"longPart": {"name": "x", "width": 2.5}}`, `body /longPart/width: unknown member (a number)`},
		{`{"longPart": null}`, `body /longPart: null is not declared (nullable)`},
		{`{"either": {"name": "x"}}`, ``},
		{`{"either": {"radius": 1, "kind": ""}}`, ``},
		{`{"shape": {"kind": "round", "radius": 1}}`, ``},
		{`{"shape": {"kind": "round", "side": 1}}`, `body /shape/side: unknown member (a number)`},
		{`{"shape": {"kind": "cube", "side": 1}}`, ``}, // an unknown kind may be like any branch
		{`{"shape": {"kind": "cube", "edge": 1}}`, `body /shape/edge: unknown member (a number)`},
	} {
		found := s.Check(exchangeOf(t, `{}`, c.body), Fixture)
		assert.Equal(t, c.want, sorted(found), "%s", c.body)
		// The request is held against the same schema.
		found = s.Check(exchangeOf(t, c.body, `{}`), Fixture)
		assert.Equal(t, c.want, strings.ReplaceAll(sorted(found), "request body", "body"), "request %s", c.body)
	}
}

func sorted(found Problems) string {
	slices.SortFunc(found, func(a, b Problem) int { return strings.Compare(a.Where, b.Where) })
	return found.Error()
}

// A union with members of its own gives them to every branch.
func TestUnionBesideProperties(t *testing.T) {
	s := specOf(t, `
Thing:
  type: object
  properties: {id: {type: string}}
  oneOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}]
A: {type: object, properties: {a: {type: string}}}
B: {type: object, properties: {b: {type: string}}}
`)
	for body, want := range map[string]string{
		`{"id": "1", "a": "x"}`: ``,
		`{"id": "1", "b": "x"}`: ``,
		`{"id": 1, "b": "x"}`:   `body /id: value must be a string, not a number`,
		`{"a": "x", "b": "x"}`:  `body /b: unknown member (a string)`,
	} {
		assert.Equal(t, want, s.Check(exchangeOf(t, `{}`, body), Fixture).Error(), "%s", body)
	}
}

// A problem is logged by the observer, so it must not quote an exchange.
func TestProblemsHoldNoValues(t *testing.T) {
	s := specOf(t, `Thing: {type: object, properties: {n: {type: integer}, at: {type: string, format: date-time}, p: {type: string, pattern: '^a+$', maxLength: 3}}}`)
	found := s.Check(exchangeOf(t, `{}`, `{"n": "s3cret", "at": "s3cret", "p": "s3cret"}`), Fixture)
	assert.Len(t, found, 4)
	assert.NotContains(t, found.Error(), "s3cret", "a value is quoted: %v", found)
}

func TestProblemsAreCutShort(t *testing.T) {
	var many Problems
	for range 20 {
		many = append(many, Problem{"body", "wrong"})
	}
	assert.Regexp(t, "body: wrong; and 12 more$", many.Error())
	assert.Equal(t, 8, strings.Count(many.Error(), "wrong"), "problems of 20 that are printed")
	assert.Equal(t, 9, strings.Count(many[:9].Error(), "wrong"), "problems of 9 that are printed")
}
