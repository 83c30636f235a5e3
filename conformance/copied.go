package conformance

import (
	"io"
	"net/http"
)

// copied is an answer that is copied while somebody reads it, up to a limit,
// without making them wait. done is called once: with everything when the end
// was read or the announced length, else on Close with whole false.
type copied struct {
	io.ReadCloser
	limit  int64
	length int64 // announced; -1 when it was not
	done   func(body []byte, whole bool)

	body     []byte
	over     bool
	finished bool
}

// copyOf makes the copy of an answer's body. An answer without a body is done
// at once, for nobody would read it.
func copyOf(res *http.Response, limit int64, done func(body []byte, whole bool)) io.ReadCloser {
	length := res.ContentLength
	if res.Body == http.NoBody || length == 0 || res.Request != nil && res.Request.Method == http.MethodHead {
		done(nil, true)
		return res.Body
	}
	return &copied{ReadCloser: res.Body, limit: limit, length: length, done: done}
}

func (c *copied) Read(p []byte) (int, error) {
	n, err := c.ReadCloser.Read(p)
	if !c.finished && !c.over {
		if c.over = int64(len(c.body)+n) > c.limit; c.over {
			c.body = nil // no longer needed, and may be large
		} else {
			c.body = append(c.body, p[:n]...)
		}
	}
	switch {
	case err == io.EOF, err == nil && !c.over && int64(len(c.body)) == c.length:
		c.finish(!c.over)
	case err != nil:
		c.finish(false)
	}
	return n, err
}

func (c *copied) Close() error {
	c.finish(false)
	return c.ReadCloser.Close()
}

func (c *copied) finish(whole bool) {
	if c.finished {
		return
	}
	c.finished = true
	body := c.body
	c.body = nil
	c.done(body, whole)
}
