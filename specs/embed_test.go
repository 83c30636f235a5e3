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
		require.NoError(t, err)
		assert.True(t, bytes.Contains(a, []byte("openapi: 3.0.3")), "%s is no OpenAPI 3.0.3 document", name)
		clear(a)
		if b, _ := Document(name); bytes.Equal(a, b) {
			t.Errorf("%s: what one caller does to it, another sees", name)
		}
	}
	if _, err := Document("nothing"); err == nil {
		t.Error("a document that does not exist was found")
	}
}

func TestNames(t *testing.T) {
	names := Names()
	assert.True(t, slices.IsSorted(names), "names are %v", names)
	assert.NotEmpty(t, names, "names are %v", names)
}

func TestOperations(t *testing.T) {
	var all map[string]map[string]struct{ Method, Path string }
	require.NoError(t, json.Unmarshal(Operations(), &all))
	for _, name := range Names() {
		assert.NotEmpty(t, all[name], "operations.json says nothing of %s", name)
		for id, op := range all[name] {
			assert.NotEmpty(t, op.Method, "%s %s has no method and path", name, id)
			assert.NotEmpty(t, op.Path, "%s %s has no method and path", name, id)
		}
	}
}
