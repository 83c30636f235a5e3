package engine

import (
	"bytes"
	"errors"
	"io"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/threatclients/threatclients-go/client"
)

const (
	chunk     = 64 << 10
	headLimit = 512 // of the start of a text that is remembered
	// elementLimit bounds one element in memory, in bytes.
	elementLimit = 32 << 20
)

// input is a JSON text that arrives: what of it was read from r and not yet used. Whole
// values are cut out of it by counting brackets, so that each can be decoded where it lies,
// and twice if need be.
type input struct {
	r       io.Reader
	err     error // of r
	buf     []byte
	pos     int    // buf[pos:] is unread
	base    int64  // offset of buf[0] in the text
	head    []byte // the start of the text
	left    int    // what Read may still hand out
	skipper *jsontext.Decoder
}

func (in *input) unread() []byte { return in.buf[in.pos:] }

func (in *input) offset() int64 { return in.base + int64(in.pos) }

// fill reads more behind what is unread; in.err says why it could not.
func (in *input) fill() bool {
	if in.pos > 0 {
		in.base += int64(in.pos)
		in.buf = in.buf[:copy(in.buf, in.unread())]
		in.pos = 0
	}
	if len(in.buf) > elementLimit {
		in.err = client.ErrTooLarge
	}
	if cap(in.buf)-len(in.buf) < chunk/2 {
		in.buf = append(make([]byte, 0, 2*cap(in.buf)+chunk), in.buf...)
	}
	for range 100 {
		if in.err != nil {
			return false
		}
		n, err := in.r.Read(in.buf[len(in.buf):cap(in.buf)])
		in.buf, in.err = in.buf[:len(in.buf)+n], err
		if n > 0 {
			if missing := headLimit - len(in.head); missing > 0 {
				in.head = append(in.head, in.buf[len(in.buf)-n:][:min(n, missing)]...)
			}
			return true
		}
	}
	in.err = io.ErrNoProgress
	return false
}

// ended is the error of a text that ends where it must not.
func (in *input) ended() error {
	if in.err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return in.err
}

// peek steps over white space and returns the byte it stands at, 0 where fill failed.
func (in *input) peek() byte {
	for {
		for ; in.pos < len(in.buf); in.pos++ {
			if c := in.buf[in.pos]; c != ' ' && c != '\n' && c != '\r' && c != '\t' {
				return c
			}
		}
		if !in.fill() {
			return 0
		}
	}
}

// kind is that of the next value.
func (in *input) kind() jsontext.Kind {
	if in.peek() == 0 {
		return 0
	}
	return jsontext.Value(in.buf[in.pos : in.pos+1]).Kind()
}

func (in *input) broken() error {
	if in.pos == len(in.buf) {
		return in.ended()
	}
	return &jsontext.SyntacticError{ByteOffset: in.offset(), Err: errors.New("unexpected character")}
}

// more steps to the next member or element of an object or array, or behind its end.
func (in *input) more(end byte, first bool) (bool, error) {
	switch c := in.peek(); {
	case c == end:
		in.pos++
		return false, nil
	case first && c != 0:
		return true, nil
	case c == ',':
		in.pos++
		return true, nil
	}
	return false, in.broken()
}

// name reads the name of a member and the colon.
func (in *input) name() (s string, err error) {
	if in.peek() != '"' {
		return "", in.broken()
	}
	at := in.offset()
	raw, err := in.value()
	if err != nil {
		return "", err
	}
	if err := json.Unmarshal(raw, &s, lenient()); err != nil {
		return "", shifted(err, at)
	}
	if in.peek() != ':' {
		return "", in.broken()
	}
	in.pos++
	return s, nil
}

// valid is value with its grammar checked.
func (in *input) valid() (jsontext.Value, error) {
	in.peek()
	at := in.offset()
	raw, err := in.value()
	if err != nil {
		return nil, err
	}
	var v jsontext.Value
	if err := json.Unmarshal(raw, &v, lenient()); err != nil {
		return nil, shifted(err, at)
	}
	return v, nil
}

// value reads what may be a value, until the next read: brackets are counted, nothing else
// is checked.
func (in *input) value() ([]byte, error) {
	switch in.peek() {
	case '{', '[', '"':
	default:
		return in.scalar()
	}
	n, depth, inString := 0, 0, false
	for {
		w := in.unread()
		for n < len(w) {
			if inString {
				quote := bytes.IndexByte(w[n:], '"')
				end := n + quote
				if quote < 0 {
					end = len(w)
				}
				escapes := end
				for escapes > n && w[escapes-1] == '\\' {
					escapes--
				}
				if quote < 0 {
					n = escapes + (end-escapes)&^1 // one that is left belongs to what comes
					break
				}
				n = end + 1
				inString = (end-escapes)%2 == 1
			} else {
				switch w[n] {
				case '"':
					inString = true
				case '{', '[':
					depth++
				case '}', ']':
					depth--
				}
				n++
			}
			if depth <= 0 && !inString {
				in.pos += n
				return w[:n], nil
			}
		}
		if !in.fill() {
			return nil, in.ended()
		}
	}
}

// scalar reads what may be a number or literal: up to the next delimiter.
func (in *input) scalar() ([]byte, error) {
	for n := 0; ; {
		w := in.unread()
		if k := bytes.IndexAny(w[n:], ",:{}[]\" \t\r\n"); k >= 0 {
			n += k
		} else if n = len(w); in.fill() {
			continue
		} else if in.err != io.EOF {
			return nil, in.err
		} else {
			w = in.unread()
		}
		if n == 0 {
			return nil, in.broken()
		}
		in.pos += n
		return w[:n], nil
	}
}

// skip passes over a value token by token: what nobody reads must not be kept.
func (in *input) skip() error {
	if k := in.kind(); k != '{' && k != '[' {
		_, err := in.valid()
		return err
	}
	at := in.offset()
	if in.skipper == nil {
		in.skipper = new(jsontext.Decoder)
	}
	in.skipper.Reset(in, lenient())
	for {
		in.left = elementLimit
		if _, err := in.skipper.ReadToken(); err == io.EOF {
			return io.ErrUnexpectedEOF
		} else if err != nil {
			return shifted(err, at)
		}
		if in.skipper.StackDepth() == 0 {
			break
		}
	}
	in.pos -= len(in.skipper.UnreadBuffer()) // a part of what the last Read handed over
	return nil
}

// Read hands over to the decoder of skip.
func (in *input) Read(p []byte) (int, error) {
	switch {
	case in.left <= 0:
		return 0, client.ErrTooLarge
	case in.pos == len(in.buf) && !in.fill():
		return 0, in.err
	}
	n := copy(p[:min(len(p), in.left)], in.unread())
	in.pos += n
	in.left -= n
	return n, nil
}

// shifted is an error of a part of the text that begins at the offset.
func shifted(err error, at int64) error {
	var syntax *jsontext.SyntacticError
	if !errors.As(err, &syntax) {
		return err
	}
	moved := *syntax
	moved.ByteOffset += at
	return &moved
}
