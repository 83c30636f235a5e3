package check

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const routes = `
openapi: 3.0.3
info: {title: Routes, version: "1"}
servers: [{url: "https://{region}.example.com/api/v1", variables: {region: {default: us}}}]
paths:
  /groups/{id}: {get: {operationId: getGroup, parameters: [{$ref: '#/components/parameters/ID'}], responses: {"200": {description: x}}}}
  /groups/search: {get: {operationId: searchGroups, responses: {"200": {description: x}}}}
  /{kind}/{id}:
    parameters: [{name: kind, in: path, required: true, schema: {type: string}}, {$ref: '#/components/parameters/ID'}]
    get: {operationId: getAny, responses: {"200": {description: x}}}
    delete: {operationId: deleteAny, responses: {"200": {description: x}}}
  /{asset}/{id}/notes:
    parameters:
      - {$ref: '#/components/parameters/ID'}
      - {name: asset, in: path, required: true, schema: {type: string, x-extensible-enum: [hosts, urls]}}
    get: {operationId: listAssetNotes, responses: {"200": {description: x}}}
  /{other}/{id}/notes/:
    parameters:
      - {$ref: '#/components/parameters/ID'}
      - {name: other, in: path, required: true, schema: {type: string}}
    get: {operationId: listOtherNotes, responses: {"200": {description: x}}}
  /{shut}/all/of/them:
    parameters: [{name: shut, in: path, required: true, schema: {type: string, enum: [a]}}]
    get: {operationId: listShut, responses: {"200": {description: x}}}
  /files/{id}.json:
    parameters: [{$ref: '#/components/parameters/ID'}]
    get: {operationId: getFile, responses: {"200": {description: x}}}
components:
  parameters:
    ID: {name: id, in: path, required: true, schema: {type: string}}
`

func TestFind(t *testing.T) {
	s, err := ParseSpec("routes", []byte(routes))
	require.NoError(t, err)
	for _, c := range []struct{ method, path, want string }{
		{"GET", "/groups/1", "getGroup id=1"},
		{"GET", "/api/v1/groups/1", "getGroup id=1"},
		{"GET", "/v1/groups/1", "getGroup id=1"}, // a part of the base
		{"GET", "/groups/1?owner=x", "getGroup id=1"},
		{"GET", "/groups/a%2Fb", "getGroup id=a/b"},
		{"GET", "/groups/{groupId}", "getGroup id={groupId}"},
		{"GET", "/groups/search", "searchGroups "},
		{"GET", "/tags/1/", "getAny id=1 kind=tags"},
		{"DELETE", "/tags/1", "deleteAny id=1 kind=tags"},
		{"GET", "/hosts/1/notes", "listAssetNotes asset=hosts id=1"},
		{"GET", "/tags/1/notes", "listOtherNotes id=1 other=tags"},
		{"GET", "/a/all/of/them", "listShut shut=a"},
		{"GET", "/b/all/of/them", "no operation GET /b/all/of/them"},
		{"GET", "/files/7.json", "getFile id=7"},
		{"POST", "/tags/1", "no operation POST /tags/1, but "},
		{"GET", "/", "no operation GET /"},
		{"GET", "/groups/%zz", "no operation GET /groups/%zz"},
	} {
		op, values, err := s.Find(c.method, c.path)
		if err != nil {
			assert.True(t, c.want != "" && strings.HasPrefix(err.Error(), c.want), "%s %s: %v begins with %q", c.method, c.path, err, c.want)
			continue
		}
		assert.Equal(t, c.want, op.ID+" "+strings.Trim(strings.ReplaceAll(fmt.Sprint(values)[4:], ":", "="), "]"), "%s %s", c.method, c.path)
	}
}

func TestParseSpecRefusesAnInvalidDocument(t *testing.T) {
	for _, bad := range []string{
		strings.Replace(routes, "info:", "inf:", 1),
		strings.Replace(routes, `version: "1"`, `version: "1", contact: 3`, 1),
		strings.Replace(routes, "'#/components/parameters/ID'", "'#/components/parameters/Nobody'", 1),
	} {
		_, err := ParseSpec("routes", []byte(bad))
		assert.Error(t, err, "%.60s", bad)
	}
}
