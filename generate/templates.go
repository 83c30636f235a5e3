package main

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
	"text/template/parse"

	"github.com/threatclients/threatclients-go/overlays"
)

// replaceable are the templates of oapi-codegen that make a client. It parses a user template
// of any name and executes none but its own, so a misspelled name would be lost silently.
var replaceable = []string{
	"additional-properties.tmpl", "client-with-responses.tmpl", "client.tmpl", "constants.tmpl", "imports.tmpl",
	"param-types.tmpl", "request-bodies.tmpl", "server-urls.tmpl", "typedef.tmpl", "union-and-additional-properties.tmpl",
	"union.tmpl",
}

// templates returns the texts of our templates and of those that a configuration names
// instead or beside them.
func templates(files map[string]string) (map[string]string, error) {
	texts := map[string]string{}
	ours, err := fs.Glob(overlays.Templates, "*.tmpl")
	if err != nil {
		return nil, err
	}
	for _, name := range ours {
		b, err := overlays.Templates.ReadFile(name)
		if err != nil {
			return nil, err
		}
		texts[name] = string(b)
	}
	for name, path := range files {
		b, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("template %s: %w", name, err)
		}
		texts[name] = string(b)
	}
	for name, text := range texts {
		if !strings.Contains(text, "\n") {
			texts[name] = text + "\n" // oapi-codegen takes a single line for a path, or for a URL to fetch
		}
	}
	return texts, checkTemplates(texts)
}

// checkTemplates refuses what oapi-codegen would not use: text outside of a definition in a
// template that it does not execute, and all but one of the definitions of a name.
func checkTemplates(texts map[string]string) error {
	defined := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		t := parse.New(name)
		t.Mode = parse.SkipFuncCheck
		trees := map[string]*parse.Tree{}
		if _, err := t.Parse(texts[name], "", "", trees); err != nil {
			return err // names the template and its line
		}
		if body := trees[name]; body != nil && !parse.IsEmptyTree(body.Root) && !slices.Contains(replaceable, name) {
			return fmt.Errorf("template %s: oapi-codegen has none of that name, so it may hold definitions only", name)
		}
		for d := range trees {
			if other, ok := defined[d]; ok && d != name {
				return fmt.Errorf("template %s: %q is defined in %s, too", name, d, other)
			}
			defined[d] = name
		}
	}
	return nil
}
