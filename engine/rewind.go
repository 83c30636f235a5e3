package engine

import (
	"io"

	"github.com/threatclients/threatclients-go/client"
)

const chunk = 64 << 10

// rewinder reads in large chunks and keeps the bytes since a mark, so that an element can
// be read a second time.
type rewinder struct {
	r    io.Reader
	buf  []byte // what was read and is kept
	base int64  // offset of buf[0] in the stream
	next int    // what of buf was not handed out yet
	mark int64  // offset from which bytes are kept
	off  bool   // nothing is kept any more
	head []byte // the start of the stream
}

func (p *rewinder) Read(b []byte) (int, error) {
	if p.next == len(p.buf) {
		if p.off {
			return p.r.Read(b)
		}
		if err := p.fill(); err != nil {
			return 0, err
		}
	}
	n := copy(b, p.buf[p.next:])
	p.next += n
	return n, nil
}

func (p *rewinder) fill() error {
	if gone := min(p.mark-p.base, int64(len(p.buf))); gone > 0 {
		p.buf = p.buf[:copy(p.buf, p.buf[gone:])]
		p.base += gone
		p.next = len(p.buf)
	}
	if int64(len(p.buf)) > elementLimit {
		return client.ErrTooLarge
	}
	if cap(p.buf)-len(p.buf) < chunk/2 {
		grown := make([]byte, len(p.buf), 2*cap(p.buf)+chunk)
		copy(grown, p.buf)
		p.buf = grown
	}
	n, err := p.r.Read(p.buf[len(p.buf):cap(p.buf)])
	p.buf = p.buf[:len(p.buf)+n]
	if missing := 512 - len(p.head); missing > 0 {
		p.head = append(p.head, p.buf[len(p.buf)-n:][:min(n, missing)]...)
	}
	if n > 0 {
		return nil
	}
	if err == nil {
		return io.ErrNoProgress
	}
	return err
}

// keep marks the offset of the stream from which bytes are kept.
func (p *rewinder) keep(offset int64) { p.mark = offset }

// since is what was read from offset on, which is not before the mark.
func (p *rewinder) since(offset int64) []byte { return p.buf[offset-p.base:] }

// release hands the kept bytes over to the caller and keeps no more.
func (p *rewinder) release() { p.buf, p.next, p.off = nil, 0, true }
