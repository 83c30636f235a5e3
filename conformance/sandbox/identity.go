package sandbox

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

func isDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// countOf is a number of JSON.
func countOf(n int) json.Number { return json.Number(strconv.Itoa(n)) }

var hexadecimal = regexp.MustCompile(`^[0-9a-fA-F-]{16,}$`)

// fresh is an identifier like a sample and unlike any other.
func (st *store) fresh(sample any) any {
	st.serial++
	switch s := sample.(type) {
	case json.Number:
		n, err := s.Int64()
		if err != nil {
			n = 0
		}
		return json.Number(fmt.Sprint(n + 1_000_000 + st.serial))
	case string:
		if isDigits(s) {
			return fmt.Sprint(1_000_000 + st.serial)
		}
		if hexadecimal.MatchString(s) {
			return s[:len(s)-8] + fmt.Sprintf("%08x", 0x51000000+st.serial)
		}
		return fmt.Sprintf("%s-%d", s, st.serial)
	}
	return sample
}
