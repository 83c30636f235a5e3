package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/conformance/traffic"
	"github.com/threatclients/threatclients-go/gen/threatconnectv2"
)

func threatConnect(server string, r *result) (*threatconnectv2.Client, error) {
	return threatconnectv2.New(auth.ThreatConnectHMAC("id", "key"), client.Server(server), client.AllowHTTP(), client.OnAttempt(func(a client.Attempt) { r.Bytes = a.Bytes }))
}

// upload writes a batch file of 100 000 indicators while it is sent.
func upload(server string) (r result, err error) {
	c, err := threatConnect(server, &r)
	if err != nil {
		return r, err
	}
	start := time.Now()
	file, writer := io.Pipe()
	indicators := traffic.Indicators{Count: 100_000}
	written := make(chan int64, 1)
	go func() {
		n, err := indicators.WriteTo(writer)
		_ = writer.CloseWithError(err)
		written <- n
	}()
	reply, err := c.UploadBatchFile(context.Background(), "1", file)
	if err != nil {
		return r, err
	}
	r.Bytes, r.Events, r.Total = <-written, int64(indicators.Count), time.Since(start)
	if got := reply.Data.BatchStatus.SuccessCount; got == nil || *got != r.Bytes {
		return r, fmt.Errorf("%d bytes were written, and others arrived", r.Bytes)
	}
	return r, nil
}

// bulk reads a bulk download through the iterator.
func bulk(server string) (r result, err error) {
	c, err := threatConnect(server, &r)
	if err != nil {
		return r, err
	}
	start := time.Now()
	for ind, err := range c.ListBulkIndicators(context.Background(), nil) {
		if err != nil {
			return r, err
		}
		if ind.Summary != "" {
			r.Events++
		}
	}
	r.Total = time.Since(start)
	return r, nil
}
