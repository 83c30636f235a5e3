package check

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/conformance/exchange"
)

func TestMissing(t *testing.T) {
	s, err := ParseSpec("covered", []byte(`
openapi: 3.0.3
info: {title: Covered, version: "1"}
paths:
  /a: {get: {operationId: getA, responses: {"200": {description: x}, "204": {description: x}, "404": {$ref: '#/components/responses/NotFound'}}}}
  /b: {get: {operationId: getB, responses: {"2XX": {description: x}, "404": {$ref: '#/components/responses/NotFound'}, "5XX": {$ref: '#/components/responses/Broken'}}}}
components:
  responses: {NotFound: {description: x}, Broken: {description: x}, Unused: {description: x}}
`))
	require.NoError(t, err)
	all := []*exchange.Exchange{
		{OperationID: "getA", Status: 200}, {OperationID: "getA", Status: 204},
		{OperationID: "getA", Status: 404}, {OperationID: "getB", Status: 206}, {OperationID: "getB", Status: 503},
	}
	assert.Empty(t, s.Missing(all), "nothing is missing")
	for i, want := range []string{"getA 200", "getA 204", "#/components/responses/NotFound", "getB 2XX", "#/components/responses/Broken"} {
		m := s.Missing(slices.Delete(slices.Clone(all), i, i+1))
		assert.Equal(t, []string{want}, m, "what is missing without %s %d", all[i].OperationID, all[i].Status)
	}
	assert.Len(t, s.Missing([]*exchange.Exchange{{OperationID: "getC", Status: 200}, {OperationID: "getA"}}), 5, "all are missing")
}
