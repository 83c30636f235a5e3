package specs

import (
	"bytes"
	"encoding/json"
	"slices"
	"testing"
)

func TestDocument(t *testing.T) {
	for _, name := range Names() {
		a, err := Document(name)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Contains(a, []byte("openapi: 3.0.3")) {
			t.Errorf("%s is no OpenAPI 3.0.3 document", name)
		}
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
	if !slices.IsSorted(names) || len(names) == 0 {
		t.Errorf("names are %v", names)
	}
}

func TestOperations(t *testing.T) {
	var all map[string]map[string]struct{ Method, Path string }
	if err := json.Unmarshal(Operations(), &all); err != nil {
		t.Fatal(err)
	}
	for _, name := range Names() {
		if len(all[name]) == 0 {
			t.Errorf("operations.json says nothing of %s", name)
		}
		for id, op := range all[name] {
			if op.Method == "" || op.Path == "" {
				t.Errorf("%s %s has no method and path", name, id)
			}
		}
	}
}
