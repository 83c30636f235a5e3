package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"net/http"
	"strconv"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/conformance/traffic"
	"github.com/threatclients/threatclients-go/gen/essentials"
	"github.com/threatclients/threatclients-go/gen/threatconnectv2"
	"github.com/threatclients/threatclients-go/gen/threatconnectv3"
)

// indicators is a page of ThreatConnect v3.
func indicators(first, n, count int) []byte {
	var b bytes.Buffer
	b.WriteString(`{"data":[`)
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		k := first + i
		fmt.Fprintf(&b, `{"id":%d,"dateAdded":"2026-01-15T10:%02d:00Z","ownerId":2,"ownerName":"Example Organization","webLink":"https://tc.example.com/#/details/indicators/%d","type":"Host",`+
			`"lastModified":"2026-01-15T11:00:00Z","rating":3.00,"confidence":80,"source":"https://feed.example.com/","description":"Seen in a lure of the example campaign %d","summary":"host%d.example.com",`+
			`"privateFlag":false,"active":true,"activeLocked":false,"hostName":"host%d.example.com","dnsActive":false,"whoisActive":false,`+
			`"legacyLink":"https://tc.example.com/auth/indicators/details/host.xhtml?host=host%d","tags":{"data":[{"id":7,"name":"example"},{"id":8,"name":"tour"}]},`+
			`"attributes":{"data":[{"id":%d,"type":"Description","value":"Seen in a lure"}]}}`, k+1, k%60, k, k, k, k, k, k)
	}
	fmt.Fprintf(&b, `],"count":%d,"status":"Success"}`, count)
	return b.Bytes()
}

func v3(t http.RoundTripper) (*threatconnectv3.Client, error) {
	return threatconnectv3.New(auth.ThreatConnectHMAC("id", "key"), client.Server("https://tc.example.com/api/v3"), client.Transport(t))
}

// counted ranges over a list.
func counted[T any](list iter.Seq2[T, error]) (n int64, err error) {
	for _, err := range list {
		if err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

func v3List() (func() (int64, int64, error), error) {
	body := indicators(0, 5000, 5000)
	c, err := v3(canned{body: body})
	return func() (int64, int64, error) {
		n, err := counted(c.ListIndicators(context.Background(), nil))
		return n, int64(len(body)), err
	}, err
}

func v3Page() (func() (int64, int64, error), error) {
	body := indicators(0, 5000, 5000)
	c, err := v3(canned{body: body})
	return func() (int64, int64, error) {
		p, err := c.ListIndicatorsPage(context.Background(), nil)
		return int64(len(p.Data)), int64(len(body)), err
	}, err
}

func v3Whole() (func() (int64, int64, error), error) {
	body := indicators(0, 5000, 5000)
	return func() (int64, int64, error) {
		var p threatconnectv3.IndicatorList
		err := json.Unmarshal(body, &p)
		return int64(len(p.Data)), int64(len(body)), err
	}, nil
}

// paged is a service of so many indicators.
type paged int

func (total paged) RoundTrip(r *http.Request) (*http.Response, error) {
	start, _ := strconv.Atoi(r.URL.Query().Get("resultStart"))
	size, _ := strconv.Atoi(r.URL.Query().Get("resultLimit"))
	body := indicators(start, min(size, int(total)-start), int(total))
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(bytes.NewReader(body)), Request: r}, nil
}

// pages reads a list of indicators, 10 000 a page. The cost of paging is included.
func pages(total string) (result, error) {
	n, err := strconv.Atoi(total)
	if err != nil {
		return result{}, err
	}
	c, err := v3(paged(n))
	if err != nil {
		return result{}, err
	}
	size, cpu := int64(10_000), traffic.ProcessTime()
	events, err := counted(c.ListIndicators(context.Background(), &threatconnectv3.ListIndicatorsParams{ResultLimit: &size}))
	return result{Events: events, CPU: traffic.ProcessTime() - cpu}, err
}

func v2Body() []byte {
	var b bytes.Buffer
	_, _ = traffic.Indicators{Count: 10_000, Bulk: true}.WriteTo(&b) // into memory
	return b.Bytes()
}

func v2Bulk() (func() (int64, int64, error), error) {
	body := v2Body()
	c, err := threatconnectv2.New(auth.ThreatConnectHMAC("id", "key"), client.Server("https://tc.example.com/api/v2"), client.Transport(canned{body: body}))
	return func() (int64, int64, error) {
		n, err := counted(c.ListBulkIndicators(context.Background(), nil))
		return n, int64(len(body)), err
	}, err
}

func v2Whole() (func() (int64, int64, error), error) {
	body := v2Body()
	return func() (int64, int64, error) {
		var v struct {
			Indicator []threatconnectv2.Indicator `json:"indicator"`
		}
		err := json.Unmarshal(body, &v)
		return int64(len(v.Indicator)), int64(len(body)), err
	}, nil
}

func users() ([]byte, *essentials.Client, error) {
	var b bytes.Buffer
	b.WriteString(`{"users":[`)
	for i := range 10_000 {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"uid":%d,"primary_email":"user%d@example.com","firstname":"Example","surname":"Number %d","is_active":true,"is_billable":true,"type":"end_user",`+
			`"alias_emails":["a%d@example.com"],"white_list_senders":[],"black_list_senders":[]}`, i+1, i, i, i)
	}
	b.WriteString(`]}`)
	c, err := essentials.New(auth.UserPassword("user", "password"), client.Server("https://us1.example.com/api/v1"), client.Transport(canned{body: b.Bytes()}))
	return b.Bytes(), c, err
}

func usersStream() (func() (int64, int64, error), error) {
	body, c, err := users()
	return func() (int64, int64, error) {
		n, err := counted(c.ListUsers(context.Background(), "example.com"))
		return n, int64(len(body)), err
	}, err
}

func usersPage() (func() (int64, int64, error), error) {
	body, c, err := users()
	return func() (int64, int64, error) {
		v, err := c.ListUsersPage(context.Background(), "example.com")
		return int64(len(v.Users)), int64(len(body)), err
	}, err
}

func usersWhole() (func() (int64, int64, error), error) {
	body, _, err := users()
	return func() (int64, int64, error) {
		var v essentials.UserList
		err := json.Unmarshal(body, &v)
		return int64(len(v.Users)), int64(len(body)), err
	}, err
}
