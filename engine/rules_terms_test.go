package engine

import (
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestTerms(t *testing.T) {
	r := Terms{Param: "filters", Separator: ",", Operators: "=^<>!"}
	for v, ok := range map[string]bool{
		"summary^example": true, "dateAdded>2026-01-01,rating<4": true, "name=a b:c/d": true, "active=true,active=false": true, "status!Done": true,
		"": false, "summary": false, "summary^": false, "=x": false, "a=b,": false, ",a=b": false, "a b=c": false, "a~b": false, "1=2": false,
	} {
		assert.Equal(t, ok, r.check(url.Values{"filters": {v}}, time.Time{}) == nil, "%q passes", v)
	}
	assert.Nil(t, r.check(url.Values{}, time.Time{}), "an absent parameter passes")
}
