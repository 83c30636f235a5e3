package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The elements of a list are found by the name of their array, whatever leads there.
func TestElement(t *testing.T) {
	var set typeSet
	require.NoError(t, set.scan([]byte("package p\n"+
		"type Page struct {\n\tParent *Page `json:\"parent\"`\n\tBooks []Book `json:\"books,omitempty\"`\n\tData Data `json:\"data\"`\n}\n"+
		"type Data struct {\n\tCount *int64 `json:\"count\"`\n\tByShelf map[string][]Book `json:\",inline,embed\"`\n}\n"+
		"type Titles = []string\ntype Book struct{}\n")))
	for name, want := range map[string]string{
		"books": "Book", "parent.books": "Book", "parent.parent.*": "Book", "data.*": "Book",
		"data.count": "", "data": "", "shelves": "", "": "",
	} {
		assert.Equal(t, want, set.element("Page", name), name)
	}
	assert.Equal(t, "string", set.element("Titles", ""), "the whole reply")
	assert.Equal(t, "Book", set.element("[]Book", ""), "a reply without a name of its own")
	assert.Empty(t, set.element("Unknown", "books"))
}
