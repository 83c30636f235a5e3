package engine

import (
	"net/url"
	"strings"
	"time"

	"github.com/threatclients/threatclients-go/client"
)

// Terms is a filter of terms joined by Separator: a name of letters, one of the characters
// of Operators, and a value.
type Terms struct{ Param, Separator, Operators string }

func (r Terms) check(q url.Values, _ time.Time) *client.RequestError {
	for _, v := range q[r.Param] {
		for term := range strings.SplitSeq(v, r.Separator) {
			name := strings.TrimLeft(term, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
			if len(name) == len(term) || name == "" || !strings.Contains(r.Operators, name[:1]) || len(name) == 1 {
				return refuse(r.Param, "is not made of terms: a name, one of "+r.Operators+" and a value, joined by "+r.Separator)
			}
		}
	}
	return nil
}
