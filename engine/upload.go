package engine

import (
	"io"
	"net/http"
	"sync"

	"github.com/threatclients/threatclients-go/client"
)

// rewindable lets a body that can seek be measured and sent again. It does not
// close the reader, as net/http would do with a file after the first attempt.
func rewindable(op *Operation, r *http.Request, body io.Reader) error {
	s, ok := body.(io.ReadSeeker)
	if !ok || r.GetBody != nil {
		return nil
	}
	start, err := s.Seek(0, io.SeekCurrent)
	if err != nil {
		return nil // a pipe: it can be sent once, without a length
	}
	end, err := s.Seek(0, io.SeekEnd)
	if err != nil {
		return nil
	}
	if _, err = s.Seek(start, io.SeekStart); err != nil {
		return &client.RequestError{Operation: op.ID, Reason: "the body cannot be read again", Err: err}
	}
	at, ok := body.(io.ReaderAt)
	if !ok {
		at = &seekerAt{src: s}
	}
	r.ContentLength = max(0, end-start)
	r.GetBody = func() (io.ReadCloser, error) {
		if r.ContentLength == 0 {
			return http.NoBody, nil
		}
		return io.NopCloser(io.NewSectionReader(at, start, end-start)), nil
	}
	return nil
}

// seekerAt gives each attempt a position of its own. The transport may still read for an
// attempt that is over: it must not take bytes from the next one.
type seekerAt struct {
	mu  sync.Mutex
	src io.ReadSeeker
}

// ReadAt implements io.ReaderAt.
func (s *seekerAt) ReadAt(p []byte, at int64) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, err := s.src.Seek(at, io.SeekStart); err != nil {
		return 0, err
	}
	return io.ReadFull(s.src, p)
}
