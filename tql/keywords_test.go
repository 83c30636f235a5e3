package tql_test

import (
	"math/big"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/threatclients/threatclients-go/gen/threatconnectv3"
	"github.com/threatclients/threatclients-go/tql"
)

// lists are the keywords of each object of ThreatConnect v3.
func lists() []any {
	return []any{
		threatconnectv3.ArtifactTypeTQL, threatconnectv3.ArtifactTQL, threatconnectv3.AttributeTypeTQL, threatconnectv3.CaseAttributeTQL,
		threatconnectv3.CaseTQL, threatconnectv3.GroupAttributeTQL, threatconnectv3.GroupTQL, threatconnectv3.IndicatorAttributeTQL,
		threatconnectv3.IndicatorTQL, threatconnectv3.IntelRequirementTQL, threatconnectv3.IntelRequirementCategoryTQL, threatconnectv3.IntelRequirementResultTQL,
		threatconnectv3.IntelRequirementSubtypeTQL, threatconnectv3.JobExecutionTQL, threatconnectv3.JobTQL, threatconnectv3.NoteTQL,
		threatconnectv3.PlaybookExecutionTQL, threatconnectv3.PlaybookTQL, threatconnectv3.PostTQL, threatconnectv3.ExclusionListTQL,
		threatconnectv3.OwnerRoleTQL, threatconnectv3.OwnerTQL, threatconnectv3.SystemRoleTQL, threatconnectv3.UserGroupTQL,
		threatconnectv3.UserTQL, threatconnectv3.SecurityLabelTQL, threatconnectv3.TagTQL, threatconnectv3.TaskTQL,
		threatconnectv3.VictimAssetTQL, threatconnectv3.VictimAttributeTQL, threatconnectv3.VictimTQL, threatconnectv3.WorkflowEventTQL,
		threatconnectv3.WorkflowTemplateTQL,
	}
}

// Every keyword of every object with every operator that its type has: what is built is
// parsed, prints the same and fits; the operators of other types do not fit.
func TestKeywordsOfThreatConnect(t *testing.T) {
	keywords, queries, misfits := 0, 0, 0
	for _, list := range lists() {
		for _, field := range reflect.ValueOf(list).Fields() {
			keywords++
			built := map[tql.Query]bool{}
			for _, q := range builtWith(t, field.Interface()) {
				queries++
				built[q] = true
				n, err := tql.Parse(string(q))
				require.NoError(t, err, "%s", q)
				assert.Equal(t, string(q), n.String(), "print of what was built")
				assert.NoError(t, tql.Check(n, &tql.Object{Keywords: list}), "%s", q)
			}
			for _, rest := range []string{`= "a"`, "> 1", `in ("a")`, `like "a"`, "is null", "(id = 1)"} {
				n, err := tql.Parse(field.String() + " " + rest)
				require.NoError(t, err)
				op := n.(*tql.Condition).Op
				if has(built, op) {
					continue
				}
				if _, isBlock := field.Interface().(tql.StringCIDR); isBlock && op == tql.Null {
					continue // fits, although the builder has no method for it
				}
				misfits++
				var e *tql.Error
				require.ErrorAs(t, tql.Check(n, &tql.Object{Keywords: list}), &e, "%s", n)
				assert.Equal(t, len(field.String())+2, e.Column, "%s: the place of the operator", n)
			}
		}
	}
	assert.Equal(t, 565, keywords, "keywords of the sheet")
	t.Logf("%d keywords, %d queries that fit, %d that do not", keywords, queries, misfits)
}

func has(built map[tql.Query]bool, op tql.Operator) bool {
	for q := range built {
		if n, err := tql.Parse(string(q)); err == nil && n.(*tql.Condition).Op == op {
			return true
		}
	}
	return false
}

// builtWith is what each method of a keyword builds.
func builtWith(t *testing.T, keyword any) []tql.Query {
	arguments := map[reflect.Type]any{}
	for _, v := range []any{"a \"b\" \\ `c` 'd' %", int64(-7), 0.25, true, big.NewInt(1 << 62), tql.HoursAgo(1), tql.At(time.Unix(0, 0)), tql.Raw("id = 1")} {
		arguments[reflect.TypeOf(v)] = v
	}
	var queries []tql.Query
	v := reflect.ValueOf(keyword)
	for i := range v.NumMethod() {
		method := v.Method(i)
		var in []reflect.Value
		for j := range method.Type().NumIn() {
			argument := method.Type().In(j)
			if method.Type().IsVariadic() {
				argument = argument.Elem()
			}
			value, ok := arguments[argument]
			require.True(t, ok, "%s of %T takes %s", v.Type().Method(i).Name, keyword, argument)
			in = append(in, reflect.ValueOf(value))
			if method.Type().IsVariadic() {
				in = append(in, reflect.ValueOf(value))
			}
		}
		queries = append(queries, method.Call(in)[0].Interface().(tql.Query))
	}
	require.NotEmpty(t, queries, "methods of %T", keyword)
	return queries
}
