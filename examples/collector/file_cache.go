package collector

import (
	"context"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/redpanda-data/benthos/v4/public/service"
)

// fileCache is a cache of small files that a crash leaves whole: each is written beside its
// place, synced, and renamed. The cache file of Benthos truncates what it overwrites.
type fileCache struct{ directory string }

func fileCacheSpec() *service.ConfigSpec {
	return service.NewConfigSpec().
		Summary("Files that are replaced whole: a process that is killed leaves the old or the new one.").
		Field(service.NewStringField("directory").Description("Made when it is missing."))
}

func newFileCache(conf *service.ParsedConfig, _ *service.Resources) (service.Cache, error) {
	directory, err := conf.FieldString("directory")
	return fileCache{directory}, err
}

func (c fileCache) path(key string) string {
	return filepath.Join(c.directory, url.QueryEscape(key)) // no key leaves the directory
}

// Get implements service.Cache.
func (c fileCache) Get(_ context.Context, key string) ([]byte, error) {
	b, err := os.ReadFile(c.path(key))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, service.ErrKeyNotFound
	}
	return b, err
}

// Set implements service.Cache. A file does not expire.
func (c fileCache) Set(_ context.Context, key string, value []byte, _ *time.Duration) error {
	return c.write(key, value, os.Rename)
}

// Add implements service.Cache.
func (c fileCache) Add(_ context.Context, key string, value []byte, _ *time.Duration) error {
	err := c.write(key, value, os.Link)
	if errors.Is(err, fs.ErrExist) {
		return service.ErrKeyAlreadyExists
	}
	return err
}

// write puts a whole file in its place.
func (c fileCache) write(key string, value []byte, put func(from, to string) error) error {
	if err := os.MkdirAll(c.directory, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(c.directory, ".new-*")
	if err != nil {
		return err
	}
	_, err = f.Write(value)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = put(f.Name(), c.path(key))
	}
	if removed := os.Remove(f.Name()); err == nil && !errors.Is(removed, fs.ErrNotExist) {
		err = removed
	}
	if err != nil {
		return err
	}
	return c.sync()
}

// sync makes a rename last over a loss of power.
func (c fileCache) sync() error {
	d, err := os.Open(c.directory)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Delete implements service.Cache.
func (c fileCache) Delete(_ context.Context, key string) error {
	err := os.Remove(c.path(key))
	if errors.Is(err, fs.ErrNotExist) {
		return service.ErrKeyNotFound
	}
	return err
}

// Close implements service.Cache.
func (fileCache) Close(context.Context) error { return nil }
