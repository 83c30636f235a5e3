package tql_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/gen/threatconnectv3"
	"github.com/threatclients/threatclients-go/tql"
)

// sent counts requests and answers each with an empty list, or a confirmation.
type sent int

func (s *sent) RoundTrip(r *http.Request) (*http.Response, error) {
	*s++
	body := `{"status": "Success", "data": []}`
	return &http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
}

// A client with CheckTQL sends no query that leaves the grammar or the keywords, and says
// where it does without a word of it; one without the option sends it.
func TestCheckTQL(t *testing.T) {
	const secret = "hunter2"
	for _, x := range []struct {
		query string
		want  string // "" is sent
	}{
		{`rating >= 3 and hasGroup(typeName = "Campaign" and hasTag(name = "a"))`, ""},
		{`summary = ` + secret, "column 11: expected a value"},
		{`summary = "` + secret, "column 11: expected a text that ends with"},
		{secret + ` = 1`, "column 1: expected a keyword of the object"},
		{`summary > "` + secret + `"`, `column 9: expected one of "="`},
		{`hasGroup(rating = 3)`, "column 10: expected a keyword of the object"},
		{`hasGroup(hasIndicator(hasTag(` + secret + ` = 3)))`, "column 30: expected a keyword of the object"},
		{`hasCommonGroup(a = 1)`, "column 1: expected a keyword of the object"},
		{`hasCase(hasWorkflowTemplate(name = "a" or targetType is null))`, ""},
	} {
		for _, checks := range []bool{true, false} {
			var n sent
			options := []client.Option{client.Transport(&n)}
			if checks {
				options = append(options, threatconnectv3.CheckTQL)
			}
			c, err := threatconnectv3.New(auth.ThreatConnectHMAC("id", "key"), options...)
			require.NoError(t, err)
			_, err = c.ListIndicatorsPage(t.Context(), &threatconnectv3.ListIndicatorsParams{TQL: &x.query})
			if !checks || x.want == "" {
				assert.NoError(t, err, x.query)
				assert.EqualValues(t, 1, n, "requests sent for %s", x.query)
				continue
			}
			var refused *client.RequestError
			require.ErrorAs(t, err, &refused, x.query)
			assert.Equal(t, "tql", refused.Parameter, x.query)
			assert.Equal(t, "listIndicators", refused.Operation, x.query)
			var place *tql.Error
			require.ErrorAs(t, err, &place, x.query)
			assert.ErrorContains(t, err, "listIndicators: parameter tql is refused: tql: "+x.want, x.query)
			assert.NotContains(t, err.Error(), secret, "the query's text")
			assert.Zero(t, n, "requests sent for %s", x.query)
		}
	}
}

// A mass deletion asks the keywords of what it deletes.
func TestCheckTQLOfDeletions(t *testing.T) {
	var n sent
	c, err := threatconnectv3.New(auth.ThreatConnectHMAC("id", "key"), client.Transport(&n), threatconnectv3.CheckTQL)
	require.NoError(t, err)
	query := "severity = \"Low\" or rating = 3"
	_, err = c.DeleteAllCases(t.Context(), &threatconnectv3.DeleteAllCasesParams{TQL: &query})
	assert.EqualError(t, err, "deleteAllCases: parameter tql is refused: tql: column 21: expected a keyword of the object, found something else")
	assert.Zero(t, n, "requests sent")
	for _, err := range c.WalkCases(t.Context(), &threatconnectv3.ListCasesParams{TQL: &query}) {
		assert.EqualError(t, err, "listCases: parameter tql is refused: tql: column 21: expected a keyword of the object, found something else")
	}
	assert.Zero(t, n, "requests sent")
}
