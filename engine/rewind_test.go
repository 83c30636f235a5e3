package engine

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"testing"
	"testing/iotest"
)

// numbered is n bytes that differ, so that a shifted one is seen.
func numbered(n int) []byte {
	b, r := make([]byte, n), rand.New(rand.NewPCG(1, 2))
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

// Reading through a rewinder is reading; from any mark on, the bytes can be had again.
func TestRewinder(t *testing.T) {
	want := numbered(3*chunk + 17)
	for name, r := range map[string]func() io.Reader{
		"at once":       func() io.Reader { return bytes.NewReader(want) },
		"in halves":     func() io.Reader { return iotest.HalfReader(bytes.NewReader(want)) },
		"end with data": func() io.Reader { return iotest.DataErrReader(bytes.NewReader(want)) },
		"byte by byte":  func() io.Reader { return iotest.OneByteReader(bytes.NewReader(want)) },
	} {
		p := &rewinder{r: r()}
		var got []byte
		for mark, b := int64(0), make([]byte, 1000); ; {
			n, err := p.Read(b)
			got = append(got, b[:n]...)
			if since := p.since(mark); !bytes.HasPrefix(since, got[mark:]) {
				t.Fatalf("%s: from %d on it has %d bytes of %d, or others", name, mark, len(since), len(got[mark:]))
			}
			if len(got) > 3000 && len(got)%7 == 0 {
				mark = int64(len(got) - 3000)
				p.keep(mark)
			}
			if err != nil {
				if err != io.EOF {
					t.Error(err)
				}
				break
			}
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s: %d bytes, or others", name, len(got))
		}
	}
}

// What is kept is bounded by what lies behind the mark, not by the stream.
func TestRewinderForgets(t *testing.T) {
	p := &rewinder{r: io.LimitReader(rand.NewChaCha8([32]byte{}), 64<<20)}
	read, largest, b := int64(0), 0, make([]byte, 10_000)
	for {
		n, err := p.Read(b)
		read += int64(n)
		p.keep(read - 100)
		largest = max(largest, cap(p.buf))
		if err != nil {
			break
		}
	}
	if read != 64<<20 || largest > 4*chunk {
		t.Errorf("kept %d of %d bytes", largest, read)
	}
}

func TestRewinderReleases(t *testing.T) {
	want := numbered(3 * chunk)
	p := &rewinder{r: bytes.NewReader(want)}
	p.Read(make([]byte, 100))
	kept := p.since(0)
	p.release()
	rest, err := io.ReadAll(p)
	if got := append(kept[:len(kept):len(kept)], rest...); !bytes.Equal(got, want) || err != nil || p.buf != nil {
		t.Errorf("%d kept and %d read of %d, %v", len(kept), len(rest), len(want), err)
	}
}

// A reader that neither reads nor fails must not be asked forever.
func TestRewinderFails(t *testing.T) {
	p := &rewinder{r: reader(func([]byte) (int, error) { return 0, nil })}
	if _, err := p.Read(make([]byte, 1)); err != io.ErrNoProgress {
		t.Error(err)
	}
	lost := errors.New("connection lost")
	p = &rewinder{r: io.MultiReader(bytes.NewReader([]byte("ab")), iotest.ErrReader(lost))}
	if b, err := io.ReadAll(p); string(b) != "ab" || err != lost {
		t.Errorf("%q, %v", b, err)
	}
}
