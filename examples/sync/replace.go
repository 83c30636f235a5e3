package main

import (
	"errors"
	"os"
	"path/filepath"
)

// replace puts a whole file in its place. It is written beside it, synced and renamed, so that a
// full disk or a kill leaves the old one.
func replace(file string, content []byte) error {
	f, err := os.OpenFile(file+".new", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	if err := os.Rename(f.Name(), file); err != nil {
		return err
	}
	if d, err := os.Open(filepath.Dir(file)); err == nil { // so that the name lasts over a loss of power
		_ = d.Sync() // not every system can
		_ = d.Close()
	}
	return nil
}
