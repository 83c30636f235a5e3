// Package check proves exchanges: against the OpenAPI document of their API, whose schemas are
// closed so that a member nobody described is an error ([Document]), and by a round trip
// through the generated client, which must send the request of the exchange and lose nothing
// of its answer ([RoundTrip]). [Suite] does so for folders, [Spec.Missing] says what no
// exchange shows.
package check

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/routers"

	"github.com/threatclients/threatclients-go/conformance/exchange"
)

// Spec is an OpenAPI document made ready to judge exchanges: its schemas are
// closed, and other names (x-aliases) and other types (x-also) accepted.
type Spec struct {
	Name       string       // stem of the file, such as "tap"
	Doc        *openapi3.T  // closed; not the document as written
	Operations []*Operation // sorted by path and method
	Base       string       // path of the server's URL, such as /api/v1; "" when there is none

	unions  map[*openapi3.Schema]union
	aliases map[string][]string // other names to the names of members
}

// Operation is one operation of a [Spec].
type Operation struct {
	ID       string
	Method   string
	Template string // path as the document writes it
	Route    *routers.Route

	segments []segment
}

// LoadSpec reads name.yaml of fsys: of specs.FS(), or of a folder.
func LoadSpec(fsys fs.FS, name string) (*Spec, error) {
	b, err := fs.ReadFile(fsys, name+".yaml")
	if err != nil {
		return nil, err
	}
	return ParseSpec(name, b)
}

// ParseSpec reads an OpenAPI document. A document that is not valid is an
// error.
func ParseSpec(name string, document []byte) (*Spec, error) {
	doc, err := parseDocument(document)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	s := &Spec{Name: name, Doc: doc}
	if len(doc.Servers) > 0 {
		base, err := doc.Servers[0].BasePath() // with the defaults of its variables
		if err != nil {
			return nil, fmt.Errorf("%s: server: %w", name, err)
		}
		s.Base = strings.TrimSuffix(base, "/")
	}
	if s.unions, s.aliases, err = closeSchemas(doc); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	for template, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			segments, err := parseTemplate(template, append(slices.Clone(item.Parameters), op.Parameters...))
			if err != nil {
				return nil, fmt.Errorf("%s: %s: %w", name, template, err)
			}
			s.Operations = append(s.Operations, &Operation{
				ID: op.OperationID, Method: method, Template: template, segments: segments,
				Route: &routers.Route{Spec: doc, Path: template, PathItem: item, Method: method, Operation: op},
			})
		}
	}
	slices.SortFunc(s.Operations, func(a, b *Operation) int {
		return cmp.Or(cmp.Compare(a.Template, b.Template), cmp.Compare(a.Method, b.Method))
	})
	return s, nil
}

// parseDocument loads and validates a document as it is written.
func parseDocument(document []byte) (*openapi3.T, error) {
	loader := openapi3.NewLoader()
	doc, err := loader.LoadFromData(document)
	if err != nil {
		return nil, err
	}
	return doc, doc.Validate(context.Background())
}

// Operation returns the operation of that id, or nil.
func (s *Spec) Operation(id string) *Operation {
	i := slices.IndexFunc(s.Operations, func(o *Operation) bool { return o.ID == id })
	if i < 0 {
		return nil
	}
	return s.Operations[i]
}

// Parameters lists the parameters of an operation with those of its path,
// each once: an operation's own wins.
func (o *Operation) Parameters() []*openapi3.Parameter {
	var list []*openapi3.Parameter
	for _, p := range o.Route.Operation.Parameters {
		list = append(list, p.Value)
	}
	for _, p := range o.Route.PathItem.Parameters {
		if o.Route.Operation.Parameters.GetByInAndName(p.Value.In, p.Value.Name) == nil {
			list = append(list, p.Value)
		}
	}
	return list
}

// Find returns the operation of a request and the values of its path
// parameters, decoded. The path may or may not begin with the server's base
// path; any prefix of that base may be missing, because documents print
// "/v2/owners" for a server at "/api". Where several templates fit, the one
// that is more concrete further left wins. The query decides nothing.
func (s *Spec) Find(method, requestPath string) (*Operation, map[string]string, error) {
	paths := s.candidates(requestPath)
	var best *Operation
	var bestValues map[string]string
	var bestScore []int
	other := ""
	for _, p := range paths {
		parts := strings.Split(strings.Trim(p, "/"), "/")
		for _, op := range s.Operations {
			values, score, ok := match(op.segments, parts)
			if !ok {
				continue
			}
			if op.Method != method {
				if op.Method != http.MethodOptions { // one that describes any path helps nobody
					other = op.Method + " " + op.Template
				}
				continue
			}
			if c := slices.Compare(score, bestScore); best == nil || c > 0 {
				best, bestValues, bestScore = op, values, score
			}
		}
	}
	switch {
	case best != nil:
		return best, bestValues, nil
	case other != "":
		return nil, nil, fmt.Errorf("no operation %s %s, but %s", method, requestPath, other)
	default:
		return nil, nil, fmt.Errorf("no operation %s %s", method, requestPath)
	}
}

// candidates are the path as it stands, and without the base.
func (s *Spec) candidates(p string) []string {
	p, _, _ = strings.Cut(p, "?")
	list := []string{p}
	for base := s.Base; base != "" && base != "/"; {
		if rest, ok := strings.CutPrefix(p, base+"/"); ok {
			list = append(list, "/"+rest)
		}
		// "/api/v1/x" may be printed as "/v1/x".
		_, base, _ = strings.Cut(base[1:], "/")
		if base != "" {
			base = path.Clean("/" + base)
		}
	}
	return list
}

// request builds the request of an exchange for op, with the whole path.
func (s *Spec) request(e *exchange.Exchange, op *Operation, values map[string]string) (*http.Request, error) {
	u := &url.URL{Scheme: "https", Host: "conformance.example", Path: s.Base + op.Template}
	for k, v := range values {
		u.Path = strings.ReplaceAll(u.Path, "{"+k+"}", v)
	}
	u.RawQuery = url.Values(e.Query).Encode()
	r, err := http.NewRequest(op.Method, u.String(), nil)
	if err != nil {
		return nil, err
	}
	for k, v := range e.RequestHeaders {
		r.Header.Set(k, v)
	}
	return r, nil
}
