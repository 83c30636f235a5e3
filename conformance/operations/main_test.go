package main

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The file is what make gen makes of the documents of today.
func TestCurrent(t *testing.T) {
	want, err := index("../../specs")
	require.NoError(t, err)
	got, err := os.ReadFile("../../specs/operations.json")
	require.NoError(t, err)
	assert.Equal(t, string(want), string(got), "specs/operations.json is not what make gen makes: run it")
}

// What an entry says is what the document says, in each of its forms.
func TestEntries(t *testing.T) {
	text, err := index("../../specs")
	require.NoError(t, err)
	var all map[string]map[string]*operation
	require.NoError(t, json.Unmarshal(text, &all))
	require.Len(t, all, 7, "documents")

	siem := all["tap"]["listSiemAll"]
	require.NotNil(t, siem)
	assert.Equal(t, "GET", siem.Method)
	assert.Equal(t, "/v2/siem/all", siem.Path)
	assert.True(t, siem.Idempotent)
	assert.Equal(t, "window", siem.Pagination.(map[string]any)["style"])
	assert.Equal(t, map[string]any{"calls": 1800.0, "per": "PT24H", "pool": "siem"}, siem.Quota)
	assert.Equal(t, [][]string{{"id"}, {"GUID", "recipient", "threatsInfoMap.threatID"}}, siem.Identity["messagesDelivered"])

	assert.False(t, all["threatconnectv3"]["createIndicator"].Idempotent, "a POST that says nothing")
	assert.False(t, all["threatconnectv3"]["updateIndicator"].Idempotent, "a PUT that says so")
	assert.True(t, all["essentials"]["updateUser"].Idempotent, "a PUT that says nothing")
	assert.Contains(t, string(text), `"after":"id > {key}"`, "a condition is not escaped")
	assert.Equal(t, map[string][][]string{"data.*": {{"id"}}}, all["threatconnectv2"]["listItemGroupsByType"].Identity, "through a union")

	users := all["essentials"]["createUsers"]
	assert.Equal(t, map[string]any{"errors": "errors", "identifier": "identifier", "message": "error_message", "status": "status"}, users.PartialFailure)
	assert.Equal(t, map[string]answer{"201": {AnyOf: []string{"uid", "primary_email"}}, "207": {OrNull: []string{"users", "errors"}}}, users.Answer)
}
