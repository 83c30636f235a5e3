package tqlmatch

import (
	"encoding/json"
	"errors"
	"math/big"
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/threatclients/threatclients-go/tql"
)

// stored is a record of plain maps.
type stored struct {
	values map[string][]any
	others map[string][]Record
}

var errUnknown = errors.New("unknown keyword")

func (r stored) Values(keyword string) ([]any, error) {
	v, ok := r.values[keyword]
	if !ok {
		return nil, errUnknown
	}
	return v, nil
}

func (r stored) Records(keyword string) ([]Record, error) {
	v, ok := r.others[keyword]
	if !ok {
		return nil, errUnknown
	}
	return v, nil
}

func group(name string) Record {
	return stored{values: map[string][]any{"typeName": {name}, "rank": nil}}
}

func TestMatch(t *testing.T) {
	now := time.Date(2026, 1, 15, 12, 30, 0, 0, time.UTC)
	huge, _ := new(big.Int).SetString("42540766411282592856903984951653826561", 10)
	r := stored{
		values: map[string][]any{
			"summary": {"bad.example.com"}, "tag": {"red", "Blue"}, "none": nil, "id": {int64(9007199254740993)}, "score": {2.5},
			"count": {json.Number("7")}, "huge": {huge}, "active": {true}, "added": {now.Add(-30 * time.Minute)}, "ip": {netip.MustParseAddr("192.0.2.7")},
			"odd": {struct{}{}},
		},
		others: map[string][]Record{"hasGroup": {group("Campaign"), group("Threat")}, "hasTag": nil},
	}
	for query, want := range map[string]bool{
		`summary = "bad.example.com"`:                    true,
		`summary = "BAD.example.com"`:                    false,
		`summary != "a"`:                                 true,
		`summary != "bad.example.com"`:                   false,
		`summary in ("a", "b")`:                          false,
		`summary not in ("a", "b")`:                      true,
		`summary contains ".example"`:                    true,
		`summary contains ("x", "bad")`:                  true,
		`summary not contains "bad"`:                     false,
		`summary startswith "bad."`:                      true,
		`summary not startswith "bad."`:                  false,
		`summary endswith ".com"`:                        true,
		`summary not endswith ".net"`:                    true,
		`summary like "bad%com"`:                         true,
		`summary like "%example%"`:                       true,
		`summary like "bad"`:                             false,
		`summary like "%"`:                               true,
		`summary like "bad.example.com%"`:                true,
		`summary like "%bad.example.com"`:                true,
		`summary like "%com%bad%"`:                       false,
		`summary like "bad.example.com%bad.example.com"`: false,
		`summary not like "%.net"`:                       true,
		`summary > "bac"`:                                true,

		`tag = "Blue"`:           true,
		`tag != "Blue"`:          false,
		`tag not in ("green")`:   true,
		`tag is null`:            false,
		`tag is not null`:        true,
		`none is null`:           true,
		`none is not null`:       false,
		`none = "a"`:             false,
		`none != "a"`:            false,
		`not none = "a"`:         false,
		`none = "a" or id > 1`:   true,
		`not (none = 1 or id<1)`: false,

		`id = 9007199254740993`:       true,
		`id = 9007199254740992`:       false,
		`id > 9007199254740992`:       true,
		`id >= 9007199254740994`:      false,
		`id in (1, 9007199254740993)`: true,
		`score = 2.50`:                true,
		`score < 2.5`:                 false,
		`score <= 2.5`:                true,
		`score > -3`:                  true,
		`count != 7`:                  false,
		`huge = 42540766411282592856903984951653826561`: true,
		`huge < 42540766411282592856903984951653826561`: false,
		`active = true`:   true,
		`active = FALSE`:  false,
		`active != false`: true,

		`added > "NOW() - 1 HOUR"`:                                          true,
		`added > "now() - 0 hour"`:                                          false,
		`added < "NOW()"`:                                                   true,
		`added >= "TODAY()"`:                                                true,
		`added < "2026-01-15"`:                                              false,
		`added = "2026-01-15 12:00:00"`:                                     true,
		`added in ("2026-01-15")`:                                           false,
		`ip in "192.0.2.0/24"`:                                              true,
		`ip not in "192.0.2.1/8"`:                                           false,
		`ip not in ("198.51.100.0/24")`:                                     true,
		`hasGroup(typeName = "Threat")`:                                     true,
		`hasGroup(typeName = "Malware")`:                                    false,
		`hasGroup(typeName = "Threat" and typeName = "Campaign")`:           false,
		`hasGroup(typeName = "Threat") and hasGroup(typeName = "Campaign")`: true,
		`hasGroup(rank = 1)`:                                                false,
		`not hasGroup(rank = 1)`:                                            true,
		`hasTag(typeName = "a")`:                                            false,
		`id < 1 and id < 1 or id > 1`:                                       true,
		`id > 1 or id < 1 and id < 1`:                                       true,
		`(id > 1 or id < 1) and id < 1`:                                     false,
		`not id < 1 and id > 1`:                                             true,
		`not (id < 1 and id > 1)`:                                           true,
		`not not id > 1`:                                                    true,
		`id < 1 or id < 1 or none = 1`:                                      false,
		`not (id < 1 or id < 1)`:                                            true,
		`((id > 1) and (not (id = 1))) or ((none = 1))`:                     true,
	} {
		n, err := tql.Parse(query)
		require.NoError(t, err, query)
		got, err := Match(n, r, now)
		require.NoError(t, err, query)
		assert.Equal(t, want, got, query)
	}

	for query, want := range map[string]string{
		`id = "1"`:           "tql: column 4: expected a number, found a text",
		`summary = 1`:        "tql: column 9: expected a text, found a number",
		`active = 1`:         "tql: column 8: expected true or false, found a number",
		`added > 1`:          "tql: column 7: expected a date, found a number",
		`ip in "192.0.2.7"`:  "tql: column 4: expected a block of addresses, found a text",
		`id > 1 or id = "1"`: "tql: column 14: expected a number, found a text",
	} {
		n, err := tql.Parse(query)
		require.NoError(t, err, query)
		got, err := Match(n, r, now)
		var e *tql.Error
		require.ErrorAs(t, err, &e, query)
		assert.False(t, got, query)
		assert.EqualError(t, err, want, query)
	}

	for query, want := range map[string]error{
		`id contains 1`:                errors.ErrUnsupported,
		`active like true`:             errors.ErrUnsupported,
		`ip = "192.0.2.0/24"`:          errors.ErrUnsupported,
		`odd = 1`:                      errors.ErrUnsupported,
		`added > "NOW() - 3 MOONS"`:    errors.ErrUnsupported,
		`unknown = 1`:                  errUnknown,
		`id > 1 or unknown = 1`:        errUnknown,
		`id < 1 and unknown is null`:   errUnknown,
		`hasCase(id = 1)`:              errUnknown,
		`hasGroup(unknown = 1)`:        errUnknown,
		`not (hasGroup(unknown = 1))`:  errUnknown,
		`id = 1 or not hasCase(a = 1)`: errUnknown,
	} {
		n, err := tql.Parse(query)
		require.NoError(t, err, query)
		got, err := Match(n, r, now)
		assert.ErrorIs(t, err, want, query)
		assert.False(t, got, query)
	}
}
