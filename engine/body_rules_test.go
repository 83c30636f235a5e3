package engine

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/client"
)

type newUser struct {
	Email string  `json:"email"`
	Name  *string `json:"name,omitempty"`
	Other struct {
		Email string `json:"email"`
	} `json:"other"`
	Age   int64 `json:"age"`
	email string
}

// A field of a Go struct that nobody set goes out as "": where the service insists on
// something it is refused here, also in one item of a batch.
func TestNonEmpty(t *testing.T) {
	op := &Operation{ID: "createUsers", Method: "POST", Path: "/users", NonEmpty: []string{"email", "name", "age"}}
	whole := newUser{Email: "a@example.com", Name: new("a")}
	for name, c := range map[string]struct {
		body any
		want string // the parameter that is refused
	}{
		"all set":                         {whole, ""},
		"a pointer":                       {&whole, ""},
		"not set":                         {newUser{Name: new("a")}, "email"},
		"not set, behind a pointer":       {&newUser{}, "email"},
		"white space":                     {newUser{Email: " \t"}, "email"},
		"an optional one that is empty":   {newUser{Email: "a@example.com", Name: new("")}, "name"},
		"an optional one that is absent":  {newUser{Email: "a@example.com"}, ""}, // the server says what it insists on
		"an unexported field":             {newUser{Email: "a@example.com", email: ""}, ""},
		"the second of a list":            {[]newUser{whole, {}}, "email"},
		"the second, behind pointers":     {&[]*newUser{&whole, {}}, "email"},
		"a nil element":                   {[]*newUser{nil}, ""},
		"a list of one":                   {[]newUser{whole}, ""},
		"an empty list":                   {[]newUser{}, ""},
		"texts":                           {[]string{""}, ""},
		"a text":                          {"email", ""},
		"a nil pointer":                   {(*newUser)(nil), "body"},
		"nothing":                         {nil, "body"},
		"a list of anything, one not set": {[]any{1, whole, newUser{}}, "email"},
	} {
		f := newFake(t, []answer{says(200, "")})
		err := Call(t.Context(), f.Pipeline, NewRequest(op).JSON(c.body), nil, nil)
		if c.want == "" {
			require.NoError(t, err, name)
			assert.Len(t, f.sent, 1, name)
			continue
		}
		var re *client.RequestError
		require.ErrorAs(t, err, &re, name)
		assert.Equal(t, &client.RequestError{Operation: "createUsers", Parameter: c.want, Reason: "is required and empty"}, re, name)
		assert.Empty(t, f.sent, "%s: sent all the same", name)
	}
}

// Only a body that is encoded here is looked at, and only for the members that are named.
func TestNonEmptyLooksAtWhatItEncodes(t *testing.T) {
	for name, c := range map[string]struct {
		nonEmpty []string
		build    func(*Request) *Request
		refused  bool
	}{
		"JSON":           {[]string{"email"}, func(r *Request) *Request { return r.JSON(newUser{}) }, true},
		"nothing named":  {nil, func(r *Request) *Request { return r.JSON(newUser{}) }, false},
		"another member": {[]string{"mail"}, func(r *Request) *Request { return r.JSON(newUser{}) }, false},
		"a body as it is": {[]string{"email"}, func(r *Request) *Request {
			return r.Body("application/json", reader(func([]byte) (int, error) { panic("read before it is sent") }))
		}, false},
	} {
		r := c.build(NewRequest(&Operation{ID: "createUser", Method: "POST", Path: "/users", NonEmpty: c.nonEmpty}))
		if c.refused {
			assert.ErrorIs(t, r.err, client.ErrInvalid, name)
		} else {
			assert.NoError(t, r.err, name)
		}
	}
}

// Lists that hold too little or too much, members of which one must be there, and a union that
// nobody set are refused; a list is looked at where it stands, not its elements.
func TestBodyRules(t *testing.T) {
	op := &Operation{
		ID: "dismiss", Method: "POST", Path: "/dismiss", NonEmpty: []string{"ids", "inner.data", ""}, Limits: []Limit{{Name: "ids", Max: 2}},
		Choices: []Choice{{With: []string{"from", "until"}, Exclusive: Exclusive{Of: []string{"rule", "agent"}, Required: true}}},
	}
	const empty, one = "is required and empty", "one of the parameters rule, agent is required"
	for body, want := range map[string][2]string{
		`{"ids":["a","b"]}`:                               {},
		`{"ids":[]}`:                                      {"ids", empty},
		`{"ids":[ ]}`:                                     {"ids", empty},
		`{"ids":["a","b","c"]}`:                           {"ids", "has more than 2 elements"},
		`{"inner":{"data":[]}}`:                           {"inner.data", empty},
		`{"inner":{"data":[{}]}}`:                         {},
		`{"inner":{}}`:                                    {},
		`{"from":"1","until":"2"}`:                        {"", one},
		`{"from":"1","until":"2","rule":"r"}`:             {},
		`{"from":"1","until":"2","rule":"r","agent":"a"}`: {"", "parameters rule, agent exclude each other"},
		`{"from":"1"}`:                                    {}, // another form of the body
		`null`:                                            {"body", empty},
		`[]`:                                              {"body", empty},
		`[{"ids":["a"]},{"from":"1","until":"2","ids":[1]}]`: {"", one},
		`["a",1,null]`: {},
	} {
		f := newFake(t, []answer{says(200, "")})
		err := Call(t.Context(), f.Pipeline, NewRequest(op).JSON(json.RawMessage(body)), nil, nil)
		if want[1] == "" {
			require.NoError(t, err, body)
			assert.Equal(t, []string{body}, f.bodies, "what is sent")
			continue
		}
		var re *client.RequestError
		require.ErrorAs(t, err, &re, body)
		assert.Equal(t, &client.RequestError{Operation: "dismiss", Parameter: want[0], Reason: want[1]}, re, body)
		assert.Empty(t, f.sent, "%s: sent all the same", body)
	}
}
