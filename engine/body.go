package engine

import (
	"io"
	"sync"

	"github.com/threatclients/threatclients-go/client"
)

// owner is notified of what happens to a body.
type owner interface {
	wrap(error) error // what the caller sees of a failure
	done(read int64, err error)
}

// limitedBody bounds a reply after decompression: a small gzip may hold gigabytes. Beyond the
// limit it fails; it never ends early as if it were complete.
type limitedBody struct {
	io.ReadCloser
	left int64
	read int64
	err  error // the first failure stays
	owner
	once sync.Once
}

func (b *limitedBody) Read(p []byte) (int, error) {
	if b.err != nil {
		return 0, b.err
	}
	if int64(len(p))-1 > b.left {
		p = p[:b.left+1] // one byte more tells a body of just the limit from a longer one
	}
	n, err := b.ReadCloser.Read(p)
	b.left -= int64(n)
	if b.left < 0 {
		n, err = n-1, client.ErrTooLarge
	}
	b.read += int64(n)
	if err != nil && err != io.EOF {
		err = b.wrap(err)
		b.err = err
	}
	return n, err
}

func (b *limitedBody) Close() error {
	err := b.ReadCloser.Close()
	b.once.Do(func() { b.done(b.read, b.err) })
	return err
}
