package sandbox

import (
	"io"
	"net/http"
)

// tee is an answer that is copied while somebody reads it, up to a limit,
// without making them wait. done is called once: with everything when the end
// was read or the announced length, else on Close with whole false.
type tee struct {
	io.ReadCloser
	limit  int64
	length int64 // announced; -1 when it was not
	done   func(body []byte, whole bool)

	body     []byte
	over     bool
	finished bool
}

// teeBody makes the copy of an answer's body. An answer without a body is done
// at once.
func teeBody(res *http.Response, limit int64, done func(body []byte, whole bool)) io.ReadCloser {
	length := res.ContentLength
	if res.Body == http.NoBody || length == 0 || res.Request != nil && res.Request.Method == http.MethodHead {
		done(nil, true)
		return res.Body
	}
	return &tee{ReadCloser: res.Body, limit: limit, length: length, done: done}
}

func (t *tee) Read(p []byte) (int, error) {
	n, err := t.ReadCloser.Read(p)
	if !t.finished && !t.over {
		if t.over = int64(len(t.body)+n) > t.limit; t.over {
			t.body = nil // no longer needed, and may be large
		} else {
			t.body = append(t.body, p[:n]...)
		}
	}
	switch {
	case err == io.EOF, err == nil && !t.over && int64(len(t.body)) == t.length:
		t.finish(!t.over)
	case err != nil:
		t.finish(false)
	}
	return n, err
}

func (t *tee) Close() error {
	t.finish(false)
	return t.ReadCloser.Close()
}

func (t *tee) finish(whole bool) {
	if t.finished {
		return
	}
	t.finished = true
	body := t.body
	t.body = nil
	t.done(body, whole)
}
