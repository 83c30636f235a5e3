package engine

import (
	"bytes"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/threatclients/threatclients-go/client"
)

// said holds what decides whether a 2xx reply is an answer: the members that its operation
// names, as they came, and the names of all top-level members, for the error message.
type said struct {
	members members        // an array of elements that were yielded is "[]"
	body    jsontext.Value // nil when it is read as a stream
	names   []string       // of a stream
	items   []string       // the arrays of a list
	secrets redactor
	lost    []string // members of another type, of which nothing was decoded
}

// asked lists the members that decide whether a reply of op is an answer.
func (op *Operation) asked() []string {
	names := slices.Clip(op.Answer)
	if e := op.Envelope; e != nil {
		names = append(append(names, e.Status, e.Message, e.Code), e.Value...)
	}
	if p := op.Paging; p != nil {
		names = append(append(names, p.Items...), p.Blank...)
		for pages := p; pages != nil; pages = pages.Pages {
			names = append(names, pages.Next, pages.Alias, pages.More, pages.Total, pages.End)
		}
	}
	if f := op.Partial; f != nil {
		names = append(names, f.Errors)
	}
	if op.Paging != nil || !op.reads() {
		names = append(names, failureNames()...)
	}
	return slices.DeleteFunc(names, func(s string) bool { return s == "" })
}

// has reports whether a member is present and not empty.
func (s said) has(name string) bool {
	v := s.members.get(name)
	return v != nil && jsonKind(v) != 'n' && !slices.Contains(s.lost, name)
}

// accept returns why a reply is not an answer of the service but that of a gateway, a proxy or
// a changed API.
func (p *Pipeline) accept(op *Operation, res *http.Response, s said, later bool) error {
	if err := op.succeeded(res, s); err != nil {
		return err
	}
	if err := s.respelt(op); err != nil {
		return err
	}
	switch e := op.Envelope; {
	case op.Paging != nil:
		return p.acceptList(op, res, s, later)
	case e != nil && len(e.Value) > 0:
		if !slices.ContainsFunc(e.Value, func(name string) bool { return s.has(name) && dense(s.members.get(name)) != "{}" }) {
			return s.missing(e.Value)
		}
	case e != nil:
		if s.members.get(e.Status) == nil {
			return s.missing([]string{e.Status})
		}
	case len(op.Answer) == 0 && s.gateway():
		return s.missing(nil)
	case len(op.Answer) > 0:
		if !slices.ContainsFunc(op.Answer, func(name string) bool {
			if op.Partial != nil && name == op.Partial.Errors && res.StatusCode != http.StatusMultiStatus {
				return false // failures alone are no success
			}
			return s.has(name) || jsonKind(s.members.get(name)) == 'n' && slices.Contains(op.AnswerNull, name)
		}) {
			return s.missing(op.Answer)
		}
	}
	return nil
}

// failureNames are the members in which services report a failure beside a list, which is then
// incomplete. They are heard in any letters.
func failureNames() []string { return []string{"error", "errors", "fault"} }

func isFailure(name string) bool { return slices.Contains(failureNames(), name) }

// dense is JSON without white space: [ ] and [] say the same.
func dense(v []byte) string { return strings.Join(strings.Fields(string(v)), "") }

// whole returns the failure that a reply reports beside its list, if any.
func (s said) whole(op *Operation, res *http.Response) error {
	for _, name := range failureNames() {
		if v := s.members.get(name); !slices.Contains([]string{"", "null", "false", "0", `""`, "[]", "{}"}, dense(v)) {
			message, code := vendorMessage("", v, s.secrets)
			return s.refusal(op, res, strings.TrimSuffix(name+": "+message, ": "), code)
		}
	}
	return nil
}

func (s said) refusal(op *Operation, res *http.Response, message, code string) error {
	return &client.Error{Operation: op.ID, Method: op.Method, Path: op.Path, StatusCode: res.StatusCode,
		Message: s.secrets.clean(message), Code: s.secrets.clean(code), Header: res.Header}
}

// succeeded returns the refusal that an envelope states, if any.
func (op *Operation) succeeded(res *http.Response, s said) error {
	e := op.Envelope
	if e == nil {
		return nil
	}
	v := s.members.get(e.Status)
	status := scalar(v)
	switch {
	case v == nil || status == e.Success:
		return nil
	case status == "":
		return errors.New("a status that is neither success nor a refusal")
	}
	return s.refusal(op, res, strings.TrimSuffix(status+": "+scalar(s.members.get(e.Message)), ": "), scalar(s.members.get(e.Code)))
}

// gateway reports whether an object has only members that gateways use. It is the check for
// operations whose document does not describe an answer.
func (s said) gateway() bool {
	names := s.found()
	return len(names) > 0 && !slices.ContainsFunc(names, func(name string) bool {
		return !slices.Contains([]string{"message", "error", "errors", "fault", "code", "status", "statuscode", "detail", "details", "description",
			"reason", "title", "type", "instance", "requestid", "timestamp", "path"}, strings.ToLower(strings.ReplaceAll(name, "_", "")))
	})
}

