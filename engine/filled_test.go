package engine

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"
)

// A field of a Go struct that nobody set goes out as "": where the service insists on
// something it is refused here, also in one item of a batch.
func TestFilled(t *testing.T) {
	op := &Op{ID: "createUsers", Method: "POST", Path: "/users", Filled: []string{"email", "name"}}
	for body, want := range map[string]string{
		`{"email":"a@example.com","name":"a"}`:                        "",
		`{"email":"","name":"a"}`:                                     "email",
		`{"email":" \t","name":"a"}`:                                  "email",
		`{"email":"a@example.com","name":""}`:                         "name",
		`{"email":"a@example.com"}`:                                   "", // absent: the server says what it insists on
		`{"email":null,"name":0}`:                                     "",
		`[{"email":"a@example.com"},{"email":""}]`:                    "email",
		`[{"email":"a@example.com","name":"a","other":{"email":""}}]`: "",
		`[]`:                 "",
		`[""]`:               "",
		`"email"`:            "",
		`{"email":"" broken`: "", // the caller's own text
	} {
		f := newFake(t, []answer{says(200, "")})
		r, err := f.request(t.Context(), op, "", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/json; charset=utf-8")
		_, err = f.Do(r)
		var re *RequestError
		switch {
		case want == "" && (err != nil || f.bodies[0] != body):
			t.Errorf("%s: %q, %v", body, f.bodies, err)
		case want != "" && (!errors.As(err, &re) || re.Parameter != want || re.Operation != "createUsers" || re.Unsafe || len(f.sent) != 0):
			t.Errorf("%s: sent %d: %v", body, len(f.sent), err)
		}
	}
}

func TestFilledLooksAtJSONOnly(t *testing.T) {
	for _, c := range []struct {
		name, contentType string
		filled            []string
		stream, refused   bool
	}{
		{"JSON", "application/json", []string{"email"}, false, true},
		{"another JSON", "application/merge-patch+json", []string{"email"}, false, true},
		{"another media type", "text/csv", []string{"email"}, false, false},
		{"no media type", "", []string{"email"}, false, false},
		{"a stream", "application/json", []string{"email"}, true, false},
		{"nothing to fill", "application/json", nil, false, false},
	} {
		r, _ := http.NewRequest("POST", "https://api.example.com", strings.NewReader(`{"email":""}`))
		r.Header.Set("Content-Type", c.contentType)
		if c.stream {
			r.GetBody = nil
		}
		if err := checkFilled(&Op{Filled: c.filled}, r); (err != nil) != c.refused {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestFilledCannotRead(t *testing.T) {
	op, broken := &Op{ID: "createUser", Method: "POST", Path: "/users", Filled: []string{"email"}}, errors.New("broken")
	for _, getBody := range []func() (io.ReadCloser, error){
		func() (io.ReadCloser, error) { return nil, broken },
		func() (io.ReadCloser, error) { return io.NopCloser(iotest.ErrReader(broken)), nil },
	} {
		r, _ := http.NewRequest("POST", "https://api.example.com", strings.NewReader(`{}`))
		r.Header.Set("Content-Type", "application/json")
		r.GetBody = getBody
		if err := checkFilled(op, r); !errors.Is(err, broken) || !errors.Is(err, ErrInvalid) {
			t.Error(err)
		}
	}
}
