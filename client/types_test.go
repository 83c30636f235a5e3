package client

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	json2 "github.com/go-json-experiment/json"

	"github.com/stretchr/testify/assert"
)

var engines = map[string]struct {
	marshal   func(any) ([]byte, error)
	unmarshal func([]byte, any) error
}{
	"encoding/json": {json.Marshal, json.Unmarshal},
	"json v2":       {func(v any) ([]byte, error) { return json2.Marshal(v) }, func(b []byte, v any) error { return json2.Unmarshal(b, v) }},
}

func TestSlashDateReads(t *testing.T) {
	day := NewSlashDate(2026, time.January, 9)
	for name, engine := range engines {
		for text, want := range map[string]SlashDate{
			`"2026/01/09"`:                day,
			`"2026\/01\/09"`:              day, // PHP escapes slashes
			`"2026-01-09"`:                day,
			`" 2026/01/09 "`:              day,
			`"2026-01-09T23:59:59Z"`:      day,
			`"2026-01-09T23:59:59-08:00"`: day, // the date as written, not as UTC has it
			`""`:                          {},
			`null`:                        {},
		} {
			got := NewSlashDate(1999, 1, 1)
			assert.NoError(t, engine.unmarshal([]byte(text), &got), "%s: %s", name, text)
			assert.Equal(t, want, got, "%s: %s", name, text)
		}
		for _, text := range []string{`"2026/13/01"`, `"2026/02/30"`, `"01/09/2026"`, `"today"`, `20260109`, `true`, `{}`, `["2026/01/09"]`} {
			var got SlashDate
			assert.Error(t, engine.unmarshal([]byte(text), &got), "%s: %s is no date", name, text)
		}
	}
}

func TestSlashDateRoundTrip(t *testing.T) {
	type record struct {
		Date  SlashDate            `json:"date"`
		Maybe *SlashDate           `json:"maybe"`
		Count map[SlashDate]int    `json:"count"`
		Text  map[string]SlashDate `json:"text"`
	}
	for text, want := range map[string]record{
		`{"date":"2026/01/09","maybe":null,"count":{},"text":{}}`: {Date: NewSlashDate(2026, 1, 9), Count: map[SlashDate]int{}, Text: map[string]SlashDate{}},
		`{"date":"","maybe":"2024/02/29","count":{"2026/01/09":3},"text":{"a":"2026/12/31"}}`: {Maybe: new(NewSlashDate(2024, 2, 29)),
			Count: map[SlashDate]int{NewSlashDate(2026, 1, 9): 3}, Text: map[string]SlashDate{"a": NewSlashDate(2026, 12, 31)}},
	} {
		for name, engine := range engines {
			b, err := engine.marshal(want)
			assert.NoError(t, err, "%s writes %s", name, text)
			assert.Equal(t, text, string(b), "what %s writes", name)
			var got record
			assert.NoError(t, engine.unmarshal(b, &got), "%s reads %s", name, b)
			assert.Equal(t, want, got, "what %s reads of %s", name, b)
		}
	}
}

func TestSlashDateText(t *testing.T) {
	for want, d := range map[string]SlashDate{"": {}, "2026/01/09": NewSlashDate(2026, 1, 9), "2026/03/01": NewSlashDate(2026, 2, 29)} {
		b, err := d.MarshalText()
		assert.NoError(t, err, "%q", want)
		assert.Equal(t, want, string(b), "as text")
		assert.Equal(t, want, d.String(), "as a string")
		assert.Equal(t, want, fmt.Sprint(d), "printed")
	}
	// Two dates that are the same day are equal, whatever zone they were made from.
	var d SlashDate
	assert.NoError(t, d.UnmarshalText([]byte("2026-01-09T23:00:00-08:00")))
	assert.Equal(t, NewSlashDate(2026, 1, 9), d, "the day as written")
}
