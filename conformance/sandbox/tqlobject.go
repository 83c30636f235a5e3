package sandbox

import (
	"fmt"
	"strings"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
)

// tqlQuery is a query while it is answered.
type tqlQuery struct {
	sv      *apiServer
	now     time.Time
	objects map[string]*tqlObject
	indexes map[string]map[string][]any // see index
}

func newTQLQuery(sv *apiServer) *tqlQuery {
	return &tqlQuery{sv: sv, now: sv.box.now(), objects: map[string]*tqlObject{}, indexes: map[string]map[string][]any{}}
}

// tqlObject is a kind of object as queries see it: keywords, and the members in which what
// they speak of is stored.
type tqlObject struct {
	name     string
	path     string // of the collection
	keywords map[string]tqlKeyword
	members  map[string]string // by their names in lower case
	schemas  map[string]*openapi3.Schema
	ways     map[string][]string // see where
}

type tqlKeyword struct{ name, kind, of, member string }

// object finds the kind of object by its name in x-tql; nil when no list has its keywords.
func (q *tqlQuery) object(name string) *tqlObject {
	if o, ok := q.objects[name]; ok {
		return o
	}
	q.objects[name] = nil
	for _, op := range q.sv.spec.Operations {
		x := extension(op, "x-tql")
		keywords := objects(x["keywords"])
		if x["object"] != name || keywords == nil {
			continue
		}
		o := &tqlObject{name: name, path: op.Template, keywords: map[string]tqlKeyword{}, members: map[string]string{}, ways: map[string][]string{}}
		for _, k := range keywords {
			o.keywords[strings.ToLower(text(k["name"]))] = tqlKeyword{text(k["name"]), text(k["type"]), text(k["of"]), text(k["member"])}
		}
		for _, spot := range textsOf(extension(op, "x-pagination")["items"]) {
			o.schemas, _ = properties(below(responseSchema(op, 200), strings.Split(spot, ".")...))
		}
		for member := range o.schemas {
			o.members[strings.ToLower(member)] = member
		}
		q.objects[name] = o
	}
	return q.objects[name]
}

// keyword is one that the object has, whatever the case of its letters.
func (o *tqlObject) keyword(name string) (tqlKeyword, error) {
	k, ok := o.keywords[strings.ToLower(name)]
	if !ok {
		return k, fmt.Errorf("%s has no keyword %s", o.name, name)
	}
	return k, nil
}

// where is the way to what stands under a scalar keyword: the member that the document names
// or the member of its name, also without the name of the object (indicatorActive is active),
// without the Name or with the Id that says what the keyword compares (typeName is type, owner
// is ownerId), or the names or identifiers of the set of its plural (tag is the names of tags).
// nil when there is none, or when the document says so.
func (o *tqlObject) where(k tqlKeyword) []string {
	way, known := o.ways[k.name]
	if !known {
		way = o.find(k)
		o.ways[k.name] = way
	}
	return way
}

func (o *tqlObject) find(k tqlKeyword) []string {
	if k.member == "none" {
		return nil
	}
	name := strings.ToLower(k.name)
	for _, candidate := range []string{strings.ToLower(k.member), name, strings.TrimPrefix(name, strings.ToLower(o.name)), strings.TrimSuffix(name, "name"), name + "id"} {
		if member, ok := o.members[candidate]; ok && fits(k.kind, o.schemas[member]) {
			return []string{member}
		}
	}
	part := map[string]string{"String": "name", "Integer": "id"}[k.kind]
	if set := o.set(name); set != "" && part != "" {
		if list, _ := properties(below(o.schemas[set], "data")); list[part] != nil {
			return []string{set, "data", part}
		}
	}
	return nil
}

// set is the member that holds the objects of a name: tag is tags, group associatedGroups.
func (o *tqlObject) set(name string) string {
	for _, candidate := range []string{name + "s", "associated" + name + "s"} {
		member := o.members[strings.ToLower(candidate)]
		if list, _ := properties(o.schemas[member]); list["data"] != nil {
			return member
		}
	}
	return ""
}

// fits reports that a member may hold what a keyword of a kind compares.
func fits(kind string, s *openapi3.Schema) bool {
	if s == nil || s.Type == nil {
		return false
	}
	switch kind {
	case "Integer", "BigInteger", "Float":
		return s.Type.Is("integer") || s.Type.Is("number")
	case "Boolean":
		return s.Type.Is("boolean")
	case "Date":
		return s.Type.Is("string") && s.Format != ""
	}
	return s.Type.Is("string")
}
