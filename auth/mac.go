package auth

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"hash"
	"sync"
)

// mac is HMAC-SHA256 with one key, in standard base64. Its states are reused,
// because creating one costs more than using it.
type mac struct{ states sync.Pool }

type macState struct {
	hash.Hash
	text, sum []byte
}

func newMAC(key string) *mac {
	return &mac{sync.Pool{New: func() any { return &macState{Hash: hmac.New(sha256.New, []byte(key))} }}}
}

// appendSum appends the signature of the joined parts of a text.
func (m *mac) appendSum(to []byte, text ...string) []byte {
	s := m.states.Get().(*macState)
	defer m.states.Put(s)
	s.text = s.text[:0]
	for _, part := range text {
		s.text = append(s.text, part...)
	}
	s.Reset()
	_, _ = s.Write(s.text) // a hash never fails
	s.sum = s.Sum(s.sum[:0])
	return base64.StdEncoding.AppendEncode(to, s.sum)
}

// sum is the signature of a text with a key that is used once.
func sum(key, text string) string { return string(newMAC(key).appendSum(nil, text)) }
