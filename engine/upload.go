package engine

import (
	"errors"
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
	r.ContentLength = max(0, end-start)
	shared := &sharedBody{src: s}
	r.GetBody = func() (io.ReadCloser, error) {
		if r.ContentLength == 0 {
			return http.NoBody, nil
		}
		if at, ok := body.(io.ReaderAt); ok {
			return io.NopCloser(io.NewSectionReader(at, start, end-start)), nil
		}
		mine, err := shared.rewind(start)
		return io.NopCloser(io.LimitReader(mine, end-start)), err
	}
	return nil
}

// sharedBody is a reader with one position for all attempts. The transport may still read
// for an attempt that is over: it must not take bytes from the next one.
type sharedBody struct {
	mu      sync.Mutex
	src     io.ReadSeeker
	attempt int
}

type attemptBody struct {
	*sharedBody
	attempt int
}

func (b *sharedBody) rewind(start int64) (io.Reader, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.attempt++
	_, err := b.src.Seek(start, io.SeekStart)
	return attemptBody{b, b.attempt}, err
}

func (b attemptBody) Read(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.attempt != b.sharedBody.attempt {
		return 0, errors.New("the attempt is over")
	}
	return b.src.Read(p)
}
