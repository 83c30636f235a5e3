package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/threatclients/threatclients-go/conformance/tqlmatch"
)

// tqlRecord is a stored object that a query is asked of. One without members has a value
// under every keyword that the sandbox can evaluate.
type tqlRecord struct {
	q       *tqlQuery
	object  *tqlObject
	members map[string]any
}

// Values reads what is stored under a keyword, in the type that the keyword compares.
func (r *tqlRecord) Values(keyword string) ([]any, error) {
	k, err := r.object.keyword(keyword)
	if err != nil {
		return nil, err
	}
	way := r.object.where(k)
	if k.kind == "SubQuery" || way == nil {
		return nil, fmt.Errorf("keyword %s of %s: nothing is stored for it: %w", k.name, r.object.name, errors.ErrUnsupported)
	}
	if r.members == nil {
		return []any{sample(k.kind)}, nil
	}
	var list []any
	for _, v := range reach(r.members, way) {
		if v == nil {
			continue
		}
		value, ok := typed(k.kind, v)
		if !ok {
			return nil, fmt.Errorf("keyword %s of %s: what is stored is no %s: %w", k.name, r.object.name, k.kind, errors.ErrUnsupported)
		}
		list = append(list, value)
	}
	return list, nil
}

// reach follows a way through objects and, at lists, into each element.
func reach(v any, way []string) (list []any) {
	if elements, ok := v.([]any); ok {
		for _, e := range elements {
			list = append(list, reach(e, way)...)
		}
		return list
	}
	if len(way) == 0 {
		return []any{v}
	}
	if m, ok := v.(map[string]any); ok {
		return reach(m[way[0]], way[1:])
	}
	return nil
}

// sample is a value as a keyword of a kind has.
func sample(kind string) any {
	switch kind {
	case "Integer", "BigInteger", "Float":
		return json.Number("0")
	case "Boolean":
		return false
	case "Date":
		return time.Time{}
	case "StringCIDR":
		return netip.IPv4Unspecified()
	}
	return ""
}

// typed is a stored value as a keyword of a kind compares it.
func typed(kind string, v any) (any, bool) {
	switch kind {
	case "Integer", "BigInteger", "Float":
		n, ok := v.(json.Number)
		return n, ok
	case "Boolean":
		b, ok := v.(bool)
		return b, ok
	case "Date":
		for _, layout := range []string{time.RFC3339, time.DateTime, time.DateOnly} {
			if t, err := time.Parse(layout, text(v)); err == nil {
				return t, true
			}
		}
		return nil, false
	case "StringCIDR":
		a, err := netip.ParseAddr(text(v))
		return a, err == nil
	}
	s, ok := v.(string)
	return s, ok
}

// Records are the objects that are associated with this one: those that it names, and those
// that name it.
func (r *tqlRecord) Records(keyword string) ([]tqlmatch.Record, error) {
	k, err := r.object.keyword(keyword)
	if err != nil {
		return nil, err
	}
	other := r.q.object(k.of)
	relation := strings.ToLower(strings.TrimPrefix(k.name, "has"))
	if k.kind != "SubQuery" {
		return nil, fmt.Errorf("keyword %s of %s takes no sub-query", k.name, r.object.name)
	}
	if other == nil {
		return nil, fmt.Errorf("keyword %s of %s: no list has what it asks: %w", k.name, r.object.name, errors.ErrUnsupported)
	}
	set, single := r.object.set(relation), r.object.members[relation+"id"]
	back, backSingle := "", other.members[strings.ToLower(r.object.name)+"id"]
	if strings.EqualFold(relation, other.name) {
		back = other.set(r.object.name)
	}
	if set == "" && single == "" && back == "" && backSingle == "" {
		return nil, fmt.Errorf("keyword %s of %s: no such association is stored: %w", k.name, r.object.name, errors.ErrUnsupported)
	}
	if r.members == nil {
		return []tqlmatch.Record{&tqlRecord{r.q, other, nil}}, nil
	}
	var list []any
	for _, e := range reach(r.members, []string{set, "data"}) {
		list = append(list, r.q.kept(other, e))
	}
	if id := r.members[single]; id != nil {
		list = append(list, r.q.kept(other, map[string]any{"id": id}))
	}
	if id := r.members["id"]; id != nil {
		list = append(list, r.q.pointers(other, back, backSingle)[text(id)]...)
	}
	var records []tqlmatch.Record
	for _, v := range list {
		if m, ok := v.(map[string]any); ok {
			records = append(records, &tqlRecord{r.q, other, m})
		}
	}
	return records, nil
}
