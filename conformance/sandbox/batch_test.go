package sandbox_test

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/conformance/exchange"
	"github.com/threatclients/threatclients-go/conformance/sandbox"
)

// jobs sends batches to a sandbox and reads what is there afterwards.
type jobs struct {
	t  *testing.T
	in *sandbox.Instance
}

func (j jobs) send(e *exchange.Exchange) (int, string) {
	j.t.Helper()
	res, text := send(j.t, j.in, "threatconnectv2", e)
	return res.StatusCode, string(text)
}

// run uploads a file in two steps, or in one, and returns the state of the job.
func (j jobs) run(twoSteps bool, settings, file string) map[string]any {
	j.t.Helper()
	config := `{"version": "V2", "owner": "Example Organization", "haltOnError": false, "action": "Create", "attributeWriteType": "Replace"}`
	var m map[string]any
	require.NoError(j.t, json.Unmarshal([]byte(config), &m))
	require.NoError(j.t, json.Unmarshal([]byte(settings), &m))
	body, err := json.Marshal(m)
	require.NoError(j.t, err)
	var status int
	var text string
	if twoSteps {
		_, text = j.send(&exchange.Exchange{Method: "POST", Path: "/v2/batch", RequestBody: body})
		wire, err := json.Marshal(file)
		require.NoError(j.t, err)
		var up string
		status, up = j.send(&exchange.Exchange{Method: "POST", Path: "/v2/batch/" + scalars([]byte(text))["batchId"], RequestContentType: "application/octet-stream", RequestBody: wire})
		require.Equal(j.t, 2, status/100, up)
	} else {
		status, text = j.send(&exchange.Exchange{Method: "POST", Path: "/v2/batch/createAndUpload", RequestForm: map[string]string{"config": string(body), "content": file}})
		require.Equal(j.t, 2, status/100, text)
	}
	var state struct {
		Data struct{ BatchStatus map[string]any }
	}
	_, text = j.send(&exchange.Exchange{Method: "GET", Path: "/v2/batch/" + scalars([]byte(text))["batchId"]})
	require.NoError(j.t, json.Unmarshal([]byte(text), &state), text)
	return state.Data.BatchStatus
}

// get is the text of an answer; a path that is not there is "".
func (j jobs) get(path string) string {
	j.t.Helper()
	p, query, _ := strings.Cut(path, "?")
	values, err := url.ParseQuery(query)
	require.NoError(j.t, err)
	status, text := j.send(&exchange.Exchange{Method: "GET", Path: p, Query: exchange.Query(values)})
	if status == 404 {
		return ""
	}
	require.Equal(j.t, 200, status, "%s: %s", path, text)
	return text
}

const batchFile = `{
	"indicator": [
		{"type": "Host", "summary": "a.batch.example.com", "rating": 3.5, "confidence": 70, "tag": [{"name": "From a batch"}],
		 "attribute": [{"type": "Description", "value": "made by a batch"}], "securityLabel": [{"name": "TLP:GREEN"}],
		 "associatedGroups": [{"groupXid": "example-batch-0001"}]},
		{"type": "Address", "summary": "192.0.2.77", "associatedGroups": ["example-batch-0002"]},
		{"type": "EmailAddress", "summary": "batch@example.com"},
		{"type": "CIDR", "summary": "198.51.100.0/25"},
		{"type": "URL", "text": "http://example.com/batch"},
		{"type": "File", "summary": "0123456789ABCDEF0123456789ABCD00 : 0123456789ABCDEF0123456789ABCDEF01234500", "fileOccurrence": [{"fileName": "batch.exe", "path": "C:\\"}]},
		{"type": "Hashtag", "Hashtag": "#batch"}
	],
	"group": [
		{"type": "Incident", "name": "Batch incident", "xid": "example-batch-0001", "status": "New", "eventDate": "2026-01-12T08:00:00Z", "associatedGroupXid": ["example-batch-0002"]},
		{"type": "Course of Action", "name": "Batch course", "xid": "example-batch-0002", "tag": [{"name": "From a batch"}]}
	],
	"association": [
		{"ref_1": "example-batch-0001", "type_1": "Incident", "ref_2": "batch@example.com", "type_2": "EmailAddress"}
	]
}`

