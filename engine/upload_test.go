package engine

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/client"
)

// seeker is a reader that can seek, and nothing else.
type seeker struct{ io.ReadSeeker }

// upload posts a reader like a generated client does.
func (f *fake) upload(t *testing.T, body io.Reader) error {
	t.Helper()
	op := &Operation{ID: "upload", Method: "POST", Path: "/upload"}
	return Call(t.Context(), f.Pipeline, NewRequest(op).Body("application/octet-stream", body), nil, nil)
}

// A body that can seek is measured, sent from where it stands, and sent again; one that
// cannot is sent once.
func TestUpload(t *testing.T) {
	file := filepath.Join(t.TempDir(), "upload")
	require.NoError(t, os.WriteFile(file, []byte("__content"), 0o600))
	opened, err := os.Open(file)
	require.NoError(t, err)
	opened.Seek(2, io.SeekStart)
	pr, pw, err := os.Pipe()
	require.NoError(t, err)
	pw.WriteString("content")
	pw.Close()
	began := strings.NewReader("__content")
	began.Seek(2, io.SeekStart)
	ended := strings.NewReader("content")
	ended.Seek(0, io.SeekEnd)
	for _, c := range []struct {
		name, want string
		body       io.Reader
		length     int64
		again      bool
	}{
		{"file", "content", opened, 7, true},
		{"text", "content", strings.NewReader("content"), 7, true},
		{"text that began", "content", began, 7, true},
		{"bytes", "content", bytes.NewReader([]byte("content")), 7, true},
		{"seeker", "content", seeker{strings.NewReader("content")}, 7, true},
		{"empty", "", seeker{strings.NewReader("")}, 0, true},
		{"read to its end", "", seeker{ended}, 0, true},
		{"pipe", "content", pr, 0, false},
		{"stream", "content", io.MultiReader(strings.NewReader("content")), 0, false},
	} {
		f := newFake(t, []answer{says(429, ""), says(200, "")})
		err := f.upload(t, c.body)
		assert.Equal(t, c.again, len(f.sent) == 2, "%s is sent again", c.name)
		assert.Equal(t, c.again, err == nil, "%s: %v", c.name, err)
		for i, r := range f.sent {
			assert.Equal(t, "application/octet-stream", r.Header.Get("Content-Type"), "%s, attempt %d", c.name, i+1)
			assert.Equal(t, c.want, f.bodies[i], "%s, attempt %d", c.name, i+1)
			assert.Equal(t, c.length, r.ContentLength, "%s, attempt %d", c.name, i+1)
		}
	}
	// It belongs to its owner, who reads on or closes it.
	_, err = opened.Seek(0, io.SeekStart)
	assert.NoError(t, err, "the file is not closed")
}

// A transport may go on reading a body after its attempt is over. That must not take bytes
// from the next attempt.
func TestUploadAttemptsAreApart(t *testing.T) {
	body := strings.NewReader("content")
	r := httptest.NewRequest("POST", "/", nil)
	r.GetBody = nil
	require.NoError(t, rewindable(&Operation{ID: "upload"}, r, readerAt{seeker{body}, body}))
	first, _ := r.GetBody()
	second, _ := r.GetBody()
	late := make([]byte, 3)
	first.Read(late)
	b, err := io.ReadAll(second)
	assert.NoError(t, err)
	assert.Equal(t, "content", string(b), "what is left after another attempt took %q", late)
}

// A reader with one position for all attempts: a late read of an ended attempt fails and
// takes no byte from the next one, whenever it comes.
func TestUploadLateReaders(t *testing.T) {
	content := strings.Repeat("0123456789", 1000)
	r := httptest.NewRequest("POST", "/", nil)
	r.GetBody = nil
	require.NoError(t, rewindable(&Operation{ID: "upload"}, r, seeker{strings.NewReader(content)}))
	first, err := r.GetBody()
	require.NoError(t, err)
	start := make([]byte, 3)
	_, err = io.ReadFull(first, start)
	require.NoError(t, err, "the attempt is not over yet")
	second, err := r.GetBody()
	require.NoError(t, err)

	var late sync.WaitGroup
	late.Go(func() {
		for range 4000 {
			n, err := first.Read(make([]byte, 7))
			if !assert.Zero(t, n, "bytes of a late read") || !assert.Error(t, err, "a late read") || !assert.NotErrorIs(t, err, io.EOF, "it is no end") {
				return
			}
		}
	})
	got, err := io.ReadAll(iotest.OneByteReader(second))
	late.Wait()
	require.NoError(t, err)
	assert.Equal(t, content, string(got), "bytes went to the attempt that is over")
}

