package engine

import "testing"

// It is 2026-01-10T12:00:00Z.
func TestRulesOfTime(t *testing.T) {
	both := Range{"from", "to", "PT30S", "PT1H"}
	age := Age{"since", "PT1M", "P7D"}
	interval := Interval{"interval", "PT30S", "PT1H", "P7D"}
	ruleTable(t, []ruleCase{
		{both, "", ""},
		{both, "to=2026-01-10T12:00:00Z", ""},
		{both, "from=2026-01-10T11:00:00Z&to=2026-01-10T12:00:00Z", ""},
		{both, "from=2026-01-10T11:00:00Z", ""}, // to now
		{both, "from=2026-01-10T11:59:30Z", ""},
		{both, "from=2026-01-10T11:59:31Z", "parameter from spans less than PT30S"},
		{both, "from=2026-01-10T10:59:59Z", "parameter from spans more than PT1H"},
		{both, "from=2026-01-10T10:00:00Z&to=2026-01-10T11:00:01Z", "spans more than PT1H"},
		{both, "from=2026-01-10T10:00:00Z&to=2026-01-10T10:00:29Z", "spans less than PT30S"},
		{both, "from=2026-01-10T10:00:01Z&to=2026-01-10T10:00:00Z", "parameter from lies after the end"},
		{both, "from=2026-01-10T12:00:01Z", "parameter from lies after the end"},
		{Range{From: "from", To: "to"}, "from=2020-01-01T00:00:00Z", ""}, // no bounds
		{Range{From: "from", To: "to"}, "from=2026-01-10T12:00:01Z", "lies after the end"},
		{Range{From: "from", To: "to"}, "from=2026-01-10T11:00:00Z&to=2026-01-10T11:00:00Z", ""}, // one instant
		{both, "from=yesterday", ""},                                                             // not an instant: another form that the server may know

		{age, "", ""},
		{age, "since=2026-01-10T11:00:00Z", ""},
		{age, "since=2026-01-10T11:59:00Z", ""},
		{age, "since=2026-01-03T12:00:00Z", ""},
		{age, "since=2026-01-10T11:59:01Z", "parameter since spans less than PT1M"},
		{age, "since=2026-01-03T11:59:59Z", "parameter since spans more than P7D"},
		{age, "since=2026-01-10T12:00:01Z", "lies after the end"},
		{age, "since=yesterday", "parameter since is not an ISO 8601 instant"},
		{age, "since=", "is not an ISO 8601 instant"},

		{interval, "", ""},
		{interval, "interval=2026-01-10T11:00:00Z/2026-01-10T12:00:00Z", ""},
		{interval, "interval=PT30M/2026-01-10T12:00:00Z", ""},
		{interval, "interval=2026-01-10T11:00:00Z/PT30M", ""},
		{interval, "interval=PT1H/2026-01-03T13:00:00Z", ""},
		{interval, "interval=PT1H/2026-01-03T12:59:59Z", "parameter interval begins more than P7D ago"},
		{interval, "interval=PT1H/2026-01-10T12:00:01Z", "ends in the future"},
		{interval, "interval=PT3601S/2026-01-10T12:00:00Z", "spans more than PT1H"},
		{interval, "interval=PT29S/2026-01-10T12:00:00Z", "spans less than PT30S"},
		{interval, "interval=2026-01-10T12:00:00Z/2026-01-10T11:00:00Z", "lies after the end"},
		{interval, "interval=PT1H", "is not an ISO 8601 interval"},
		{interval, "interval=", "is not an ISO 8601 interval"},
		{Interval{Param: "interval"}, "interval=2001-01-01T00:00:00Z/P3650D", ""},
	})
}
