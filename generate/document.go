package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/speakeasy-api/openapi/overlay"
	"github.com/speakeasy-api/openapi/overlay/loader"
	"gopkg.in/yaml.v3"

	"github.com/threatclients/threatclients-go/overlays"
)

// loadDocument reads a document, applies the common overlay and the given ones in order, and
// returns it as YAML in words that oapi-codegen knows.
func loadDocument(path string, files []string) ([]byte, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var document yaml.Node
	if err := yaml.Unmarshal(b, &document); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	common, err := loader.LoadOverlayFromReader(bytes.NewReader(overlays.Common))
	if err == nil {
		err = common.ApplyTo(&document)
	}
	if err != nil {
		return nil, fmt.Errorf("common.overlay.yaml: %w", err)
	}
	for _, file := range files {
		o, err := loader.LoadOverlay(file)
		if err != nil {
			return nil, err // names the file
		}
		if err = o.Validate(); err == nil {
			err = apply(o, &document)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
	}
	nameServer(&document)
	if err = translate(&document); err == nil {
		b, err = yaml.Marshal(&document)
	}
	if err == nil {
		err = checkDocument(b)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return b, nil
}

// nameServer makes the first server, which an overlay may have given, the one that New sends to.
func nameServer(document *yaml.Node) {
	for _, root := range document.Content {
		if servers := member(root, "servers"); servers != nil && len(servers.Content) > 0 {
			set(servers.Content[0], "x-go-name", &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: "DefaultServer"})
		}
	}
}

// apply applies an overlay action by action, so that the one that fails can be named.
func apply(o *overlay.Overlay, document *yaml.Node) error {
	for i, action := range o.Actions {
		one := *o
		one.Actions = []overlay.Action{action}
		notes, err := one.ApplyToStrict(document)
		if err == nil && len(notes) > 0 {
			err = errors.New(strings.Join(notes, "; "))
		}
		if err != nil {
			return fmt.Errorf("action %d of %d, target %s: %w", i+1, len(o.Actions), action.Target, err)
		}
	}
	return nil
}

// openAPI makes a new document each time, because generating from one changes it. Without the
// origins oapi-codegen loses the order of the operations.
func openAPI(b []byte) (*openapi3.T, error) {
	l := openapi3.NewLoader()
	l.IncludeOrigin = true
	d, err := l.LoadFromData(b)
	if err == nil {
		breakCycles(d)
	}
	return d, err
}

func checkDocument(b []byte) error {
	document, err := openAPI(b)
	if err != nil {
		return err
	}
	if document.Info == nil || document.Paths == nil {
		return errors.New("no OpenAPI document: info and paths are expected")
	}
	if len(document.Servers) == 0 || len(document.Servers[0].Variables) > 0 {
		return errors.New("servers[0] must be a URL without variables, which DefaultServer becomes: an overlay can give one")
	}
	return nil
}
