package sandbox

import (
	"maps"
	"net/http"
	"strings"

	"github.com/threatclients/threatclients-go/conformance/exchange"
)

// broader is how a list over several kinds, such as that of all indicators, shows an element of one
// kind: members that repeat one of the element's own, and members that are the same for the kind.
type broader struct {
	repeats map[string]string
	always  map[string]any
}

// broaderOf learns that of a collection from elements which the fixtures of both lists have.
func (sv *apiServer) broaderOf(path string) broader {
	if b, ok := sv.book.broader[path]; ok {
		return b
	}
	b := broader{map[string]string{}, map[string]any{}}
	sv.book.broader[path] = b
	one := sv.find(http.MethodGet, path)
	all := sv.find(http.MethodGet, path[:strings.LastIndex(path, "/")])
	if one == nil || all == nil || !isList(one) || !isList(all) {
		return b
	}
	own := map[string]map[string]any{}
	for _, e := range sv.book.good[one.ID] {
		if exchange.SamePath(strings.TrimPrefix(e.Path, sv.spec.Base), path) {
			for _, m := range sv.listed(e) {
				own[text(m["id"])] = m
			}
		}
	}
	for _, e := range sv.book.good[all.ID] {
		for _, m := range sv.listed(e) {
			b.learn(own[text(m["id"])], m)
		}
	}
	return b
}

// learn compares an element as its own list has it with what the broader one shows: they are the
// same if the one repeats a text of the other.
func (b broader) learn(own, shown map[string]any) {
	always, same := map[string]any{}, false
	for name, v := range shown {
		s, isText := v.(string)
		if _, has := own[name]; has || !isText {
			continue
		}
		always[name] = v
		for other, mine := range own {
			if mine == s {
				b.repeats[name], same = other, true
				delete(always, name)
			}
		}
	}
	if same {
		maps.Copy(b.always, always)
	}
}

// listed are the elements that an exchange shows.
func (sv *apiServer) listed(e *exchange.Exchange) (list []map[string]any) {
	body := bodyOf(e)
	for _, p := range places(sv.spec.Operation(e.OperationID), body) {
		elements, _ := at(body, p...).([]any)
		for _, one := range elements {
			if m, ok := one.(map[string]any); ok {
				list = append(list, m)
			}
		}
	}
	return list
}

// shows is an element as the broader list has it.
func (b broader) shows(v any) any {
	m, ok := clone(v).(map[string]any)
	if !ok {
		return v
	}
	for name, other := range b.repeats {
		if m[name] == nil && m[other] != nil {
			m[name] = m[other]
		}
	}
	for name, one := range b.always {
		if m[name] == nil {
			m[name] = one
		}
	}
	return m
}
