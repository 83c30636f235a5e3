package sandbox

import (
	"encoding/json"
	"strings"

	"github.com/threatclients/threatclients-go/conformance/exchange"
)

// Reset forgets everything that calls have made, and the calls.
func (s *Sandbox) Reset() {
	for _, sv := range s.services {
		sv.mu.Lock()
		if sv.store != nil {
			sv.store = newStore()
		}
		sv.mu.Unlock()
	}
	s.mu.Lock()
	s.calls = nil
	s.mu.Unlock()
}

// Credentials returns the accepted credentials by API. They are public and the same everywhere.
func (s *Sandbox) Credentials() map[string][]Credential {
	list := map[string][]Credential{}
	for _, sv := range s.services {
		if sv.account != nil {
			list[sv.name] = sv.account.Credentials
		}
	}
	return list
}

// Put places an element at its path, such as /v2/groups/incidents/1, as if a call had made
// it. Values are what encoding/json reads.
func (s *Sandbox) Put(api, path string, value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	var v any
	if err := exchange.DecodeJSON(text, &v); err != nil {
		return err
	}
	for _, sv := range s.services {
		if sv.name != api {
			continue
		}
		if err := sv.load(new(call)); err != nil {
			return err
		}
		sv.mu.Lock()
		defer sv.mu.Unlock()
		path = joined(segments(strings.TrimPrefix(path, sv.spec.Base)))
		if parent, segment, ok := sv.itemAt(path); ok {
			sv.insert(parent, &item{value: identified(v, sv.collection(parent).keys, segment), key: segment, born: true})
		} else {
			sv.store.documents[path] = v
		}
		return nil
	}
	return unknownAPI(api)
}

type unknownAPI string

func (a unknownAPI) Error() string { return "this sandbox does not serve " + string(a) }