// The same in a whole call: the transport of the first attempt reads on while the second one
// is sent.
func TestUploadLateTransport(t *testing.T) {
	content := strings.Repeat("0123456789", 1000)
	var first io.Reader
	var late sync.WaitGroup
	var bodies []string
	send := roundTrip(func(r *http.Request) (*http.Response, error) {
		if first == nil {
			first = r.Body
			_, err := io.ReadFull(first, make([]byte, 10))
			return nil, errors.Join(errors.New("connection reset"), err)
		}
		late.Go(func() {
			for range 1000 {
				if n, _ := first.Read(make([]byte, 7)); !assert.Zero(t, n, "bytes of a late read") {
					return
				}
			}
		})
		b, err := io.ReadAll(iotest.OneByteReader(r.Body))
		bodies = append(bodies, string(b))
		if err != nil {
			return nil, err
		}
		return says(200, "")(r)
	})
	f := newFake(t, nil, client.Transport(send))
	op := &Operation{ID: "upload", Method: "PUT", Path: "/upload", Status: []int{200}, Idempotent: true}
	err := Call(t.Context(), f.Pipeline, NewRequest(op).Body("text/plain", seeker{strings.NewReader(content)}), nil, nil)
	late.Wait()
	require.NoError(t, err)
	assert.Equal(t, []string{content}, bodies, "the body of the second attempt")
}

// readerAt is what *os.File is.
type readerAt struct {
	seeker
	io.ReaderAt
}

// What fails to seek is sent like a pipe; what fails in between is an error, not half a body.
func TestUploadSeekFails(t *testing.T) {
	broken := errors.New("broken")
	for _, c := range []struct {
		fails int // which call of Seek
		want  error
	}{{1, nil}, {2, nil}, {3, broken}} {
		s := &failingSeeker{strings.NewReader("content"), c.fails, broken}
		r := httptest.NewRequest("POST", "/", nil)
		r.GetBody = nil
		err := rewindable(&Operation{ID: "upload"}, r, s)
		assert.ErrorIs(t, err, c.want, "call %d of Seek fails", c.fails)
		if c.want != nil {
			assert.EqualError(t, err, "upload: the body cannot be read again: broken", "call %d of Seek fails", c.fails)
		}
		assert.Nil(t, r.GetBody, "call %d of Seek fails: it cannot be sent again", c.fails)
	}
	f := newFake(t, []answer{says(200, "")})
	assert.ErrorIs(t, f.upload(t, &failingSeeker{strings.NewReader("content"), 4, broken}), broken, "it fails before the first attempt")
	assert.Empty(t, f.sent, "half a body is not sent")
}

type failingSeeker struct {
	io.Reader
	left int
	err  error
}

func (s *failingSeeker) Seek(offset int64, whence int) (int64, error) {
	if s.left--; s.left == 0 {
		return 0, s.err
	}
	return s.Reader.(io.Seeker).Seek(offset, whence)
}

// A caller who can make the body anew knows better.
func TestUploadKeepsGetBody(t *testing.T) {
	r, _ := http.NewRequest("POST", "https://api.example.com", strings.NewReader("content"))
	before := r.ContentLength
	r.GetBody = func() (io.ReadCloser, error) { return nil, io.ErrClosedPipe }
	assert.NoError(t, rewindable(&Operation{ID: "upload"}, r, strings.NewReader("x")))
	assert.Equal(t, before, r.ContentLength)
	_, err := r.GetBody()
	assert.Same(t, io.ErrClosedPipe, err, "GetBody is the caller's")
}

// Of a body that grows after it was measured only what was measured is sent: the length is stated.
func TestUploadOfABodyThatGrows(t *testing.T) {
	for name, wrap := range map[string]func(*os.File) io.Reader{"file": func(f *os.File) io.Reader { return f }, "seeker": func(f *os.File) io.Reader { return seeker{f} }} {
		file, err := os.OpenFile(filepath.Join(t.TempDir(), "upload"), os.O_RDWR|os.O_CREATE, 0o600)
		require.NoError(t, err, name)
		_, err = file.WriteString("__content")
		require.NoError(t, err, name)
		_, err = file.Seek(2, io.SeekStart)
		require.NoError(t, err, name)
		r := httptest.NewRequest("POST", "/", nil)
		r.GetBody = nil
		require.NoError(t, rewindable(&Operation{ID: "upload"}, r, wrap(file)), name)
		_, err = file.WriteAt([]byte("grows"), 9)
		require.NoError(t, err, name)
		body, err := r.GetBody()
		require.NoError(t, err, name)
		got, err := io.ReadAll(body)
		require.NoError(t, err, name)
		assert.Equal(t, "content", string(got), name)
		assert.EqualValues(t, len(got), r.ContentLength, name)
		require.NoError(t, file.Close(), name)
	}
}
