package hostile_test

import (
	"bytes"
	"slices"
	"strings"
)

// reason says by which word of the document a reply may pass, "" if there is none.
func (s shape) reason(o outcome, b body, status int, later bool) string {
	op, text := s.op, strings.TrimSpace(b.text)
	ok := status/100 == 2
	if status == 204 || op.Method == "HEAD" {
		text = ""
	}
	blank := text == "" || text == "null"
	switch {
	case !ok && o.list && o.elements == 0 && blank && slices.Contains(op.Paging.Empty, status):
		return "no-elements-status"
	case !ok:
		return ""
	case o.reply:
		return "undecoded"
	case o.file:
		return "file"
	case blank && (slices.Contains(op.Empty, status) || len(op.Empty) > 0 && op.Method != "GET" || o.nothing && op.Envelope == nil):
		return "no-body"
	case blank:
		return ""
	case o.holds:
		return "decoded"
	case o.open:
		return "open-elements"
	case b.name == "status of null" && bytes.Contains(s.own, []byte(`"status"`)):
		return "null-member"
	case o.elements == 0 && (b.name == "array" || b.name == "array of null"):
		return "empty-list"
	case op.Paging != nil && slices.Contains(op.Paging.Items, "data") && (b.name == "data object" || b.name == "data empty"):
		return "object-for-no-elements" // as a language writes an empty list that has one type for maps and lists
	case op.Paging != nil && op.Envelope != nil && b.name == "envelope with null":
		return "null-list" // beside a status
	case op.Envelope != nil && len(op.Envelope.Value) == 0 && op.Paging == nil:
		return "status-only"
	case s.none:
		return "none"
	case o.nothing && text == "{}":
		return "no-members"
	case op.Unread:
		return "unread"
	case op.Paging != nil && (len(op.Paging.Blank) > 0 && strings.HasPrefix(b.name, "data ") || later && op.Paging.Later && text == "{}"):
		return "blank-page"
	}
	return ""
}
