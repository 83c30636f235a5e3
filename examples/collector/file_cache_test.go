package collector

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/redpanda-data/benthos/v4/public/service"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestFileCache(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "made")
	c := fileCache{dir}
	_, err := c.Get(t.Context(), "a")
	assert.ErrorIs(t, err, service.ErrKeyNotFound, "before it is set")
	require.NoError(t, c.Set(t.Context(), "a", []byte("1"), nil))
	require.NoError(t, c.Set(t.Context(), "a", []byte("2"), nil))
	got, err := c.Get(t.Context(), "a")
	require.NoError(t, err)
	assert.Equal(t, "2", string(got), "what was set last")
	assert.ErrorIs(t, c.Add(t.Context(), "a", []byte("3"), nil), service.ErrKeyAlreadyExists, "a key that is there")
	require.NoError(t, c.Add(t.Context(), "../b", []byte("4"), nil))
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, entries, 2, "no key leaves the folder, and no file of a write stays")
	require.NoError(t, c.Delete(t.Context(), "a"))
	assert.ErrorIs(t, c.Delete(t.Context(), "a"), service.ErrKeyNotFound, "a key that is gone")
}

// A checkpoint that cannot be read is an error: taken for none, the tenant would begin anew.
func TestBrokenCheckpointIsAnError(t *testing.T) {
	dir := t.TempDir()
	s := cacheState{use: inFolder(dir)}
	_, found, err := s.load(t.Context(), "acme")
	require.NoError(t, err)
	assert.False(t, found, "no checkpoint")
	at := checkpoint{nine, "tap SIEMAll at https://example.com"}
	require.NoError(t, s.save(t.Context(), "acme", "", at))
	got, found, err := s.load(t.Context(), "acme")
	require.NoError(t, err)
	assert.True(t, found)
	assert.Equal(t, at, got, "what was saved")
	require.NoError(t, os.WriteFile(filepath.Join(dir, "acme"), nil, 0o600))
	_, _, err = s.load(t.Context(), "acme")
	assert.ErrorContains(t, err, "the checkpoint of acme is no time")
}
