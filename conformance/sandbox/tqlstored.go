package sandbox

// stored are the objects of a kind.
func (q *tqlQuery) stored(o *tqlObject) (list []any) {
	for _, it := range q.sv.collection(o.path).items {
		if v := q.sv.resolve(it); v != nil {
			list = append(list, v)
		}
	}
	return list
}

// kept is the object of a collection that an element of a set names, or the element itself
// when it is kept nowhere else.
func (q *tqlQuery) kept(o *tqlObject, e any) any {
	members := []string{"id", "xid", "name", "summary"}
	named := q.index("named "+o.name, o, func(v any) (names []string) {
		for _, m := range members {
			if at(v, m) != nil {
				names = append(names, m+" "+text(at(v, m)))
			}
		}
		return names
	})
	for _, m := range members {
		if v := at(e, m); v != nil {
			if found := named[m+" "+text(v)]; len(found) > 0 {
				return found[0]
			}
			return e
		}
	}
	return e
}

// pointers are the objects of a kind by the identifiers that they name in a set or a member.
func (q *tqlQuery) pointers(o *tqlObject, set, single string) map[string][]any {
	return q.index("pointing "+o.name+" "+set+" "+single, o, func(v any) (ids []string) {
		if set != "" {
			for _, id := range reach(v, []string{set, "data", "id"}) {
				ids = append(ids, text(id))
			}
		}
		if single != "" {
			ids = append(ids, text(at(v, single)))
		}
		return ids
	})
}

// index finds the objects of a kind by what keys says of each. It is made once a query,
// which may ask thousands of objects.
func (q *tqlQuery) index(name string, o *tqlObject, keys func(any) []string) map[string][]any {
	if q.indexes[name] == nil {
		q.indexes[name] = map[string][]any{}
		for _, v := range q.stored(o) {
			for _, k := range keys(v) {
				q.indexes[name][k] = append(q.indexes[name][k], v)
			}
		}
	}
	return q.indexes[name]
}
