package engine

import (
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
		"a nil pointer":                   {(*newUser)(nil), ""},
		"nothing":                         {nil, ""},
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
