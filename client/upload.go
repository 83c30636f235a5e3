package client

import (
	"context"
	"io"
	"net/http"
)

// Upload lets a body that can seek be measured and sent again. It leaves the reader to
// its owner: net/http would close a file after the first attempt.
func Upload(body io.Reader) func(context.Context, *http.Request) error {
	return func(_ context.Context, r *http.Request) error {
		s, ok := body.(io.Seeker)
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
		r.ContentLength = max(0, end-start)
		r.GetBody = func() (io.ReadCloser, error) {
			if r.ContentLength == 0 {
				return http.NoBody, nil
			}
			// The transport may still read for an attempt that is over.
			if at, ok := body.(io.ReaderAt); ok {
				return io.NopCloser(io.NewSectionReader(at, start, end-start)), nil
			}
			_, err := s.Seek(start, io.SeekStart)
			return io.NopCloser(io.LimitReader(body, end-start)), err
		}
		_, err = s.Seek(start, io.SeekStart)
		return err
	}
}
