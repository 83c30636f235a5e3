package specs

import (
	"bytes"
	"encoding/json"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestDocument(t *testing.T) {
	for _, name := range Names() {
		a, err := Document(name)
		require.NoError(t, err, name)
		assert.True(t, bytes.Contains(a, []byte("openapi: 3.0.3")), "%s is an OpenAPI 3.0.3 document", name)
		clear(a)
		b, _ := Document(name)
		assert.False(t, bytes.Equal(a, b), "%s: what one caller does to it, another sees", name)
	}
	_, err := Document("nothing")
	assert.Error(t, err, "a document that does not exist is not found")
}

func TestNames(t *testing.T) {
	names := Names()
	assert.NotEmpty(t, names, "there are documents")
	assert.True(t, slices.IsSorted(names), "sorted: %v", names)
}

func TestOperations(t *testing.T) {
	var all map[string]map[string]struct{ Method, Path string }
	require.NoError(t, json.Unmarshal(Operations(), &all), "operations.json is an object of objects")
	for _, name := range Names() {
		assert.NotEmpty(t, all[name], "operations.json has the operations of %s", name)
		for id, op := range all[name] {
			assert.NotEmpty(t, op.Method, "%s %s has a method", name, id)
			assert.NotEmpty(t, op.Path, "%s %s has a path", name, id)
		}
	}
}
