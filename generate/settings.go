package main

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/oapi-codegen/oapi-codegen/v2/pkg/codegen"
	"gopkg.in/yaml.v3"
)

//go:embed defaults.yaml
var defaults []byte

// settings are a configuration of oapi-codegen whose output is a folder.
type settings struct {
	codegen.Configuration `yaml:",inline"`
	Output                string `yaml:"output"`
	Examples              string `yaml:"examples"` // a Go file for pkg.go.dev, see examples.go

	stock bool // without our templates, in one file
}

// loadSettings reads a configuration on top of the defaults. Without a path they are all.
func loadSettings(path string) (*settings, error) {
	s := new(settings)
	if err := s.decode(defaults); err != nil {
		return nil, fmt.Errorf("defaults.yaml: %w", err)
	}
	if path == "" {
		return s, nil
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	imports, initialisms := s.AdditionalImports, s.OutputOptions.AdditionalInitialisms
	s.AdditionalImports, s.OutputOptions.AdditionalInitialisms = nil, nil
	if err := s.decode(b); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	s.AdditionalImports = slices.Concat(imports, s.AdditionalImports)
	s.OutputOptions.AdditionalInitialisms = slices.Concat(initialisms, s.OutputOptions.AdditionalInitialisms)
	return s, nil
}

// decode refuses keys that nothing reads: a misspelled option would be lost silently.
func (s *settings) decode(b []byte) error {
	dec := yaml.NewDecoder(bytes.NewReader(b))
	dec.KnownFields(true)
	return dec.Decode(s)
}

func (s *settings) check() error {
	if s.PackageName == "" {
		return errors.New("no package: give -package, or package in the configuration")
	}
	if s.Output == "" {
		return errors.New("no output: give the folder by -output, or output in the configuration")
	}
	s.Configuration = s.UpdateDefaults()
	return s.Validate()
}
