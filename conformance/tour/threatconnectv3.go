package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/gen/threatconnectv3"
	"github.com/threatclients/threatclients-go/tql"
)

const tcAccessID, tcSecretKey = "12345678901234567890", "example-secret-key"

func threatConnectV3Stop() stop {
	return stop{"threatconnectv3", "ThreatConnect v3: HMAC over the request line, typed queries, nested writes, files", threatConnectV3Server, threatConnectV3Visit}
}

// signed passes on requests whose signature over the received request line is valid.
func signed(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		err := auth.VerifyThreatConnect(r, func(id string) (auth.Secret, bool) { return auth.NewSecret(tcSecretKey), id == tcAccessID })
		if err != nil {
			answer(w, http.StatusUnauthorized, object{"errCode": "0x1002", "message": "Signature data did not match expected result", "status": "Error"})
			return
		}
		h.ServeHTTP(w, r)
	})
}

func threatConnectV3Server(int64) http.Handler {
	mux := http.NewServeMux()
	var file []byte
	mux.HandleFunc("GET /threatconnectv3/v3/indicators", func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("tql") != `(typeName in ("Host", "URL")) and (rating >= 3)` {
			answer(w, http.StatusBadRequest, object{"errCode": "0x2001", "message": "The query does not parse", "status": "Error"})
			return
		}
		start, _ := strconv.Atoi(r.URL.Query().Get("resultStart"))
		list := []object{}
		for i := range 1000 {
			list = append(list, object{"id": start + i, "type": "Host", "summary": fmt.Sprintf("host%d.example.com", start+i), "rating": 4.0, "confidence": 80, "dateAdded": "2026-01-15T10:00:00Z"})
		}
		reply := object{"data": list, "status": "Success"}
		if start < 4000 {
			reply["next"] = fmt.Sprintf("https://elsewhere.example.com/api/v3/indicators?resultStart=%d", start+1000)
		}
		answer(w, 200, reply)
	})
	mux.HandleFunc("POST /threatconnectv3/v3/cases", func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		if !strings.Contains(string(b), `"artifacts":{"data":[{`) || !strings.Contains(string(b), `"tags":{"data":[{"name":"tour"}]}`) {
			answer(w, http.StatusBadRequest, object{"errCode": "0x2003", "message": "Missing data", "status": "Error"})
			return
		}
		answer(w, http.StatusCreated, object{"data": object{"id": 1152921504606846977, "name": "Tour", "status": "Open"}, "message": "Created", "status": "Success"})
	})
	mux.HandleFunc("POST /threatconnectv3/v3/groups/{id}/upload", func(w http.ResponseWriter, r *http.Request) {
		file, _ = io.ReadAll(r.Body)
		answer(w, 200, object{"message": "Upload successful", "status": "Success"})
	})
	mux.HandleFunc("GET /threatconnectv3/v3/groups/{id}/download", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/octet-stream")
		_, _ = w.Write(file)
	})
	mux.HandleFunc("POST /threatconnectv3/v3/indicators/{key}/enrich", func(w http.ResponseWriter, r *http.Request) {
		answer(w, 200, object{"data": object{"id": 1, "type": "Address", "ip": r.PathValue("key"), "enrichment": object{"data": []object{{"type": "Shodan", "openPorts": []object{{"port": 443, "transport": "tcp"}}}}}}, "status": "Success"})
	})
	mux.HandleFunc("GET /threatconnectv3/v3/tags/{id}", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusNotFound, object{"errCode": "0x1004", "message": "The tag was not found", "status": "Error"})
	})
	return signed(mux)
}

func threatConnectV3Visit(ctx context.Context, v *visit) error {
	stranger, err := threatconnectv3.New(auth.ThreatConnectHMAC(tcAccessID, "wrong"), v.options()...)
	if err != nil {
		return err
	}
	_, err = stranger.GetTag(ctx, 1, nil)
	v.want(errors.Is(err, client.ErrUnauthorized), "wrong secret key: %v", err)

	c, err := threatconnectv3.New(auth.ThreatConnectHMAC(tcAccessID, tcSecretKey), v.options()...)
	if err != nil {
		return err
	}
	v.step("indicators of a typed query, in pages of 1000")
	q := tql.And(threatconnectv3.IndicatorTQL.TypeName.In("Host", "URL"), threatconnectv3.IndicatorTQL.Rating.Gte(3))
	limit, n := int64(1000), 0
	for ind, err := range c.ListIndicators(ctx, &threatconnectv3.ListIndicatorsParams{TQL: q.Ptr(), ResultLimit: &limit}) {
		if err != nil {
			return err
		}
		v.item()
		n++
		v.want(ind.Summary != "" && *ind.Rating == 4, "an indicator without its summary")
	}
	v.want(n == 5000, "%d indicators", n)

	v.step("a case with an artifact and a tag")
	made, err := c.CreateCase(ctx, nil, threatconnectv3.CaseInput{Name: "Tour", Status: "Open", Severity: "Low",
		Artifacts: &threatconnectv3.ArtifactListInput{Data: []threatconnectv3.ArtifactItemInput{{Summary: ptr("host1.example.com"), Type: ptr(threatconnectv3.ArtifactTypeNameHost)}}},
		Tags:      &threatconnectv3.TagListInput{Data: []threatconnectv3.TagItemInput{{Name: ptr("tour")}}}})
	v.want(err == nil && *made.Data.ID == 1152921504606846977, "case: %v", err)

	v.step("a document, up and down")
	err = v.document(func(r io.Reader) error {
		_, err := c.UploadGroupFile(ctx, "4711", &threatconnectv3.UploadGroupFileParams{Filename: ptr("report.txt")}, r)
		return err
	}, func() (io.ReadCloser, error) { return c.DownloadGroupFile(ctx, "4711", nil) })
	if err != nil {
		return err
	}

	rich, err := c.EnrichIndicator(ctx, "2001:db8::1", &threatconnectv3.EnrichIndicatorParams{Type: threatconnectv3.EnrichmentServices{threatconnectv3.EnrichmentServiceShodan}})
	v.want(err == nil && rich.Data.IP == "2001:db8::1" && *rich.Data.Enrichment.Data[0].OpenPorts[0].Port == 443, "enrichment: %v", err)
	_, err = c.GetTag(ctx, 404, nil)
	var refused *client.Error
	v.want(errors.As(err, &refused) && errors.Is(err, client.ErrNotFound) && refused.Code == "0x1004", "an unknown tag: %v", err)
	return nil
}

func ptr[T any](v T) *T { return &v }
