package rules

import (
	"regexp"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// saysSecret finds the name or the description of a member that may be a credential.
var saysSecret = regexp.MustCompile(`(?i)passw|passphrase|secret|token|credential|jwt|(?:api|access|private|client|signing|session)[_ -]?key`)

// noSecrets are the texts of that kind which are none, by schema and member, with the reason.
var noSecrets = map[string]string{
	"AzureSettings.secret_expiry": "when a secret expires",
	"SeverityCounts.token":        "the cursor of a list, which is never seen here",
	"AlertEvent.accessKey":        "the public id of a key, without its secret",
	"AlertEvent.accessKeyId":      "the public id of a key, without its secret",
	"UserIdentity.accessKeyId":    "the public id of a key, without its secret",
}

// secrets wants x-secret on each text that is a credential, and nowhere else than on a member that
// is a text. The tokens of pages are cursors. In what is sent a name is a secret in all schemas or
// in none, since clients go by the name.
func secrets(d *document, add report) {
	isMarked := func(s *openapi3.Schema) bool { return s.Extensions["x-secret"] == true }
	members, sent := map[*openapi3.Schema]bool{}, map[string]bool{}
	each := func(visit func(schema, name string, s *openapi3.Schema)) {
		for _, schema := range sortedKeys(d.doc.Components.Schemas) {
			texts(d.doc.Components.Schemas[schema].Value, func(name string, s *openapi3.Schema) { visit(schema, name, s) })
		}
	}
	isSent := func(schema string) bool {
		return d.doc.Components.Schemas[schema].Value.Extensions["x-usage"] == "write"
	}
	each(func(schema, name string, s *openapi3.Schema) {
		members[s] = true
		sent[name] = sent[name] || isMarked(s) && isSent(schema)
	})
	each(func(schema, name string, s *openapi3.Schema) {
		reason, isNone := noSecrets[schema+"."+name]
		says := saysSecret.MatchString(name+" "+s.Description) && !(name == "token" && strings.HasSuffix(schema, "Page"))
		switch {
		case isMarked(s) && isNone:
			add(schema+"/"+name, "x-secret on what is none: %s", reason)
		case !isMarked(s) && says && !isNone:
			add(schema+"/"+name, "it says that it is a credential, without x-secret")
		case !isMarked(s) && sent[name] && isSent(schema):
			add(schema+"/"+name, "another schema that is sent says x-secret of a member of this name")
		}
	})
	d.walk(func(at string, ref *openapi3.SchemaRef) {
		if isMarked(ref.Value) && !members[ref.Value] {
			add(at, "x-secret on something else than a member that is a text")
		}
	})
}

// texts visits the members of a schema that are texts, neither instants nor of a known set, and those
// of what has no name of its own in it.
func texts(s *openapi3.Schema, visit func(name string, s *openapi3.Schema)) {
	for _, name := range sortedKeys(s.Properties) {
		member := s.Properties[name].Value
		if _, isSet := member.Extensions["x-extensible-enum"]; member.Type.Is("string") && member.Format != "date-time" && member.Enum == nil && !isSet {
			visit(name, member)
		}
	}
	inside := children(s)
	for _, at := range sortedKeys(inside) {
		if inside[at].Ref == "" {
			texts(inside[at].Value, visit)
		}
	}
}
