package chaos_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net"
	"strings"
	"time"
)

// reply is what the service means to say.
type reply struct {
	status int
	body   string
	next   bool // another page follows
}

// fault spoils one reply. It writes what goes out and reports whether the connection can
// serve another request.
type fault struct {
	name string
	send func(c net.Conn, r reply) (keep bool)
}

func raw(text string) func(net.Conn, reply) bool {
	return func(c net.Conn, _ reply) bool { _, _ = c.Write([]byte(text)); return false }
}

// head is the start of an answer with those header lines.
func head(status int, lines ...string) string {
	return fmt.Sprintf("HTTP/1.1 %d Status\r\n%s\r\n", status, strings.Join(append(lines, ""), "\r\n"))
}

func whole(status int, body string, lines ...string) string {
	return head(status, append(lines, "Content-Type: application/json", fmt.Sprintf("Content-Length: %d", len(body)))...) + body
}

// instead answers with another status and body on a connection that stays.
func instead(status int, body string, lines ...string) func(net.Conn, reply) bool {
	return func(c net.Conn, _ reply) bool {
		_, err := c.Write([]byte(whole(status, body, lines...)))
		return err == nil
	}
}

// changed answers with a body made of the right one.
func changed(change func(string) string) func(net.Conn, reply) bool {
	return func(c net.Conn, r reply) bool {
		_, err := c.Write([]byte(whole(r.status, change(r.body))))
		return err == nil
	}
}

// reset closes a connection so that the other side sees a reset.
func reset(c net.Conn) {
	if t, ok := c.(*net.TCPConn); ok {
		_ = t.SetLinger(0)
	}
	_ = c.Close()
}

// brokenAt sends a part of the answer, and then a reset or the end.
func brokenAt(part float64, hard bool) func(net.Conn, reply) bool {
	return func(c net.Conn, r reply) bool {
		text := whole(r.status, r.body)
		_, _ = c.Write([]byte(text[:int(float64(len(text)-1)*part)]))
		if hard {
			reset(c)
		}
		return false
	}
}

func zipped(body string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write([]byte(body))
	_ = w.Close()
	return b.String()
}

const page = "<!DOCTYPE html><html><body>Sign in</body></html>"