// respelt is an error if a member that decides stands there in other letters only: it would count
// as absent.
func (s said) respelt(op *Operation) error {
	var names []string
	if e := op.Envelope; e != nil {
		names = append(names, e.Status)
	}
	if p := op.Paging; p != nil {
		names = append(append(names, p.Next, p.More, p.Total, p.End), p.Items...)
	}
	names = slices.DeleteFunc(names, func(name string) bool { return name == "" || s.members.get(name) != nil })
	if len(names) == 0 {
		return nil
	}
	found := s.found()
	for _, name := range names {
		name, _, _ = strings.Cut(name, ".")
		if !slices.Contains(found, name) && slices.ContainsFunc(found, func(n string) bool { return strings.EqualFold(n, name) }) {
			return errors.New("a member " + name + " in other letters")
		}
	}
	return nil
}

// acceptList requires an array, and nothing else in the place of another one. A null array is an
// empty list where the document says so, and beside a member that the document knows; it may be
// missing where the document says how an empty page looks.
func (p *Pipeline) acceptList(op *Operation, res *http.Response, s said, later bool) error {
	list, null := false, ""
	for _, name := range s.items {
		switch v := s.members.get(name); jsonKind(v) {
		case '[', '{':
			if list = true; slices.Contains(s.lost, name) {
				return errors.New("a JSON object where a list belongs")
			}
		case 'n':
			null = name
		case 0:
		default:
			return errors.New("a JSON " + kindName(jsonKind(v)) + " where a list belongs")
		}
	}
	if list {
		return s.whole(op, res)
	}
	for _, m := range s.members {
		if null != "" && (!slices.Contains(slices.Concat(s.items, failureNames()), m.name) || slices.Contains(op.AnswerNull, null)) {
			p.mismatch(client.Mismatch{Operation: op.ID, Pointer: pointer(null), Want: "array", Got: "null", Kept: true})
			return s.whole(op, res)
		}
	}
	for _, name := range op.Paging.Blank {
		if s.has(name) && s.isBlank(name) && (op.Envelope == nil || s.has(op.Envelope.Status)) {
			return nil
		}
	}
	if later && op.Paging.Later && len(s.found()) == 0 {
		return nil
	}
	return s.missing(s.items)
}

// inside reports whether an array of the list lies below a member.
func (s said) inside(name string) bool {
	return slices.ContainsFunc(s.items, func(item string) bool { return strings.HasPrefix(item, name+".") })
}

// errNoElement is a list that is there, and of another kind altogether.
var errNoElement = errors.New("no element of the list fits")

// isBlank reports whether the members around a list look as they do on an empty page. An object
// with a member that the operation does not name is not blank, because it may be the page of
// another service.
func (s said) isBlank(name string) bool {
	v := s.members.get(name)
	if jsonKind(v) != '{' {
		return !s.inside(name) || isEmptyArray(v)
	}
	inside, _, err := membersOf(v)
	return err == nil && !slices.ContainsFunc(inside, func(n string) bool {
		return s.members.get(name+"."+n) == nil
	})
}

// missing names the expected members and at most eight that came instead and look like names:
// enough to tell a changed API from a gateway.
func (s said) missing(want []string) error {
	text := "none of the expected members"
	if want = slices.DeleteFunc(slices.Clone(want), func(s string) bool { return s == "" }); len(want) > 0 {
		text += " " + strings.Join(want, ", ")
	}
	found := slices.DeleteFunc(s.found(), func(n string) bool { return !isName(n) })
	if len(found) > 0 {
		text += ", found " + strings.Join(found[:min(len(found), 8)], ", ")
	}
	return errors.New(text)
}

// foreign returns why a body cannot be JSON of the service: its first byte or its media type says
// that it is HTML or XML, the page of a proxy or a gateway. Other media types say nothing.
func foreign(res *http.Response, body []byte) error {
	t, _, _ := strings.Cut(res.Header.Get("Content-Type"), ";")
	if bytes.HasPrefix(trimStart(body), []byte("<")) || strings.Contains(strings.ToLower(t), "html") && !isEmpty(body) {
		return errors.New("a web page or XML instead of JSON")
	}
	return nil
}

// trimStart is the start of a body without white space and byte order mark.
func trimStart(body []byte) []byte {
	return bytes.TrimLeft(body[:min(len(body), 512)], " \t\r\n\ufeff")
}

// isMarkup reports whether a body begins like HTML or XML. A line of syslog
// begins with < too, but a number follows.
func isMarkup(body []byte) bool {
	start := trimStart(body)
	return len(start) > 1 && start[0] == '<' && (start[1] < '0' || start[1] > '9')
}
