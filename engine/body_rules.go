package engine

import (
	"net/url"
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
	list, isList := listOf(body)
	if !isList {
		list = []jsontext.Value{body}
	}
	if jsonKind(body) == 'n' {
		return refuse("body", "is required and empty")
	}
	names := append([]string{}, op.NonEmpty...)
	for _, l := range op.Limits {
		names = append(names, l.Name)
	}
	for _, c := range op.Choices {
		names = append(append(names, c.With...), c.Of...)
	}
	for _, name := range op.NonEmpty {
		if name == "" && isList && len(list) == 0 {
			return refuse("body", "is required and empty")
		}
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
	for _, name := range op.NonEmpty {
		text, single := scalarText(m.get(name))
		if v := m.get(name); isEmptyArray(v) || jsonKind(v) == '"' && single && text == "" {
			return refuse(name, "is required and empty")
		}
	}
	for _, l := range op.Limits {
		if list, _ := listOf(m.get(l.Name)); len(list) > l.Max {
			return refuse(l.Name, "has more than "+strconv.Itoa(l.Max)+" elements")
		}
	}
	given := url.Values{}
	for _, e := range m {
		given.Set(e.name, "")
	}
	for _, c := range op.Choices {
		applies := true
		for _, name := range c.With {
			applies = applies && given.Has(name)
		}
		if applies {
			if err := c.check(given, time.Time{}); err != nil {
				return err
			}
		}
	}
	return nil
}
