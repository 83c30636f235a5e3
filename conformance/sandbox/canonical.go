package sandbox

// canonical is a path in which each element has the name by which it was first called, so that
// what lies below it is found under each of its names.
func (sv *apiServer) canonical(path string) string {
	parts := segments(path)
	for n := 2; n <= len(parts); n++ {
		parent, segment, ok := sv.itemAt(joined(parts[:n]))
		if !ok {
			continue
		}
		if it := sv.collection(parent).find(segment); it != nil && it.ref == "" {
			if it.called == "" {
				it.called = segment
			}
			parts[n-1] = it.called
		}
	}
	return joined(parts)
}
