// Package traffic makes replies of any size as they are read, for measurements and for
// the tour. All names and addresses in them are reserved ones.
package traffic

import (
	"bytes"
	"fmt"
	"io"
	"time"
)

// Window is a reply of the TAP SIEM API.
type Window struct {
	Bytes int64 // at least that many
	Odd   int   // one in Odd messages leaves the specification; 0 for none
	End   time.Time
	// Distinct messages have ids of their own; otherwise a block of them is repeated.
	Distinct bool
}

// block is how many different messages a window repeats.
const block = 64

// WriteTo streams the window: delivered and blocked messages and some clicks.
func (s Window) WriteTo(w io.Writer) (int64, error) {
	out := &counter{w: w}
	var messages, clicks bytes.Buffer
	for i := range block {
		messages.WriteByte(',')
		message(&messages, i, s.Odd > 0 && i%s.Odd == s.Odd-1)
		clicks.WriteByte(',')
		click(&clicks, i)
	}
	fmt.Fprintf(out, `{"queryEndTime":%q,"clicksPermitted":[`, s.End.UTC().Format(time.RFC3339))
	_, _ = out.Write(clicks.Bytes()[1:])
	_, _ = io.WriteString(out, `],"messagesDelivered":[`)
	next := block
	for first := true; out.n < s.Bytes && out.err == nil; first = false {
		if s.Distinct {
			messages.Reset()
			for range block {
				messages.WriteByte(',')
				message(&messages, next, s.Odd > 0 && next%s.Odd == s.Odd-1)
				next++
			}
		}
		b := messages.Bytes()
		if first {
			b = b[1:]
		}
		_, _ = out.Write(b)
	}
	_, _ = io.WriteString(out, `],"clicksBlocked":[],"messagesBlocked":[`)
	_, _ = out.Write(messages.Bytes()[1:])
	_, _ = io.WriteString(out, `]}`)
	return out.n, out.err
}

func message(w io.Writer, i int, odd bool) {
	rewritten, recipient := "false", fmt.Sprintf(`["user%d@example.com"]`, i)
	if odd {
		rewritten, recipient = `"na"`, fmt.Sprintf(`"user%d@example.com"`, i)
	}
	fmt.Fprintf(w, `{"spamScore":%d,"phishScore":%d,"malwareScore":0,"impostorScore":0.0,"threatsInfoMap":[{"threatID":"%064x","threatStatus":"active","classification":"phish",`+
		`"threatUrl":"https://dashboard.example.com/threat/email/%064x","threatTime":"2026-01-15T08:%02d:12.000Z","threat":"http://phish%d.example.net/login?session=%d",`+
		`"campaignID":null,"threatType":"url","detectionType":"COMPROMISED_WEBSITE","actors":[]}],`, i%100, 100-i, i, i, i%60, i, i*7919)
	fmt.Fprintf(w, `"messageTime":"2026-01-15T08:%02d:38.000Z","messageSize":%d,"fromAddress":["sender%d@example.org"],"ccAddresses":[],"toAddresses":["user%d@example.com"],`+
		`"replyToAddress":[],"headerFrom":"\"Billing\" <sender%d@example.org>","headerReplyTo":null,"subject":"Invoice %d is overdue — please act today","xmailer":null,`+
		`"quarantineFolder":null,"quarantineRule":null,"policyRoutes":["default_inbound","executives"],"modulesRun":["av","spf","dkimv","spam","urldefense","dmarc"],`, i%60, 2048+i*37, i, i, i, 1000+i)
	fmt.Fprintf(w, `"messageParts":[{"disposition":"inline","sha256":"%064x","md5":"%032x","filename":"text.html","sandboxStatus":"unsupported","oContentType":"text/html","contentType":"text/html"},`+
		`{"disposition":"attached","sha256":"%064x","md5":null,"filename":"invoice%d.pdf","sandboxStatus":"clean","oContentType":"application/pdf","contentType":"application/pdf"}],`, i*3+1, i*5+1, i*11+1, i)
	fmt.Fprintf(w, `"completelyRewritten":%s,"id":"00000000-0000-4000-8000-%012x","QID":"x%011d","GUID":"guid-%026d","sender":"bounce%d@example.org","recipient":%s,"senderIP":"192.0.2.%d",`+
		`"messageID":"<%020d@example.org>","cluster":"example_hosted"}`, rewritten, i, i, i, i, recipient, i%250+1, i)
}

func click(w io.Writer, i int) {
	fmt.Fprintf(w, `{"campaignId":"00000000-0000-4000-9000-%012x","classification":"phish","clickIP":"198.51.100.%d","clickTime":"2026-01-15T08:%02d:00.000Z","GUID":"guid-%026d",`+
		`"id":"00000000-0000-4000-a000-%012x","recipient":"user%d@example.com","sender":"bounce%d@example.org","senderIP":"192.0.2.%d","threatID":"%064x",`+
		`"threatTime":"2026-01-15T08:59:00.000Z","threatURL":"https://dashboard.example.com/threat/email/%064x","threatStatus":"active","url":"http://phish%d.example.net/",`+
		`"userAgent":"Mozilla/5.0 (example)","messageID":"<%020d@example.org>"}`, i, i%250+1, i%60, i, i, i, i, i%250+1, i, i, i, i)
}

// counter counts what is written and stops at the first error.
type counter struct {
	w   io.Writer
	n   int64
	err error
}

func (c *counter) Write(p []byte) (int, error) {
	if c.err != nil {
		return 0, c.err
	}
	n, err := c.w.Write(p)
	c.n += int64(n)
	c.err = err
	return n, err
}
