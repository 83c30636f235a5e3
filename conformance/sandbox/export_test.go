package sandbox

// Loaded are the APIs whose document has been read.
func (s *Sandbox) Loaded() (list []string) {
	for _, sv := range s.services {
		if sv.spec != nil {
			list = append(list, sv.name)
		}
	}
	return list
}
