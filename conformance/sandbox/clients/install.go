package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// A language installs the clients that are written in it into .run, once.
type language struct {
	name    string
	needs   [][]string // commands that fail where the language is not on the machine
	install func(dir string) error
}

var (
	python = language{"python3 with venv and pip", [][]string{{"python3", "-c", "import ensurepip, venv"}}, installPython}
	node   = language{"node and npm", [][]string{{"node", "--version"}, {"npm", "--version"}}, installNode}
)

// missing reports that the machine does not have the language.
func (l language) missing() bool {
	for _, command := range l.needs {
		if execute(command) != nil {
			return true
		}
	}
	return false
}

// interpreter is the Python that has the clients, from the folder of the scripts.
var interpreter = filepath.Join(".run", "venv", "bin", "python")

func installPython(dir string) error {
	venv := filepath.Join(dir, ".run", "venv")
	if _, err := os.Stat(filepath.Join(venv, "complete")); err == nil {
		return nil
	}
	for _, command := range [][]string{
		{"python3", "-m", "venv", venv},
		{filepath.Join(dir, interpreter), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", filepath.Join(dir, "requirements.txt")},
	} {
		if err := execute(command); err != nil {
			return err
		}
	}
	return os.WriteFile(filepath.Join(venv, "complete"), nil, 0o600)
}

func installNode(dir string) error {
	run := filepath.Join(dir, ".run")
	text, err := os.ReadFile(filepath.Join(dir, "package.json"))
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(run, "package.json"), text, 0o600); err != nil {
		return err
	}
	return execute([]string{"npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", run})
}

func execute(words []string) error {
	cmd := exec.Command(words[0], words[1:]...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return errors.Join(fmt.Errorf("%s: %w", words[0], err), errors.New(string(out)))
	}
	return nil
}
