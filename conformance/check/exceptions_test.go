package check

import (
	"strings"
	"testing"
)

func TestParseExceptions(t *testing.T) {
	got, err := parseExceptions(strings.NewReader("# why\n\na/b.json  because of c\n"))
	if err != nil || len(got) != 1 || got["a/b.json"] != "because of c" {
		t.Errorf("read %v, %v", got, err)
	}
	if _, err := parseExceptions(strings.NewReader("a/b.json\n")); err == nil {
		t.Error("an exception without a reason passed")
	}
	Exceptions() // panics when the embedded list is broken
}
