package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParseReport(t *testing.T) {
	r, err := parseReport("-\tvectors\t3\t0\ntap\tfixtures\t2\t1\ntap\tfixtures\t1\t0\n")
	require.NoError(t, err)
	assert.Equal(t, report{"-": {"vectors": {3, 0}}, "tap": {"fixtures": {3, 1}}}, r, "a kind that is said twice adds up")
	for name, text := range map[string]string{
		"three fields":    "tap\tcalls\t1\n",
		"an unknown kind": "tap\tcall\t1\t0\n",
		"no number":       "tap\tcalls\tall\t0\n",
		"no second one":   "tap\tcalls\t1\tnone\n",
	} {
		_, err := parseReport(text)
		assert.Error(t, err, name)
	}
}

func TestFaults(t *testing.T) {
	whole := "-\tvectors\t1\t0\ntap\tmodels\t1\t0\ntap\tfixtures\t2\t0\ntap\tdeviating\t0\t1\ntap\tcalls\t1\t0\n"
	for _, c := range []struct{ name, text, want string }{
		{"all passed, a deviating one refused", whole, ""},
		{"a failure", strings.Replace(whole, "calls\t1\t0", "calls\t1\t2", 1), "tap calls: 2 failed"},
		{"a kind that is not reported", strings.Replace(whole, "tap\tmodels\t1\t0\n", "", 1), "tap models: nothing reported"},
		{"vectors that are not reported", strings.Replace(whole, "-\tvectors\t1\t0\n", "", 1), "- vectors: nothing reported"},
		{"fixtures that were left out", strings.Replace(whole, "deviating\t0\t1", "deviating\t0\t0", 1), "tap fixtures: 2 of 3 reported"},
		{"nothing at all", "", "- vectors: nothing reported, tap models: nothing reported, tap fixtures: nothing reported, tap calls: nothing reported, tap fixtures: 0 of 3 reported"},
	} {
		r, err := parseReport(c.text)
		require.NoError(t, err, c.name)
		assert.Equal(t, c.want, strings.Join(r.faults([]string{"tap"}, map[string]int{"tap": 3}), ", "), c.name)
	}
}

func TestVerdict(t *testing.T) {
	assert.NoError(t, verdict([]outcome{{language: language{name: "typescript"}}, {language: language{name: "rust"}, notRun: []string{"cargo"}}}), "a language without its tools is named, not a failure")
	assert.ErrorContains(t, verdict([]outcome{{notRun: []string{"cargo"}}}), "no language was run")
	assert.ErrorContains(t, verdict([]outcome{{language: language{name: "java"}, faults: []string{"tap calls: 1 failed"}}}), "java: tap calls: 1 failed")
}

func TestTable(t *testing.T) {
	var b strings.Builder
	writeTable(&b, []outcome{
		{language: language{name: "python"}, documents: []string{"tap"}, seconds: 7, report: report{"-": {"vectors": {42, 0}}, "tap": {"models": {1, 0}, "fixtures": {2, 3}, "calls": {4, 0}}}},
		{language: language{name: "java", never: "b"}, left: []string{"a", "b"}},
		{language: language{name: "rust"}, notRun: []string{"cargo", "mvn"}},
	})
	assert.Contains(t, b.String(), "| python, 7 s | | 42/0 | | | | |\n| | tap | | 1/0 | 2/3 | 0/0 | 4/0 |\n")
	assert.Contains(t, b.String(), "| | a | left to FULL=1 | | | | |\n| | b | no code for it, see generators/known.txt | | | | |\n")
	assert.Contains(t, b.String(), "| rust | not run: no cargo, mvn |")
}

func TestProves(t *testing.T) {
	l := language{quick: []string{"a", "b"}, never: "b"}
	assert.Equal(t, []string{"a"}, l.proves([]string{"a", "b", "c"}, false), "those of CI that are possible")
	assert.Equal(t, []string{"a", "c"}, l.proves([]string{"a", "b", "c"}, true), "all that are possible")
	assert.Equal(t, []string{"a"}, language{}.proves([]string{"a"}, false), "all, where CI has no selection")
}

func TestChosen(t *testing.T) {
	list, unknown := chosen("python rust basic")
	require.Len(t, list, 2)
	assert.Equal(t, "python", list[0].name)
	assert.Equal(t, []string{"basic"}, unknown)
	all, _ := chosen("")
	assert.Len(t, all, 4, "no name is every language")
}
