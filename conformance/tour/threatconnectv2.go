package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/conformance/traffic"
	"github.com/threatclients/threatclients-go/gen/threatconnectv2"
)

func threatConnectV2Stop() stop {
	return stop{"threatconnectv2", "ThreatConnect v2: HMAC, a batch followed to its end, a bulk download, a document", threatConnectV2Server, threatConnectV2Visit}
}

func threatConnectV2Server(size int64) http.Handler {
	mux := http.NewServeMux()
	const base = "/threatconnectv2/v2"
	success := func(data object) object { return object{"status": "Success", "data": data} }
	mux.HandleFunc("GET "+base+"/owners", func(w http.ResponseWriter, r *http.Request) {
		start, _ := strconv.Atoi(r.URL.Query().Get("resultStart"))
		list := []object{}
		for i := start; i < min(start+100, 250); i++ {
			list = append(list, object{"id": i + 1, "name": fmt.Sprint("Owner ", i), "type": "Source"})
		}
		list[0]["id"] = strconv.Itoa(start + 1) // an identifier as text
		data := object{"owner": list}
		if start == 0 {
			data["resultCount"] = 250
		}
		answer(w, 200, success(data))
	})
	var polls, items atomic.Int64
	mux.HandleFunc("POST "+base+"/batch", func(w http.ResponseWriter, _ *http.Request) { answer(w, 201, success(object{"batchId": 77})) })
	mux.HandleFunc("POST "+base+"/batch/77", func(w http.ResponseWriter, r *http.Request) {
		var list []object
		if json.NewDecoder(r.Body).Decode(&list) != nil {
			answer(w, 400, object{"status": "Invalid", "description": "not an array of indicators"})
			return
		}
		items.Store(int64(len(list)))
		answer(w, 202, object{"status": "Queued"})
	})
	mux.HandleFunc("GET "+base+"/batch/77", func(w http.ResponseWriter, _ *http.Request) {
		status, n := "Running", int64(0)
		if polls.Add(1) > 3 {
			status, n = "Completed", items.Load()
		}
		answer(w, 200, success(object{"batchStatus": object{"id": 77, "status": status, "successCount": n, "errorCount": 0, "unprocessCount": items.Load() - n}}))
	})
	mux.HandleFunc("GET "+base+"/indicators/bulk/json", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = traffic.Indicators{Count: int(size / 490), Bulk: true}.WriteTo(w)
	})
	var file []byte
	mux.HandleFunc("POST "+base+"/groups/documents/4711/upload", func(w http.ResponseWriter, r *http.Request) {
		file, _ = io.ReadAll(r.Body)
		answer(w, 200, object{"status": "Success"})
	})
	mux.HandleFunc("GET "+base+"/groups/documents/4711/download", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/octet-stream")
		_, _ = w.Write(file)
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, 404, object{"status": "Failure", "message": "The requested resource was not found"})
	})
	return signed(mux)
}

func threatConnectV2Visit(ctx context.Context, v *visit) error {
	c, err := threatconnectv2.New(auth.ThreatConnectHMAC(tcAccessID, tcSecretKey), v.options()...)
	if err != nil {
		return err
	}
	v.step("owners, in pages")
	n := int64(0)
	for o, err := range c.ListOwners(ctx, nil) {
		if err != nil {
			return err
		}
		n++
		v.want(o.ID != nil && *o.ID == n, "owner %d is %s", n, o.Name)
		v.item()
	}
	v.want(n == 250 && v.calls == 3, "%d owners in %d calls", n, v.calls)

	v.step("a batch of 1000 indicators, followed to its end")
	job, err := c.CreateBatchJob(ctx, threatconnectv2.BatchConfigInput{Owner: "Example Organization", Action: "Create", AttributeWriteType: "Replace"})
	if err != nil {
		return err
	}
	id := strconv.FormatInt(*job.Data.BatchID, 10)
	reader, writer := io.Pipe()
	go func() {
		_, err := traffic.Indicators{Count: 1000}.WriteTo(writer)
		_ = writer.CloseWithError(err)
	}()
	if _, err := c.UploadBatchFile(ctx, id, reader); err != nil {
		return err
	}
	end, err := client.Await(ctx, 20*time.Millisecond, func(ctx context.Context) (threatconnectv2.BatchStatusReply, error) {
		return c.GetBatchStatus(ctx, id, nil)
	},
		func(s threatconnectv2.BatchStatusReply) bool { return s.Data.BatchStatus.Status == "Completed" },
		func(s threatconnectv2.BatchStatusReply) { v.step("  %s", s.Data.BatchStatus.Status) })
	v.want(err == nil && *end.Data.BatchStatus.SuccessCount == 1000, "batch: %v", err)

	v.step("a bulk download, streamed")
	n = 0
	for ind, err := range c.ListBulkIndicators(ctx, nil) {
		if err != nil {
			return err
		}
		v.want(ind.Summary != "", "an indicator without its summary")
		v.item()
		n++
	}
	v.want(n > 1000, "%d indicators", n)

	v.step("a document, up and down")
	err = v.document(func(r io.Reader) error {
		_, err := c.UploadGroupFile(ctx, "documents", "4711", nil, r)
		return err
	}, func() (io.ReadCloser, error) { return c.DownloadGroupFile(ctx, "documents", "4711", nil) })
	if err != nil {
		return err
	}
	_, err = c.GetAddress(ctx, "192.0.2.99", nil)
	v.want(errors.Is(err, client.ErrNotFound), "an unknown address: %v", err)
	return nil
}
