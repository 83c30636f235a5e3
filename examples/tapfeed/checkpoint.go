package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"
)

// load returns the checkpoint of a file. A new file is stored with the beginning before anything is
// read: a program that is killed before its first checkpoint begins there again, not later.
func load(file string, begin time.Time) (time.Time, error) {
	b, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return begin, store(file, begin)
	}
	if err != nil {
		return begin, err
	}
	checkpoint, err := time.Parse(time.RFC3339, strings.TrimSpace(string(b)))
	if err != nil {
		return begin, fmt.Errorf("%s holds no time such as 2026-01-15T09:00:00Z", file)
	}
	return checkpoint, nil
}

func store(file string, t time.Time) error {
	return replace(file, []byte(t.UTC().Format(time.RFC3339)+"\n"))
}