// faults are all kinds; those of the way through a list are in service_test.go.
var faults = []fault{
	{"reset before the answer", func(c net.Conn, _ reply) bool { reset(c); return false }},
	{"end before the answer", func(net.Conn, reply) bool { return false }},
	{"reset in the head", brokenAt(0.1, true)}, {"end in the head", brokenAt(0.1, false)},
	{"reset in the body", brokenAt(0.7, true)}, {"end in the body", brokenAt(0.7, false)},
	{"end before the last byte", brokenAt(1, false)},
	{"stall before the answer", func(c net.Conn, _ reply) bool { stall(c); return false }},
	{"stall in the body", func(c net.Conn, r reply) bool { brokenAt(0.8, false)(c, r); stall(c); return false }},
	{"drip", func(c net.Conn, r reply) bool {
		text := whole(r.status, r.body)
		for i := range 5 {
			if _, err := c.Write([]byte(text[i*len(text)/5 : (i+1)*len(text)/5])); err != nil {
				return false
			}
			time.Sleep(time.Millisecond)
		}
		return true
	}},
	{"length too long", func(c net.Conn, r reply) bool {
		_, _ = c.Write([]byte(head(r.status, fmt.Sprintf("Content-Length: %d", len(r.body)+9)) + r.body))
		return false
	}},
	{"length too short", func(c net.Conn, r reply) bool {
		_, _ = c.Write([]byte(head(r.status, fmt.Sprintf("Content-Length: %d", max(1, len(r.body)-3))) + r.body))
		return false
	}},
	{"chunked with trailers", func(c net.Conn, r reply) bool {
		_, err := fmt.Fprintf(c, "%s%x\r\n%s\r\n0\r\nX-Sum: 1\r\n\r\n", head(r.status, "Transfer-Encoding: chunked", "Trailer: X-Sum"), len(r.body), r.body)
		return err == nil
	}},
	{"chunked with a bad chunk", func(c net.Conn, r reply) bool {
		_, _ = fmt.Fprintf(c, "%s%x\r\n%s\r\nzz\r\n", head(r.status, "Transfer-Encoding: chunked"), len(r.body), r.body)
		return false
	}},
	{"chunked without an end", func(c net.Conn, r reply) bool {
		_, _ = fmt.Fprintf(c, "%s%x\r\n%s\r\n", head(r.status, "Transfer-Encoding: chunked"), len(r.body), r.body)
		return false
	}},
	{"gzip", func(c net.Conn, r reply) bool {
		z := zipped(r.body)
		_, err := c.Write([]byte(head(r.status, "Content-Encoding: gzip", fmt.Sprintf("Content-Length: %d", len(z))) + z))
		return err == nil
	}},
	{"gzip that is none", func(c net.Conn, r reply) bool {
		_, _ = c.Write([]byte(whole(r.status, r.body, "Content-Encoding: gzip")))
		return false
	}},
	{"gzip cut", func(c net.Conn, r reply) bool {
		z := zipped(r.body)
		z = z[:len(z)-6]
		_, _ = c.Write([]byte(head(r.status, "Content-Encoding: gzip", fmt.Sprintf("Content-Length: %d", len(z))) + z))
		return false
	}},
	{"gzip of nothing", instead(200, "", "Content-Encoding: gzip")},
	{"100 first", func(c net.Conn, r reply) bool {
		_, err := c.Write([]byte("HTTP/1.1 100 Continue\r\n\r\n" + whole(r.status, r.body)))
		return err == nil
	}},
	{"103 first", func(c net.Conn, r reply) bool {
		_, err := c.Write([]byte("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + whole(r.status, r.body)))
		return err == nil
	}},
	{"101", raw("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n")},
	{"206", func(c net.Conn, r reply) bool {
		_, err := c.Write([]byte(whole(206, r.body, "Content-Range: bytes 0-9/100000")))
		return err == nil
	}},
	{"304", func(c net.Conn, _ reply) bool { _, err := c.Write([]byte(head(304))); return err == nil }},
	{"200 of nothing", instead(200, "")}, {"200 of blanks", instead(200, " \n")}, {"200 of null", instead(200, "null")},
	{"200 of HTML", instead(200, page)}, {"200 of a message", instead(200, `{"message":"Endpoint request timed out"}`)},
	{"200 of an error", instead(200, `{"error":{"code":503}}`)},
	{"answered twice at once", func(c net.Conn, r reply) bool {
		text := whole(r.status, r.body)
		_, err := c.Write([]byte(text + text))
		return err == nil
	}},
	{"answered again later", func(c net.Conn, r reply) bool {
		text := whole(r.status, r.body)
		_, err := c.Write([]byte(text))
		time.Sleep(500 * time.Microsecond)
		_, _ = c.Write([]byte(text))
		return err == nil
	}},
	{"BOM", changed(func(s string) string { return "\ufeff" + s })},
	{"NUL", changed(func(s string) string { return s + "\x00" })},
	{"a second value", changed(func(s string) string { return s + "{}" })},
	{"cut JSON", changed(func(s string) string { return s[:len(s)-1] })},
	{"HTTP/1.0 cut", func(c net.Conn, r reply) bool {
		_, _ = c.Write([]byte("HTTP/1.0 200 OK\r\n\r\n" + r.body[:len(r.body)*2/3]))
		return false
	}},
	{"302", instead(302, "", "Location: http://192.0.2.1/elsewhere")},
	{"302 to nowhere", instead(302, "", "Location: http://192.0.2.1/%zz?token=abc")},
	{"404 of a page", instead(404, page)}, {"401", instead(401, `{"message":"no"}`)}, {"500", instead(500, "")},
	{"502", instead(502, page)}, {"503", instead(503, ""+"{}", "Retry-After: 0")}, {"504", instead(504, "")},
	{"429", instead(429, "")}, {"429 for a part of a second", instead(429, "", "Retry-After: 0.01")},
	{"429 for ever", instead(429, "", "Retry-After: 99999999999999999999")}, {"429 for no number", instead(429, "", "Retry-After: soon")},
	{"a huge head", raw("HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", 2<<20) + "\r\n\r\n{}")},
	{"no HTTP", raw("220 mail.example.com ESMTP\r\n")}, {"a header without a colon", raw("HTTP/1.1 200 OK\r\nbroken\r\n\r\n{}")},
}

// stall waits until the other side gives up, and not for ever.
func stall(c net.Conn) {
	_ = c.SetReadDeadline(time.Now().Add(2 * time.Second))
	_, _ = c.Read(make([]byte, 1))
}
