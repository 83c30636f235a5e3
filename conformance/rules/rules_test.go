package rules

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// good keeps every rule and uses every extension.
const good = `
openapi: 3.0.3
info: {title: Good, version: "1", license: {name: MIT, url: "https://good.example.com/license"}, contact: {url: "https://good.example.com"}}
servers: [{url: https://good.example.com}]
x-source: {from: a document, confidence: documented}
tags: [{name: alerts, description: What happened.}]
paths:
  /alerts:
    get:
      operationId: listAlerts
      tags: [alerts]
      summary: List alerts.
      description: The alerts of a day.
      x-source: {from: a document, confidence: wire, deviation: they said otherwise}
      x-quota: {calls: 10, per: PT1H, pool: all, given: {since: {calls: 5, per: P1D, pool: late}}}
      x-tql: {param: since, object: alert, keywords: [{name: id, type: Integer}, {name: at, type: Date}, {name: hasAlert, type: SubQuery, of: alert}]}
      x-keyset: {key: id, filter: since, after: "id > {key}", both: "({filter}) and ({after})", order: format, ascending: json, changed: at, added: at, deleted: createAlerts}
      x-pagination: {style: page, param: page, size: size, first: 1, items: data.alerts, total: data.total, empty: [404], until: short, blank: {members: [data], later: true}}
      x-envelope: {status: status, success: ok, message: message, value: [data.alerts, data]}
      x-media: {param: format, values: {application/json: json, text/csv: csv}}
      x-exclusive: [{of: [from, since], required: true}]
      x-requires: [{param: until, needs: from}]
      x-range: [{from: from, to: until, max: P1D}]
      x-filter: since
      x-headers: {X-Org: "1"}
      parameters:
        - {name: page, in: query, schema: {type: integer, format: int64}, example: 1}
        - {name: size, in: query, schema: {type: integer, format: int64, example: 10}}
        - {name: format, in: query, schema: {type: string, enum: [json, JSON, csv], x-enum-varnames: [json, jsonUpper, csv]}, example: json}
        - {name: since, in: query, x-age: {max: P1D}, x-selects: {member: at, match: from}, schema: {type: string}, example: "2026-01-15T09:00:00Z"}
        - {name: from, in: query, schema: {type: string, format: date-time}, example: "2026-01-15T09:00:00Z"}
        - {name: grade, in: query, x-selects: {member: level}, schema: {type: string, example: low}}
        - {name: until, in: query, schema: {type: string, format: date-time, example: "2026-01-15T09:00:00Z"}}
      responses:
        "200":
          description: A page.
          headers: {X-Count: {schema: {type: string, example: "3"}, x-retry-after: milliseconds}}
          content:
            application/json: {schema: {$ref: '#/components/schemas/AlertPage'}}
            text/csv: {schema: {type: string}, example: "a,b"}
        "404": {$ref: '#/components/responses/NotFound'}
    post:
      operationId: createAlerts
      tags: [alerts]
      summary: Create alerts.
      description: Some may fail.
      x-source: a document
      x-idempotent: true
      x-quota: {calls: 10, per: PT1H, pool: all}
      x-partial-failure: {errors: failed, identifier: id, status: code, message: text}
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/AlertInput'}}}}
      responses:
        "207": {description: Some failed., content: {application/json: {schema: {$ref: '#/components/schemas/Outcome'}}}}
        "404": {$ref: '#/components/responses/NotFound'}
  /alerts/{id}:
    get:
      operationId: getAlertCause
      tags: [alerts]
      summary: Get the cause of an alert.
      description: A rule, or another alert.
      x-source: a document
      parameters: [{name: id, in: path, required: true, schema: {type: string}, example: "1"}]
      responses:
        "200": {description: The cause., content: {application/json: {schema: {$ref: '#/components/schemas/Cause'}}}}
        "404": {$ref: '#/components/responses/NotFound'}
components:
  responses:
    NotFound: {description: It is not there., content: {text/plain: {schema: {type: string}}}}
  schemas:
    AlertPage:
      type: object
      properties:
        status: {type: string, example: ok}
        message: {type: string, example: "", x-source: wire}
        data: {$ref: '#/components/schemas/AlertData'}
    AlertData:
      type: object
      properties:
        total: {type: integer, format: int64, example: 1, x-also: [string]}
        alerts: {type: array, items: {$ref: '#/components/schemas/Alert'}}
    Alert:
      type: object
      x-answer: [id, cause.kind]
      x-identity: [[id], [at, cause.score]]
      properties:
        id: {type: integer, format: int64, example: 1}
        at: {type: string, format: date-time, example: "2026-01-15T09:00:00.5Z"}
        score: {type: number, format: double, example: 0.5}
        ips: {type: array, items: {type: string}, example: [192.0.2.1]}
        level: {$ref: '#/components/schemas/Level'}
        ring: {$ref: '#/components/schemas/Ring'}
        userId: {type: string, nullable: true, x-aliases: [user_id], example: u-1}
        counts: {type: object, properties: {all: {type: integer, format: int64, example: 1}}, additionalProperties: {type: integer, format: int64}}
        cause: {$ref: '#/components/schemas/Cause'}
    Level: {type: string, x-extensible-enum: [low, high], example: low}
    Ring: {type: integer, format: int64, description: "1 is the innermost.", x-extensible-enum: [1, 2], example: 1}
    Cause:
      oneOf: [{$ref: '#/components/schemas/Rule'}, {$ref: '#/components/schemas/Alert'}]
      discriminator: {propertyName: kind}
    Rule: {type: object, x-answer: none, x-answer-reason: nobody says, required: [kind], properties: {kind: {type: string, example: Rule}}}
    AlertInput:
      type: object
      x-usage: write
      required: [level]
      x-exclusive: [{of: [level], required: true}]
      properties:
        level: {$ref: '#/components/schemas/Level'}
        alert_key: {type: string, x-secret: true, description: The client secret., example: made-up}
        pin: {type: string, x-secret: true, example: made-up}
        to: {$ref: '#/components/schemas/PersonInput'}
    PersonInput: {type: object, x-usage: write, properties: {name: {type: string, example: Alex}, token: {type: string, x-secret: true, example: made-up}, changed: {type: string, format: date-time, description: When the password was changed., example: "2026-01-15T09:00:00Z"}}}
    Outcome:
      type: object
      x-answer: [failed]
      properties: {failed: {type: array, items: {$ref: '#/components/schemas/Failure'}}}
    Failure:
      type: object
      properties:
        id: {type: string, example: a}
        code: {type: integer, format: int64, example: 400}
        text: {type: string, example: no}
`

