package engine

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// The first key whose members are all there tells two elements apart; order in lists does not.
func TestIdentity(t *testing.T) {
	type threat struct {
		ID string `json:"threatID,omitempty"`
	}
	type inner struct {
		GUID string `json:"guid"`
	}
	type element struct {
		ID        string    `json:"id,omitempty"`
		GUID      string    `json:"GUID"`
		N         *int64    `json:"n"`
		Flag      bool      `json:"flag"`
		At        time.Time `json:"at"`
		Recipient []string  `json:"recipient"`
		Threats   []threat  `json:"threats"`
		Identity  *inner    `json:"identity"`
	}
	keys := [][]string{{"id"}, {"GUID", "recipient", "threats.threatID"}}
	for _, c := range []struct {
		name string
		a, b element
		keys [][]string
		same bool
	}{
		{"the first key", element{ID: "1", GUID: "x"}, element{ID: "1", GUID: "y"}, keys, true},
		{"another first key", element{ID: "1", GUID: "x"}, element{ID: "2", GUID: "x"}, keys, false},
		{"one has the first key, one does not", element{ID: "1", GUID: "x", Recipient: []string{"a"}, Threats: []threat{{"1"}}}, element{GUID: "x", Recipient: []string{"a"}, Threats: []threat{{"1"}}}, keys, false},
		{"the second key", element{GUID: "x", Recipient: []string{"a", "b"}, Threats: []threat{{"1"}, {"2"}}}, element{GUID: "x", Recipient: []string{"b", "a"}, Threats: []threat{{"2"}, {"1"}}, Flag: true}, keys, true},
		{"another recipient", element{GUID: "x", Recipient: []string{"a"}, Threats: []threat{{"1"}}}, element{GUID: "x", Recipient: []string{"b"}, Threats: []threat{{"1"}}}, keys, false},
		{"one recipient more", element{GUID: "x", Recipient: []string{"a"}, Threats: []threat{{"1"}}}, element{GUID: "x", Recipient: []string{"a", "b"}, Threats: []threat{{"1"}}}, keys, false},
		{"values are not run together", element{GUID: "x", Recipient: []string{"ab"}, Threats: []threat{{"1"}}}, element{GUID: "x", Recipient: []string{"a", "b"}, Threats: []threat{{"1"}}}, keys, false},
		{"an inner member", element{Identity: &inner{"g"}}, element{Identity: &inner{"g"}, GUID: "x"}, [][]string{{"identity.guid"}}, true},
		{"another inner member", element{Identity: &inner{"g"}}, element{Identity: &inner{"h"}}, [][]string{{"identity.guid"}}, false},
		{"0 is a number", element{N: new(int64(0))}, element{N: new(int64(0))}, [][]string{{"n"}}, true},
		{"0 is not 1", element{N: new(int64(0))}, element{N: new(int64(1))}, [][]string{{"n"}}, false},
		{"an instant", element{At: noon}, element{At: noon.Add(time.Second)}, [][]string{{"at"}}, false},
	} {
		a, b := Identity(c.a, c.keys...), Identity(&c.b, c.keys...)
		assert.NotEmpty(t, a, c.name)
		assert.NotEmpty(t, b, c.name)
		assert.Equal(t, c.same, a == b, "%s: %q, %q", c.name, a, b)
	}
	for name, e := range map[string]element{"nothing": {}, "half a key": {GUID: "x", Recipient: []string{"a"}}, "an empty list": {GUID: "x", Recipient: []string{}, Threats: []threat{{"1"}}}, "an empty threat": {GUID: "x", Recipient: []string{"a"}, Threats: []threat{{}}}} {
		assert.Empty(t, Identity(e, keys...), name)
	}
	assert.Empty(t, Identity(element{N: nil}, []string{"n"}))
	assert.Empty(t, Identity(element{}, []string{"identity.guid"}))
	assert.Empty(t, Identity(element{ID: "1"}))
	assert.Empty(t, Identity(element{ID: "1"}, []string{"unknown"}))
}
