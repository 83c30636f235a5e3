package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/oapi-codegen/oapi-codegen/v2/pkg/codegen"
	"gopkg.in/yaml.v3"
)

// translate adds, in oapi-codegen's words, what a document says in neutral ones, and leaves
// those for the templates: x-extensible-enum gets an enum beside it, and so its constants;
// x-aliases, the other names of a member, become its struct tag aliases.
func translate(n *yaml.Node) error {
	if n.Kind == yaml.MappingNode {
		if values := member(n, "x-extensible-enum"); values != nil && values.Kind == yaml.SequenceNode {
			if member(n, "enum") != nil {
				return fmt.Errorf("line %d: a set is open (x-extensible-enum) or closed (enum), not both", values.Line)
			}
			set(n, "enum", values)
		}
		if err := constants(n); err != nil {
			return err
		}
		if names := member(n, "x-aliases"); names != nil && names.Kind == yaml.SequenceNode {
			var list []string
			if err := names.Decode(&list); err != nil {
				return fmt.Errorf("line %d: x-aliases: %w", names.Line, err)
			}
			tags := member(n, "x-oapi-codegen-extra-tags")
			if tags == nil {
				tags = &yaml.Node{Kind: yaml.MappingNode}
				set(n, "x-oapi-codegen-extra-tags", tags)
			}
			set(tags, "aliases", &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: strings.Join(list, ",")})
		}
	}
	for _, c := range n.Content {
		if err := translate(c); err != nil {
			return err
		}
	}
	return nil
}

// constants refuses an enum with values that would get no constant, such as a word without
// letters that have capitals.
func constants(n *yaml.Node) error {
	var values, names []string
	if enum := member(n, "enum"); enum == nil || enum.Decode(&values) != nil {
		return nil // none, or a member of that name
	}
	if named := member(n, "x-enum-varnames"); named != nil && named.Decode(&names) != nil {
		return fmt.Errorf("line %d: x-enum-varnames: a list of names is expected", named.Line)
	}
	constants := slices.Collect(maps.Values(codegen.SanitizeEnumNames(names, values)))
	for i, v := range values {
		if i >= len(names) && v != "" && codegen.SchemaNameToTypeName(v) == "" || !slices.Contains(constants, v) {
			return fmt.Errorf("line %d: the value %q gives no constant: x-enum-varnames can name it", n.Line, v)
		}
	}
	return nil
}

func member(mapping *yaml.Node, key string) *yaml.Node {
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		if mapping.Content[i].Value == key {
			return mapping.Content[i+1]
		}
	}
	return nil
}

func set(mapping *yaml.Node, key string, value *yaml.Node) {
	if old := member(mapping, key); old != nil {
		*old = *value
		return
	}
	mapping.Content = append(mapping.Content, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: key}, value)
}
