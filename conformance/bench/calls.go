package main

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/gen/tap"
)

// signing measures 1 000 signatures at once.
func signing(make func() (func() error, error)) func(string) (result, error) {
	return inMemory(func() (func() (int64, int64, error), error) {
		sign, err := make()
		return func() (int64, int64, error) {
			for range 1000 {
				if err := sign(); err != nil {
					return 0, 0, err
				}
			}
			return 1000, 0, nil
		}, err
	})
}

const signedPath = "https://tc.example.com/api/v3/indicators?tql=typeName%20in%20(%22Host%22)&resultLimit=1000"

func hmacSigned() (func() error, error) {
	r, err := http.NewRequest(http.MethodGet, signedPath, nil)
	sign := auth.ThreatConnectHMAC("10000000000000000001", "secret-of-the-bench")
	return func() error { return sign(context.Background(), r) }, err
}

// hmacAlone is crypto/hmac alone, the least that a signature costs.
func hmacAlone() (func() error, error) {
	text := []byte("/api/v3/indicators?tql=typeName%20in%20(%22Host%22)&resultLimit=1000:GET:1768471200")
	return func() error {
		m := hmac.New(sha256.New, []byte("secret-of-the-bench"))
		m.Write(text)
		if base64.StdEncoding.EncodeToString(m.Sum(nil)) == "" {
			return errors.New("no signature")
		}
		return nil
	}, nil
}

const threat = `{"id":"abc","identifiedAt":"2026-01-15T10:00:00.000Z","name":"lure.example.com","type":"url","category":"phish","status":"active","severity":3}`

// smallServer answers every request with one threat.
func smallServer() *httptest.Server {
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, threat)
	}))
}

// small are a small GET by net/http alone, decoded, and the same by the client.
func small(server string, transport *http.Transport) (bare, ours func() error, err error) {
	c, err := tap.New(auth.Basic("principal", "secret"), client.Server(server), client.AllowHTTP(), client.Transport(transport))
	bare = func() error {
		r, err := http.NewRequestWithContext(context.Background(), http.MethodGet, server+"/v2/threat/summary/abc", nil)
		if err != nil {
			return err
		}
		r.Header.Set("Accept", "application/json")
		r.SetBasicAuth("principal", "secret")
		res, err := (&http.Client{Transport: transport}).Do(r)
		if err != nil {
			return err
		}
		defer res.Body.Close()
		b, err := io.ReadAll(res.Body)
		if err != nil {
			return err
		}
		return json.Unmarshal(b, new(tap.ThreatSummary))
	}
	ours = func() error {
		_, err := c.GetThreatSummary(context.Background(), "abc")
		return err
	}
	return bare, ours, err
}

// smallCalls measures 200 small GETs at once; the server is in the same process.
func smallCalls(client bool) func(string) (result, error) {
	return inMemory(func() (func() (int64, int64, error), error) {
		bare, ours, err := small(smallServer().URL, &http.Transport{})
		call := bare
		if client {
			call = ours
		}
		return func() (int64, int64, error) {
			for range 200 {
				if err := call(); err != nil {
					return 0, 0, err
				}
			}
			return 200, 200 * int64(len(threat)), nil
		}, err
	})
}
