package check

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/conformance/exchange"
)

const checked = `
openapi: 3.0.3
info: {title: Checked, version: "1"}
servers: [{url: https://checked.example.com/}]
paths:
  /items/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    get:
      operationId: getItem
      x-pagination: {empty: [202]}
      x-headers: {X-Terms: "new"}
      parameters:
        - {name: must, in: query, required: true, schema: {type: string}}
        - {name: max, in: query, schema: {type: integer, maximum: 10}}
        - {name: sort, in: query, schema: {type: string, x-extensible-enum: [up, down]}}
        - {name: only, in: query, schema: {type: string, enum: [a, b]}}
        - {name: list, in: query, explode: false, schema: {type: array, items: {type: string, enum: [a, b]}}}
        - {name: X-Org, in: header, schema: {type: string}}
      responses:
        "200": {description: x, content: {application/json: {schema: {$ref: '#/components/schemas/Item'}}}}
        "202": {description: x, content: {application/json: {schema: {$ref: '#/components/schemas/Item'}}}}
        "204": {description: x}
        "400": {description: x, content: {text/plain: {schema: {type: string}}}}
        "500": {description: x, content: {application/json: {schema: {$ref: '#/components/schemas/Item'}}}}
    head:
      operationId: probeItem
      responses: {"200": {description: x, content: {application/json: {schema: {$ref: '#/components/schemas/Item'}}}}}
    post:
      operationId: sendItem
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/ItemInput'}}}}
      responses: {"204": {description: x}}
    put:
      operationId: uploadItem
      requestBody: {content: {application/octet-stream: {schema: {type: string, format: binary}}, multipart/form-data: {schema: {$ref: '#/components/schemas/ItemInput'}}}}
      responses: {"200": {description: x, content: {application/pdf: {schema: {type: string, format: binary}}}}}
components:
  schemas:
    Item: {type: object, properties: {name: {type: string}}}
    ItemInput: {type: object, required: [name], properties: {name: {type: string}}}
`

