package policy_test

import (
	"context"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/conformance/fake"
	"github.com/threatclients/threatclients-go/conformance/testdata/synthetic"
	"github.com/threatclients/threatclients-go/gen/essentialsthreat"
	"github.com/threatclients/threatclients-go/gen/threatconnectv2"
)

// reportedMembers are values and members that were lost, changed or made up.
func reportedMembers() []reported {
	alert := func(members string) string { return `{"alerts":[{"id":"1",` + members + `}]}` }
	create207 := func(errors string) string { return `207 application/json|{"users":[]` + errors + `}` }
	ping := nothing(func(ctx context.Context, a apis) error { return a.synthetic.Ping(ctx) })
	update := value(func(ctx context.Context, a apis) (synthetic.UserEnvelope, error) {
		return a.synthetic.UpdateUser(ctx, "o", "i", synthetic.UserInput{})
	})
	download := value(func(ctx context.Context, a apis) (string, error) {
		body, err := a.synthetic.DownloadDocument(ctx, 1)
		if err != nil {
			return "", err
		}
		defer body.Close()
		b, err := io.ReadAll(body)
		return string(b), err
	})
	custom := value(func(ctx context.Context, a apis) (threatconnectv2.AddressReply, error) {
		return a.v2.GetAddress(ctx, "192.0.2.1", nil)
	})
	branch := value(func(ctx context.Context, a apis) (string, error) {
		all, err := fake.Collect(a.synthetic.ListObjects(ctx, nil))
		if err != nil {
			return "", err
		}
		host, err := all[0].AsHost()
		return host.HostName, err
	})
	return []reported{
		{"a list of one for a value", "an empty value, no error", `{"id":7,"name":"n"} /data kept`, replied(group, `{"data":[{"id":7,"name":"n"}],"status":"Success"}`)},
		{"an empty list for a value", "an empty value, no error", "!none of the expected members", replied(group, `{"data":[],"status":"Success"}`)},
		{"text for a value", "an empty value, no error", "!none of the expected members", replied(group, `{"data":"x","status":"Success"}`)},
		{"a status without a value", "an empty value, no error", "!none of the expected members", replied(group, `{"status":"Success"}`)},
		{"an empty object for an enveloped value", "an empty value, no error", "!none of the expected members", replied(group, `{}`)},
		{"an empty object for an enveloped list", "one empty element, kept", "null /data kept", replied(indicators, `{"data":{},"status":"Success"}`)},
		{"a status that is false", "success", "!", replied(update, `{"status":false,"data":{"id":"1"}}`)},
		{"a status that is null", "success", "!", replied(update, `{"status":null,"data":{"id":"1"}}`)},
		{"a status that is an object", "success", "!", replied(update, `{"status":{"code":200},"data":{"id":"1"}}`)},
		{"a status that is empty", "success", "!", replied(update, `{"status":"","data":{"id":"1"}}`)},

		{"microseconds for an instant", "the year 55840, kept", `[{"id":"1"}] /alerts/*/created lost`, replied(alerts, alert(`"created":1700000000123456`))},
		{"nanoseconds for an instant", "a year of eight digits, kept", `[{"id":"1"}] /alerts/*/created lost`, replied(alerts, alert(`"created":1700000000123456789`))},
		{"an empty list for a number", "0, kept", `[{"id":"1"}] /alerts/*/severity kept`, replied(alerts, alert(`"severity":[]`))},
		{"an object for a list, with a member more", "that member lost, kept", `[{"id":"1"}] /alerts/*/ips lost`, replied(alerts, alert(`"ips":{"list":["192.0.2.1"],"next":"more"}`))},
		{"texts for named tags", "tags without a name", `{"id":7} /data/tags lost`, replied(group, `{"data":{"id":7,"tags":["a","b"]},"status":"Success"}`)},
		{"an integer beyond floats in an unknown member", "rounded, untold", `[{"id":"1","big":9007199254740993}]`, replied(alerts, alert(`"big":9007199254740993`))},
		{"numbers of evidence", "rounded, untold", `{"generated":"2026-01-15T10:00:00Z","reports":[{"forensics":[{"what":{"big":123456789012345678901234567890}}]}]}`,
			replied(forensics, `{"generated":"2026-01-15T10:00:00Z","reports":[{"forensics":[{"what":{"big":123456789012345678901234567890}}]}]}`)},
		{"members that the document does not know", "gone, untold", `{"id":7,"brandNew":{"bullets":["a"]}}`, replied(group, `{"data":{"id":7,"brandNew":{"bullets":["a"]}},"status":"Success"}`)},
		{"a member under another case", "gone, untold", `[{"id":"1","ID":"2"}]`, replied(alerts, alert(`"ID":"2"`))},
		{"a custom value written again", "under the name of a Go field", `[{"id":5,"Wallet Address":"abc"}]`, replied(indicators, `{"data":[{"id":5,"Wallet Address":"abc"}],"status":"Success"}`)},
		{"the same of the older version", "under the name of a Go field", `{"data":{"address":{"id":5,"Wallet Address":"abc"}},"status":"Success"}`, replied(custom, `{"data":{"address":{"id":5,"Wallet Address":"abc"}},"status":"Success"}`)},
		{"a number in a union", "an error of the branch, untold", `"5"`, replied(branch, `{"status":"Success","data":[{"type":"host","hostName":5}]}`)},
		{"elements of a union that are none", "empty elements, untold", "!no element of the list fits", replied(rules, `{"rules":["x",7]}`)},
		{"whose event it is, of a partner's feed", "gone, untold", "customer 4711", partner},
		{"a score with a fraction", "lost", `{"Events":[{"messagesDelivered":{"GUID":"1"}}],"At":"10:00 11:00"} /messagesDelivered/*/phishScore lost`,
			replied(siem, `{"queryEndTime":"2026-01-15T10:00:00Z","messagesDelivered":[{"GUID":"1","phishScore":99.5}]}`, `{"queryEndTime":"2026-01-15T11:00:00Z"}`)},

		{"one failure without its list", "full success", "!1 items failed", replied(create, create207(`,"errors":{"email":"a@example.com","code":409}`))},
		{"failures by name", "full success", "!2 items failed", replied(create, create207(`,"errors":{"a@example.com":"exists","b@example.com":"exists"}`))},
		{"a failure as text", "full success", "!1 items failed", replied(create, create207(`,"errors":"a@example.com exists"`))},

		{"a web page for a call that returns nothing", "success", "!", replied(ping, `200 text/html|<html>Sign in</html>`)},
		{"the same under JSON's type", "success", "!", replied(ping, `200 application/json|<html>Sign in</html>`)},
		{"a part of a download", "ten bytes and the end", "!", replied(download, `206 application/octet-stream|0123456789`)},
		{"a download in a coding that nobody asked for", "the encoded bytes", "!", encoded},
	}
}

