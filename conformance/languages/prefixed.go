package main

import (
	"bytes"
	"io"
	"sync"
)

// output is written by several languages at once.
var output sync.Mutex

// prefixed writes whole lines, each behind the name of its language.
type prefixed struct {
	name string
	w    io.Writer
	rest []byte
}

// Write passes on the lines that are complete.
func (p *prefixed) Write(b []byte) (int, error) {
	output.Lock()
	defer output.Unlock()
	p.rest = append(p.rest, b...)
	for {
		i := bytes.IndexByte(p.rest, '\n')
		if i < 0 {
			return len(b), nil
		}
		if _, err := p.w.Write(append([]byte(p.name), p.rest[:i+1]...)); err != nil {
			return 0, err
		}
		p.rest = p.rest[i+1:]
	}
}
