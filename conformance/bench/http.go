package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/conformance/bench/stock"
	"github.com/threatclients/threatclients-go/conformance/traffic"
	"github.com/threatclients/threatclients-go/gen/tap"
)

// firstByte notes when the body of a reply begins.
type firstByte struct {
	http.RoundTripper
	at time.Time
}

func (f *firstByte) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := f.RoundTripper.RoundTrip(r)
	if err == nil {
		res.Body = &noted{ReadCloser: res.Body, by: f}
	}
	return res, err
}

type noted struct {
	io.ReadCloser
	by *firstByte
	n  int64
}

func (n *noted) Read(p []byte) (int, error) {
	k, err := n.ReadCloser.Read(p)
	if n.n == 0 && k > 0 {
		n.by.at = time.Now()
	}
	n.n += int64(k)
	return k, err
}

func streamed(server string) (r result, err error) {
	first := &firstByte{RoundTripper: http.DefaultTransport}
	c, err := tap.New(auth.Basic("principal", "secret"), client.Server(server), client.AllowHTTP(), client.MaxBody(8<<30), client.Transport(first),
		client.OnAttempt(func(a client.Attempt) { r.Bytes = a.Bytes }))
	if err != nil {
		return r, err
	}
	start, cpu := time.Now(), traffic.ProcessTime()
	to := start.Add(-2 * time.Minute)
	for w := range c.ListSIEMAll(context.Background(), to.Add(-time.Hour), to, nil) {
		for ev, err := range w.Events() {
			if err != nil {
				return r, err
			}
			if r.Events == 0 {
				r.First = time.Since(first.at)
			}
			if ev.MessagesDelivered != nil || ev.MessagesBlocked != nil || ev.ClicksPermitted != nil || ev.ClicksBlocked != nil {
				r.Events++
			}
		}
	}
	r.Total, r.CPU = time.Since(start), traffic.ProcessTime()-cpu
	return r, nil
}

func whole(server string) (r result, err error) {
	first := &firstByte{RoundTripper: http.DefaultTransport}
	c, err := stock.NewClientWithResponses(server, stock.WithHTTPClient(&http.Client{Transport: first}))
	if err != nil {
		return r, err
	}
	start, cpu := time.Now(), traffic.ProcessTime()
	since, format := int64(3600), stock.SIEMFormat("JSON")
	res, err := c.ListSIEMAllWithResponse(context.Background(), &stock.ListSIEMAllParams{SinceSeconds: &since, Format: &format})
	if err != nil {
		return r, err
	}
	r.First, r.Bytes = time.Since(first.at), int64(len(res.Body))
	v := res.JSON200
	if v == nil {
		return r, fmt.Errorf("status %d: nothing decoded", res.StatusCode())
	}
	r.Events = int64(len(v.MessagesDelivered) + len(v.MessagesBlocked) + len(v.ClicksPermitted) + len(v.ClicksBlocked))
	r.Total, r.CPU = time.Since(start), traffic.ProcessTime()-cpu
	return r, nil
}