// partner reads an event of the feed of a partner's customers.
func partner(t *testing.T) string {
	url, _ := fake.Start(t, nil, fake.Reply(`{"queryEndTime":"2026-01-15T11:00:00Z","messagesDelivered":[{"GUID":"1","customerEid":4711,"customerName":"Example Ltd"}]}`))
	c, err := essentialsthreat.New(auth.Anonymous(), client.Server(url), client.AllowHTTP(), client.Clock(func() time.Time { return noon }), client.OnMismatch(func(client.Mismatch) {}))
	if err != nil {
		return failed(err)
	}
	for w := range c.ListSIEMAll(t.Context(), noon.Add(-2*time.Hour), noon.Add(-time.Hour), nil) {
		events, err := fake.Collect(w.Events())
		if err != nil {
			return failed(err)
		}
		assert.Equal(t, "Example Ltd", events[0].MessagesDelivered.CustomerName)
		return "customer " + events[0].MessagesDelivered.CustomerEID
	}
	return "no window"
}

func encoded(t *testing.T) string {
	c, seen := serve(t, func(_ int, w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/octet-stream")
		w.Header().Set("Content-Encoding", "br")
		_, _ = io.WriteString(w, "0123456789")
	})
	_, err := c.DownloadDocument(t.Context(), 1)
	assert.Equal(t, 1, seen.Calls())
	if err != nil {
		return failed(err)
	}
	return "the bytes"
}