func TestGood(t *testing.T) {
	assert.Empty(t, Check([]byte(good)), "rules that are broken")
}

// Each rule is broken in at least one way, and only that rule reports.
func TestBroken(t *testing.T) {
	cases := []struct{ rule, old, new, want string }{
		{"valid", "openapi: 3.0.3", "openapi: 3.0.2", "version 3.0.2"},
		{"valid", "operationId: createAlerts", "operationId: listAlerts", "listAlerts"},
		{"valid", "'#/components/schemas/AlertData'", "'#/components/schemas/Nothing'", "Nothing"},
		{"valid", `"2026-01-15T09:00:00.5Z"`, "5", "example"},
		{"neutral", "The alerts of a day.", "A slice, as []string, of structs.", "line 13: \"[]string\""},
		{"neutral", "What happened.", "See the Go client and x-go-name.", "line 6"},
		{"extensions", "x-source: wire", "x-nullable-name: Message", "properties/message/x-nullable-name: is not known here"},
		{"extensions", "x-source: wire", "x-sauce: wire", "properties/message"},
		{"extensions", "x-extensible-enum: [low, high]", "x-extensible-enum: low", "Level/x-extensible-enum"},
		{"extensions", "x-aliases: [user_id]", "x-aliases: user_id", "userId/x-aliases"},
		{"extensions", "enum: [json, JSON, csv],", "enum: [json, JSON, csv], x-closed: true,", "x-closed: is not known here"},
		{"extensions", "enum: [json, JSON, csv], ", "", "x-enum-varnames"},
		{"sets", ", x-enum-varnames: [json, jsonUpper, csv]", "", "need x-enum-varnames"},
		{"sets", "[json, jsonUpper, csv]", "[json, jsonUpper]", "need x-enum-varnames"},
		{"extensions", "confidence: wire", "confidence: guessed", "/paths//alerts/get/x-source"},
		{"extensions", "per: PT1H", "per: an hour", "/paths//alerts/get/x-quota/per"},
		{"extensions", "style: page", "style: pages", "/paths//alerts/get/x-pagination/style"},
		{"extensions", "style: page", "style: cursor", "/paths//alerts/get/x-pagination"},
		{"extensions", "x-also: [string]", "x-also: string", "x-also"},
		{"extensions", "Rule: {type: object,", "Rule: {type: object, x-usage: read,", "Rule/x-usage"},
		{"extensions", "x-answer: [failed]", "x-answer: failed", "Outcome/x-answer"},
		{"extensions", "x-answer-reason: nobody says", "x-answer-reason: ''", "Rule/x-answer-reason"},
		{"extensions", "until: short", "until: full", "/paths//alerts/get/x-pagination/until"},
		{"extensions", "later: true", "later: 2", "/paths//alerts/get/x-pagination/blank/later"},
		{"extensions", "value: [data.alerts, data]", "value: []", "/paths//alerts/get/x-envelope/value"},
		{"operation-id", "listAlerts", "alerts", "not a verb and a noun"},
		{"operation-id", "listAlerts", "ListAlerts", "not a verb and a noun"},
		{"operation-id", "listAlerts", "alertList", `"alert" is not a known verb`},
		{"operation-id", "listAlerts", "getAlerts", "begins with list"},
		{"operation-id", "operationId: listAlerts", "deprecated: false", "no operationId"},
		{"documented", "      summary: List alerts.\n", "", "no summary"},
		{"documented", "      description: The alerts of a day.\n", "", "no description"},
		{"documented", "      x-source: a document\n", "", "createAlerts: no x-source"},
		{"documented", "x-source: {from: a document, confidence: documented}\n", "", "document: no x-source"},
		{"documented", "tags: [alerts]", "tags: [alarms]", "not declared"},
		{"documented", "      tags: [alerts]\n", "", "0 tags"},
		{"documented", ", description: What happened.", "", "tag alerts: no description"},
		{"one-json", "text/csv: {schema: {type: string}, example: \"a,b\"}", "text/csv: {schema: {type: string}}\n            application/hal+json: {schema: {$ref: '#/components/schemas/AlertPage'}}", "2 JSON media types"},
		{"shared-errors", "\"404\": {$ref: '#/components/responses/NotFound'}\n    post", "\"404\": {description: gone}\n    post", "listAlerts 404"},
		{"text-headers", "headers: {X-Count: {schema: {type: string, example: \"3\"}", "headers: {X-Count: {schema: {type: boolean, example: true}", "listAlerts 200 X-Count"},
		{"named", "cause: {$ref: '#/components/schemas/Cause'}", "cause: {oneOf: [{$ref: '#/components/schemas/Rule'}, {$ref: '#/components/schemas/Cause'}]}", "a union without a name"},
		{"named", "ips: {type: array, items: {type: string}, example: [192.0.2.1]}", "ips: {type: array, items: {type: object}}", "elements without a name"},
		{"named", "{schema: {$ref: '#/components/schemas/AlertInput'}}", "{schema: {type: array, items: {$ref: '#/components/schemas/AlertInput'}}}", "has no name"},
		{"usage", "      x-usage: write\n", "", "AlertInput: is sent and does not say"},
		{"usage", "        level: {$ref: '#/components/schemas/Level'}\n        alert_key", "        level: {$ref: '#/components/schemas/Rule'}\n        alert_key", "Rule: is both sent and received"},
		{"usage", "Outcome:\n      type: object", "Outcome:\n      type: object\n      x-usage: write", "Outcome: says x-usage: write and is not sent"},
		{"usage", "AlertInput", "AlertWrite", "does not end in Input"},
		{"optional", "Failure:\n      type: object", "Failure:\n      type: object\n      required: [id]", "Failure: requires id"},
		{"formats", "id: {type: integer, format: int64, example: 1}", "id: {type: integer, example: 1}", "without format int64"},
		{"formats", "score: {type: number, format: double, example: 0.5}", "score: {type: number, example: 0.5}", "without format double"},
		{"timestamps", "at: {type: string, format: date-time, example: \"2026-01-15T09:00:00.5Z\"}", "at: {type: string, format: date-time, example: \"2026-02-30T09:00:00Z\"}", "2026-02-30"},
		{"examples", "id: {type: string, example: a}", "id: {type: string}", "properties/id"},
		{"examples", "ips: {type: array, items: {type: string}, example: [192.0.2.1]}", "ips: {type: array, items: {type: string}}", "properties/ips"},
		{"examples", "enum: [low, high], example: low", "enum: [low, high]", "schemas/Level"},
		{"licensed", "license: {name: MIT, url: \"https://good.example.com/license\"}, ", "", "no license"},
		{"licensed", ", contact: {url: \"https://good.example.com\"}", "", "no contact"},
		{"spellings", "ring: {$ref", "user_ID: {type: string, example: a}\n        ring: {$ref", `"userId" and "user_ID" are two spellings of one member`},
		{"spellings", "Rule: {type: object,", "Rule: {allOf: [{type: object, properties: {KIND: {type: string, example: a}}}], type: object,", `"KIND" and "kind"`},
		{"spellings", "{name: page, in: query,", "{name: From, in: header, schema: {type: string, example: a}}\n        - {name: page, in: query,", `header "From" and query "from"`},
		{"spellings", "discriminator: {propertyName: kind}", "discriminator: {propertyName: kind, mapping: {Rule: Rule, rule: Rule}}", `"Rule" and "rule"`},
		{"aliases", "x-aliases: [user_id]", "x-aliases: [score]", `the alias "score" is a name of "score"`},
		{"aliases", "id: {type: integer, format: int64, example: 1}", "id: {type: integer, format: int64, example: 1, x-aliases: [user_id]}", `the alias "user_id" is a name of "id"`},
		{"aliases", "counts: {type: object,", "counts: {type: object, x-aliases: [sums],", "scalar or a list of scalars"},
		{"aliases", "{type: string, x-extensible-enum: [low, high], example: low}", "{type: string, x-extensible-enum: [low, high], example: low, x-aliases: [a]}", "on a member of an object only"},
		{"aliases", "        level: {$ref: '#/components/schemas/Level'}\n        alert_key", "        level: {type: string, example: low, x-aliases: [grade]}\n        alert_key", "x-aliases in what is sent"},
		{"secrets", "{type: string, x-secret: true, description", "{type: string, description", "AlertInput/alert_key: it says that it is a credential"},
		{"secrets", "token: {type: string, x-secret: true,", "token: {type: string,", "PersonInput/token: it says that it is a credential"},
		{"secrets", "        pin: {type: string, x-secret: true,", "        apiKey: {type: string,", "AlertInput/apiKey: it says that it is a credential"},
		{"secrets", "{name: {type: string, example: Alex}", "{pin: {type: string, example: Alex}", "PersonInput/pin: another schema"},
		{"secrets", "total: {type: integer,", "total: {type: integer, x-secret: true,", "/components/schemas/AlertData/properties/total: x-secret on something else"},
		{"sets", "x-extensible-enum: [low, high]", "enum: [low, high]", "a closed set (enum) in an answer"},
		{"sets", "x-extensible-enum: [low, high]", "x-extensible-enum: [low, high], enum: [low]", "not both"},
		{"sets", "x-extensible-enum: [low, high]", "x-extensible-enum: [low, 3]", "3 is no"},
		{"sets", "x-extensible-enum: [1, 2]", "x-extensible-enum: [1, two]", "two is no"},
		{"sets", "description: \"1 is the innermost.\", ", "", "an open set of integers without a description"},
		{"strict", "counts: {type: object,", "counts: {nullable: true,", "nullable has no effect"},
		{"strict", "additionalProperties: {type: integer, format: int64}", "additionalProperties: {type: string}", `does not allow the integer of its neighbour "all"`},
		{"examples", "{type: integer, format: int64, example: 10}", "{type: integer, format: int64}", "listAlerts size"},
		{"reserved", "[192.0.2.1]", "[8.8.8.8]", "8.8.8.8"},
		{"reserved", "id: {type: string, example: a}", "id: {type: string, example: who@gmail.com}", "gmail.com"},
		{"items-closed", "Failure:\n      type: object", "Failure:\n      type: object\n      additionalProperties: true", "failed/items"},
		{"pagination", "param: page", "param: pages", `no parameter "pages"`},
		{"pagination", "size: size", "size: max", `no parameter "max"`},
		{"pagination", "items: data.alerts", "items: data.alarms", `no member "data.alarms"`},
		{"pagination", "items: data.alerts", "items: data.total", "is no array"},
		{"pagination", "total: data.total", "total: total", `no member "total"`},
		{"pagination", "total: data.total", "more: data.next", `no member "data.next"`},
		{"pagination", "empty: [404]", "empty: [204]", "status 204"},
		{"pagination", "blank: {members: [data]", "blank: {members: [page]", `no member "page"`},
		{"envelope", "status: status, success: ok", "status: state, success: ok", `no member "state"`},
		{"envelope", "success: ok", "success: fine", "means success"},
		{"envelope", "message: message", "message: reason", `no member "reason"`},
		{"envelope", "value: [data.alerts, data]", "value: [data.alarms, data]", `no member "data.alarms"`},
		{"envelope", "value: [data.alerts, data]", "value: alerts", `no member "alerts"`},
		{"answers", "      x-answer: [failed]\n", "", "createAlerts 207: an object reply without x-answer"},
		{"answers", "      x-answer: [id, cause.kind]\n", "", "getAlertCause 200: an object reply without x-answer"},
		{"answers", " x-answer: none, x-answer-reason: nobody says,", "", "getAlertCause 200: an object reply without x-answer"},
		{"answers", "x-answer: [failed]", "x-answer: [failed, worked]", `Outcome: there is no member "worked"`},
		{"answers", "x-answer: [id, cause.kind]", "x-answer: [cause.name]", `Alert: there is no member "cause.name"`},
		{"answers", ", x-answer-reason: nobody says", "", "Rule: x-answer is none without a reason"},
		{"answers", "x-answer: none, ", "x-answer: [kind], ", "Rule: x-answer-reason without x-answer: none"},
		{"partial-failure", "errors: failed", "errors: failures", "no array of the 207"},
		{"partial-failure", "identifier: id", "identifier: name", `no member "name"`},
		{"partial-failure", `"207"`, `"200"`, "no JSON answer 207"},
		{"media", "x-media: {param: format", "x-media: {param: form", `no parameter "form"`},
		{"media", "text/csv: csv", "text/xml: xml", "no answer is text/xml"},
		{"media", "application/json: json, ", "", "no value selects JSON"},
		{"parameters", "of: [from, since]", "of: [from, after]", `x-exclusive: there is no parameter "after"`},
		{"parameters", "of: [level]", "of: [grade]", `AlertInput: there is no member "grade"`},
		{"parameters", "param: until, needs: from", "param: until, needs: start", `x-requires: there is no parameter "start"`},
		{"parameters", "to: until, max", "to: end, max", `x-range: there is no parameter "end"`},
		{"parameters", "from: from, to", "from: since, to", "is no date-time"},
		{"extensions", "x-headers: {X-Org: \"1\"}", "x-headers: {X-Org: 1}", "/paths//alerts/get/x-headers/X-Org"},
		{"idempotent", "x-idempotent: true", "x-idempotent: false", "createAlerts: x-idempotent: false is what POST says"},
		{"identity", "[at, cause.score]", "[at, cause.mass]", `no member "cause.mass"`},
		{"identity", "[[id], [at, cause.score]]", "[uid]", `no member "uid"`},
		{"extensions", "[[id], [at, cause.score]]", "id", "Alert/x-identity"},
		{"keyset", "filter: since, after", "filter: tql, after", `no parameter "tql"`},
		{"keyset", "order: format", "order: sorting", `no parameter "sorting"`},
		{"keyset", "{key: id, ", "{key: uid, ", `no member "uid"`},
		{"keyset", "changed: at", "changed: on", `no keyword "on"`},
		{"keyset", "[{name: id, type: Integer}, ", "[", `no keyword "id"`},
		{"keyset", "{name: id, type: Integer}", "{name: id, type: Integer, member: none}", `no keyword "id" for the member "id"`},
		{"tql", "x-tql: {param: since", "x-tql: {param: tql", `no parameter "tql"`},
		{"tql", "of: alert}", "of: alarm}", `no keywords of "alarm"`},
		{"tql", "object: alert, keywords", "object: alarm, keywords", `no keywords of "alert"`},
		{"keyset", "deleted: createAlerts", "deleted: listGone", `no operation "listGone"`},
		{"keyset", "deleted: createAlerts", "deleted: createAlerts, deletedParams: [since]", `not both lists have a parameter "since"`},
		{"extensions", `after: "id > {key}"`, `after: "id > 1"`, "/paths//alerts/get/x-keyset/after"},
		{"extensions", `"({filter}) and ({after})"`, `"{filter}"`, "/paths//alerts/get/x-keyset/both"},
		{"extensions", "x-retry-after: milliseconds", "x-retry-after: seconds", "x-retry-after"},
		{"quota", "given: {since:", "given: {before:", `no parameter "before"`},
		{"quota", "      x-quota: {calls: 10, per: PT1H, pool: all}", "      x-quota: {calls: 11, per: PT1H, pool: all}", "pool all has"},
		{"extensions", "empty: [404]", "empty: [404], late: PT30M", "x-pagination/late"},
		{"selects", "x-selects: {member: level}", "x-selects: {member: grade}", "none of its members"},
		{"selects", "x-selects: {member: level}", "x-selects: {member: [level, grade]}", `no list has elements with a member "grade"`},
		{"selects", "{name: id, in: path,", "{name: id, in: path, x-selects: none,", `"id" is no query parameter`},
		{"extensions", "match: from", "match: after", "x-selects"},
		{"extensions", "match: from", "match: from, absent: never", "x-selects"},
		{"parameters", "x-filter: since", "x-filter: tql", `x-filter: there is no parameter "tql"`},
	}
	tested := map[string]bool{}
	for _, c := range cases {
		tested[c.rule] = true
		if !assert.Contains(t, good, c.old, "the good document") {
			continue
		}
		found := Check([]byte(strings.ReplaceAll(good, c.old, c.new)))
		hit := false
		for _, v := range found {
			hit = hit || v.Rule == c.rule && strings.Contains(v.String(), c.want)
			assert.Equal(t, c.rule, v.Rule, "%q for %q: another rule reports: %v", c.new, c.old, v)
		}
		assert.True(t, hit, "%q for %q: %s reports %v, want %q", c.new, c.old, c.rule, found, c.want)
	}
	for _, name := range Names() {
		assert.True(t, tested[name], "rule %s is never broken", name)
	}
	assert.True(t, slices.Contains(Names(), "valid"), "valid is not listed")
}

func TestForeign(t *testing.T) {
	for text, want := range map[string]string{
		"192.0.2.7 and 198.51.100.1, 203.0.113.255": "",
		"10.1.2.3 192.168.1.1":                      "",
		"sent from 8.8.8.8":                         "8.8.8.8",
		"2001:db8::1":                               "",
		"2606:4700::1111":                           "2606:4700::1111",
		"a@example.com, b@mail.example.org":         "",
		"a@b.test":                                  "",
		"a@notexample.com":                          "notexample.com",
		"https://example.com/x?u=http://evil.biz/":  "evil.biz",
		"hxxp://198.51.100.9/a":                     "",
		"https://app.threatconnect.com/details":     "",
		"12:30:45":                                  "",
		"1.2.3":                                     "",
	} {
		assert.Equal(t, want, strings.Join(Foreign(text), " "), text)
	}
}