// What a batch holds is made, labelled and associated, listed, changed by the next one and
// deleted by one that says so, in two steps as in one.
func TestBatchesMakeWhatTheyHold(t *testing.T) {
	for _, twoSteps := range []bool{true, false} {
		j := jobs{t, start(t, sandbox.Options{APIs: []string{"threatconnectv2"}})}
		const host = "/v2/indicators/hosts/a.batch.example.com"
		require.Empty(t, j.get(host), "before the batch")
		state := j.run(twoSteps, `{}`, batchFile)
		for name, want := range map[string]float64{"successCount": 10, "successIndicatorCount": 7, "successGroupCount": 2, "errorCount": 0, "unprocessCount": 0} {
			assert.Equal(t, want, state[name], "%s of %v", name, state)
		}
		incident := "/v2/groups/incidents/example-batch-0001"
		incidentByID := "/v2/groups/incidents/" + scalars([]byte(j.get(incident)))["id"]
		for path, want := range map[string]string{
			"/v2/indicators/hosts":     "a.batch.example.com",
			host:                       `"rating":3.5`,
			host + "/tags":             "From a batch",
			host + "/attributes":       "made by a batch",
			host + "/securityLabels":   "TLP:GREEN",
			host + "/groups/incidents": `{"incident":[{`,
			"/v2/tags/From%20a%20batch/indicators/hosts": "a.batch.example.com",
			"/v2/indicators":                             "a.batch.example.com",
			"/v2/indicators/addresses":                   "192.0.2.77",
			"/v2/indicators/addresses/192.0.2.77/groups": "Batch course",
			"/v2/indicators/cidrBlocks":                  "198.51.100.0/25",
			"/v2/indicators/urls":                        "http://example.com/batch",
			"/v2/indicators/hashtags":                    "#batch",
			"/v2/indicators/files":                       `"sha1":"0123456789ABCDEF0123456789ABCDEF01234500"`,
			incidentByID + "/indicators/hosts":           "a.batch.example.com",
			incidentByID:                                 "Batch incident",
			"/v2/groups/coursesOfAction":                 "Batch course",
			incident:                                     "Batch incident",
			incident + "/indicators/hosts":               "a.batch.example.com",
			incident + "/indicators/emailAddresses":      "batch@example.com",
			incident + "/groups/coursesOfAction":         "Batch course",
			"/v2/indicators/emailAddresses/batch@example.com/groups/incidents":      "Batch incident",
			"/v2/indicators/files/0123456789ABCDEF0123456789ABCD00/fileOccurrences": "batch.exe",
		} {
			assert.Contains(t, j.get(path), want, path)
		}

		state = j.run(twoSteps, `{"tagWriteType": "Append"}`, `{"indicator": [{"type": "Host", "summary": "a.batch.example.com", "rating": 1, "tag": [{"name": "Second"}], "attribute": [{"type": "Description", "value": "changed"}]}],
			"group": [{"type": "Incident", "name": "Renamed", "xid": "example-batch-0001"}]}`)
		assert.EqualValues(t, 2, state["successCount"])
		assert.Contains(t, j.get(host), `"rating":1`)
		assert.Contains(t, j.get(host), `"confidence":70`, "what the second batch does not say stays")
		assert.Contains(t, j.get(host+"/tags"), "From a batch", "tags are appended")
		assert.Contains(t, j.get(host+"/tags"), "Second")
		assert.NotContains(t, j.get(host+"/attributes"), "made by a batch", "attributes are replaced")
		assert.Contains(t, j.get(host+"/attributes"), "changed")
		assert.NotContains(t, j.get("/v2/groups/incidents"), "Batch incident", "the xid names the same group")
		assert.Contains(t, j.get("/v2/groups/incidents"), "Renamed")
		j.run(twoSteps, `{}`, `{"indicator": [{"type": "Host", "summary": "a.batch.example.com", "tag": [{"name": "Third"}]}]}`)
		assert.NotContains(t, j.get(host+"/tags"), "Second", "tags are replaced unless the job says otherwise")

		state = j.run(twoSteps, `{"action": "Delete"}`, `{"indicator": [{"type": "Host", "summary": "a.batch.example.com"}], "group": [{"type": "Incident", "name": "Renamed", "xid": "example-batch-0001"}]}`)
		assert.EqualValues(t, 2, state["successCount"])
		assert.Empty(t, j.get(host))
		assert.NotContains(t, j.get("/v2/indicators/hosts"), "a.batch.example.com")
		assert.NotContains(t, j.get("/v2/groups/incidents"), "Renamed")
		assert.NotContains(t, j.get("/v2/indicators/emailAddresses/batch@example.com/groups/incidents"), "Renamed", "the association went along")
	}
}

// What cannot be carried out is counted and listed; haltOnError leaves the rest.
func TestBatchesCountWhatFails(t *testing.T) {
	j := jobs{t, start(t, sandbox.Options{APIs: []string{"threatconnectv2"}})}
	const file = `{"indicator": [{"type": "Nonsense", "summary": "x"}, {"type": "Host"}, {"type": "Host", "summary": "good.batch.example.com"},
		{"type": "Host", "summary": "alone.batch.example.com", "associatedGroups": [{"groupXid": "nobody-made-this"}]}]}`
	for _, c := range []struct {
		settings               string
		success, failure, left int
	}{{`{}`, 1, 3, 0}, {`{"haltOnError": true}`, 0, 1, 3}, {`{"action": "Delete"}`, 2, 2, 0}} {
		state := j.run(true, c.settings, file)
		assert.EqualValues(t, c.success, state["successCount"], c.settings)
		assert.EqualValues(t, c.failure, state["errorCount"], c.settings)
		assert.EqualValues(t, c.failure, state["errorIndicatorCount"], c.settings)
		assert.EqualValues(t, c.left, state["unprocessCount"], c.settings)
		errors := j.get("/v2/batch/" + scalarOf(state["id"]) + "/errors")
		assert.Equal(t, c.failure, strings.Count(errors, "errorReason"), "%s: %s", c.settings, errors)
	}
	state := j.run(true, `{}`, `[{"type": "Host", "summary": "first.batch.example.com"}]`)
	assert.EqualValues(t, 1, state["successCount"], "the first version of the format")
	assert.Empty(t, j.get("/v2/batch/"+scalarOf(state["id"])+"/errors"), "nothing failed")
	assert.Contains(t, j.get("/v2/indicators/hosts"), "first.batch.example.com")
}

// scalarOf is a number of JSON as a path has it.
func scalarOf(v any) string {
	text, _ := json.Marshal(v)
	return string(text)
}
