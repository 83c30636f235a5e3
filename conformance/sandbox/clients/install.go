package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// install puts the clients into .run, once, and returns the Python that has them.
func install(dir string) (python string, err error) {
	run := filepath.Join(dir, ".run")
	python = filepath.Join(".run", "venv", "bin", "python")
	if err := os.MkdirAll(run, 0o755); err != nil {
		return "", err
	}
	if _, err := os.Stat(filepath.Join(run, "venv", "complete")); err != nil {
		for _, command := range [][]string{
			{"python3", "-m", "venv", filepath.Join(run, "venv")},
			{filepath.Join(dir, python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", filepath.Join(dir, "requirements.txt")},
		} {
			if err := execute(command); err != nil {
				return "", err
			}
		}
		if err := os.WriteFile(filepath.Join(run, "venv", "complete"), nil, 0o600); err != nil {
			return "", err
		}
	}
	text, err := os.ReadFile(filepath.Join(dir, "package.json"))
	if err != nil {
		return "", err
	}
	if err := os.WriteFile(filepath.Join(run, "package.json"), text, 0o600); err != nil {
		return "", err
	}
	return filepath.Join(".run", "venv", "bin", "python"), execute([]string{"npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", run})
}

func execute(words []string) error {
	cmd := exec.Command(words[0], words[1:]...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return errors.Join(fmt.Errorf("%s: %w", words[0], err), errors.New(string(out)))
	}
	return nil
}
