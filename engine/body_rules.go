package engine

import (
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/threatclients/threatclients-go/client"
)

// Limit bounds the elements of a list in a JSON body.
type Limit struct {
	Name string
	Max  int
}

// Choice is an Exclusive among the members of an object that has all members With, which tell
// it from the other forms of a body.
type Choice struct {
	With []string
	Exclusive
}

// checkBody looks at a JSON body as it goes out, in every element if it is a list: a field of a
// Go struct that nobody set is "" or [].
func (op *Operation) checkBody(body jsontext.Value) *client.RequestError {
	names := slices.Clone(op.NonEmpty)
	for _, l := range op.Limits {
		names = append(names, l.Name)
	}
	for _, c := range op.Choices {
		names = append(append(names, c.With...), c.Of...)
	}
	switch {
	case jsonKind(body) == 'n' || isEmptyArray(body) && slices.Contains(names, ""):
		return refuse("body", "is required and empty")
	case len(names) == 0:
		return nil
	}
	list, ok := listOf(body)
	if !ok {
		list = []jsontext.Value{body}
	}
	for _, object := range list {
		said, _ := readMembers(object, names)
		if err := op.checkMembers(said.members); err != nil {
			return err
		}
	}
	return nil
}

func (op *Operation) checkMembers(m members) *client.RequestError {
	given := url.Values{}
	for _, e := range m {
		given.Set(e.name, "")
		text, _ := scalarText(e.value)
		if slices.Contains(op.NonEmpty, e.name) && (isEmptyArray(e.value) || jsonKind(e.value) == '"' && text == "") {
			return refuse(e.name, "is required and empty")
		}
	}
	for _, l := range op.Limits {
		if list, _ := listOf(m.get(l.Name)); len(list) > l.Max {
			return refuse(l.Name, "has more than "+strconv.Itoa(l.Max)+" elements")
		}
	}
	for _, c := range op.Choices {
		if slices.ContainsFunc(c.With, func(name string) bool { return !given.Has(name) }) {
			continue
		}
		if err := c.check(given, time.Time{}); err != nil {
			return err
		}
	}
	return nil
}