func TestCheck(t *testing.T) {
	s, err := ParseSpec("checked", []byte(checked))
	require.NoError(t, err)
	for _, c := range []struct{ name, exchange, fixture, sample string }{
		{"good", `{"operationId": "getItem", "method": "GET", "path": "/items/1", "query": {"must": "x", "max": "10", "sort": "sideways", "only": "a", "list": "a,b"},
			"requestHeaders": {"x-org": "1", "x-terms": "old", "Accept": "application/json"}, "status": 200, "contentType": "application/json; charset=utf-8", "body": {"name": "x"}}`, ``, ``},
		{"other name", `{"operationId": "fetchItem", "method": "GET", "path": "/items/1", "query": {"must": "x"}, "status": 204}`,
			`operationId: the path belongs to getItem, not to "fetchItem"`, ``},
		{"nothing there", `{"method": "GET", "path": "/item/1"}`, `path: no operation GET /item/1`, `path: no operation GET /item/1`},
		{"required", `{"operationId": "getItem", "method": "GET", "path": "/items/1", "status": 204}`, `query must: value is required but missing`, ``},
		{"placeholder", `{"operationId": "getItem", "method": "GET", "path": "/items/{itemId}", "query": {"must": "x"}, "status": 204}`, `path id: an invalid integer`, ``},
		{"maximum", `{"operationId": "getItem", "method": "GET", "path": "/items/1", "query": {"must": "x", "max": "11"}, "status": 204}`,
			`query max: number must be at most 10`, `query max: number must be at most 10`},
		{"refused by the server", `{"operationId": "getItem", "method": "GET", "path": "/items/1", "query": {"must": "x", "max": "11"}, "status": 400, "contentType": "text/plain", "body": "max"}`,
			`query max: number must be at most 10`, ``},
		{"no integer", `{"operationId": "getItem", "method": "GET", "path": "/items/1", "query": {"must": "x", "max": "many"}, "status": 204}`,
			`query max: an invalid integer`, `query max: an invalid integer`},
		{"closed", `{"operationId": "getItem", "method": "GET", "path": "/items/1", "query": {"must": "x", "only": "c"}, "status": 204}`,
			`query only: the value is not in the closed list a, b`, `query only: the value is not in the closed list a, b`},
		{"closed list", `{"operationId": "getItem", "method": "GET", "path": "/items/1", "query": {"must": "x", "list": "a,c"}, "status": 204}`,
			`query list /1: the value is not in the closed list a, b`, `query list /1: the value is not in the closed list a, b`},
		{"unknown parameter", `{"operationId": "getItem", "method": "GET", "path": "/items/1", "query": {"must": "x", "min": "1"}, "requestHeaders": {"x-orga": "1"}, "status": 204}`,
			`header X-Orga: unknown parameter; query min: unknown parameter`, `query min: unknown parameter`},
		{"request only", `{"operationId": "getItem", "method": "GET", "path": "/items/1", "query": {"must": "x"}, "status": null, "body": null}`, ``, ``},
		{"status", `{"operationId": "getItem", "method": "GET", "path": "/items/1", "query": {"must": "x"}, "status": 201}`,
			`status: 201 is not declared for getItem`, `status: 201 is not declared for getItem`},
		{"a body too many", `{"operationId": "getItem", "method": "GET", "path": "/items/1", "query": {"must": "x"}, "status": 204, "contentType": "application/json", "body": {}}`,
			`body: 204 is declared without one`, `body: 204 is declared without one`},
		{"a body too few", `{"operationId": "getItem", "method": "GET", "path": "/items/1", "query": {"must": "x"}, "status": 200, "contentType": "application/json", "body": null}`,
			`body: 200 is declared with one`, `body: 200 is declared with one`},
		{"HEAD has none", `{"operationId": "probeItem", "method": "HEAD", "path": "/items/1", "status": 200, "contentType": "application/json", "body": null}`, ``, ``},
		{"empty means none", `{"operationId": "getItem", "method": "GET", "path": "/items/1", "query": {"must": "x"}, "status": 202, "contentType": "", "body": null}`, ``, ``},
		{"JSON as text", `{"operationId": "getItem", "method": "GET", "path": "/items/1", "query": {"must": "x"}, "status": 200, "contentType": "text/plain", "body": {"no": 1}}`,
			`body /no: unknown member (a number)`, `body /no: unknown member (a number)`},
		{"JSON without a type", `{"operationId": "getItem", "method": "GET", "path": "/items/1", "query": {"must": "x"}, "status": 200, "body": {"no": 1}}`,
			`body /no: unknown member (a number)`, `body /no: unknown member (a number)`},
		{"text for JSON", `{"operationId": "getItem", "method": "GET", "path": "/items/1", "query": {"must": "x"}, "status": 200, "contentType": "text/plain", "body": "no"}`,
			`content type: "text/plain" is not declared for 200`, `content type: "text/plain" is not declared for 200`},
		{"text", `{"operationId": "getItem", "method": "GET", "path": "/items/1", "query": {"must": "x"}, "status": 400, "contentType": "text/plain", "body": "no"}`, ``, ``},
		{"a gateway", `{"operationId": "getItem", "method": "GET", "path": "/items/1", "query": {"must": "x"}, "status": 500, "contentType": "text/html", "body": "no"}`,
			`content type: "text/html" is not declared for 500`, ``},
		{"XML", `{"operationId": "getItem", "method": "GET", "path": "/items/1", "query": {"must": "x"}, "status": 200, "contentType": "application/xml", "body": "<a/>"}`,
			`content type: "application/xml" is not declared for 200`, ``},
		{"no request body", `{"operationId": "getItem", "method": "GET", "path": "/items/1", "query": {"must": "x"}, "requestBody": {}, "status": 204}`,
			`request body: the operation takes none`, `request body: the operation takes none`},
		{"request body", `{"operationId": "sendItem", "method": "POST", "path": "/items/1", "requestBody": {"name": "x"}, "status": 204}`, ``, ``},
		{"required member", `{"operationId": "sendItem", "method": "POST", "path": "/items/1", "requestBody": {}, "status": 204}`,
			`request body /name: property "name" is missing`, `request body /name: property "name" is missing`},
		{"wanted", `{"operationId": "sendItem", "method": "POST", "path": "/items/1", "status": 204}`, `request body: the operation wants one`, ``},
		{"other type", `{"operationId": "sendItem", "method": "POST", "path": "/items/1", "requestContentType": "text/csv", "requestBody": "a", "status": 204}`,
			`request body: content type "text/csv" is not declared`, `request body: content type "text/csv" is not declared`},
		{"upload", `{"operationId": "uploadItem", "method": "PUT", "path": "/items/1", "requestContentType": "application/octet-stream", "requestBody": "bytes",
			"status": 200, "contentType": "application/pdf", "body": "bytes"}`, ``, ``},
		{"form", `{"operationId": "uploadItem", "method": "PUT", "path": "/items/1", "requestContentType": "multipart/form-data", "requestForm": {"name": "x", "no": "y"},
			"status": 200, "contentType": "application/pdf", "body": "bytes"}`, `request form no: unknown field`, `request form no: unknown field`},
	} {
		e, err := exchange.Parse([]byte(c.exchange))
		require.NoError(t, err, c.name)
		assert.Equal(t, c.fixture, sorted(s.Check(e, Fixture)), "%s as a fixture", c.name)
		assert.Equal(t, c.sample, sorted(s.Check(e, Sample)), "%s as a sample", c.name)
	}
}
