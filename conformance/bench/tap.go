package main

import (
	"bytes"
	"context"
	"encoding/json"
	"time"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/conformance/bench/stock"
	"github.com/threatclients/threatclients-go/conformance/traffic"
	"github.com/threatclients/threatclients-go/gen/tap"
)

// window is a TAP window of 10 MB, with a member more in each message.
func window(member string) (body []byte, end time.Time, err error) {
	var b bytes.Buffer
	end = time.Now().UTC().Truncate(time.Minute).Add(-time.Hour)
	_, err = traffic.Window{Bytes: 10 << 20, End: end, Distinct: true}.WriteTo(&b)
	return bytes.ReplaceAll(b.Bytes(), []byte(`{"spamScore"`), []byte("{"+member+`"spamScore"`)), end, err
}

// tapStream reads a window as a user does.
func tapStream(member string) work {
	return func() (func() (int64, int64, error), error) {
		body, end, err := window(member)
		if err != nil {
			return nil, err
		}
		c, err := tap.New(auth.Basic("principal", "secret"), client.Transport(canned{body, true}), client.OnMismatch(func(client.Mismatch) {}))
		return func() (events, n int64, err error) {
			for w := range c.ListSIEMAll(context.Background(), end.Add(-time.Hour), end, nil) {
				for _, err := range w.Events() {
					if err != nil {
						return 0, 0, err
					}
					events++
				}
			}
			return events, int64(len(body)), nil
		}, err
	}
}

// tapByHand reads a window with json/v2, element by element, and no policy.
func tapByHand(member string) work {
	return func() (func() (int64, int64, error), error) {
		body, _, err := window(member)
		return func() (int64, int64, error) {
			n, err := elements(body, func(array string, d *jsontext.Decoder) error {
				if array == "clicksPermitted" || array == "clicksBlocked" {
					return jsonv2.UnmarshalDecode(d, new(tap.ClickEvent))
				}
				return jsonv2.UnmarshalDecode(d, new(tap.MessageEvent))
			})
			return n, int64(len(body)), err
		}, err
	}
}

// elements calls read for each element of each array of an object.
func elements(body []byte, read func(array string, d *jsontext.Decoder) error) (n int64, err error) {
	d := jsontext.NewDecoder(bytes.NewReader(body), jsontext.AllowInvalidUTF8(true), jsontext.AllowDuplicateNames(true))
	if _, err := d.ReadToken(); err != nil {
		return 0, err
	}
	for d.PeekKind() != '}' {
		name, err := d.ReadToken()
		if err != nil {
			return n, err
		}
		array := name.String()
		if d.PeekKind() != '[' {
			if err := d.SkipValue(); err != nil {
				return n, err
			}
			continue
		}
		if _, err := d.ReadToken(); err != nil {
			return n, err
		}
		for d.PeekKind() != ']' {
			if err := read(array, d); err != nil {
				return n, err
			}
			n++
		}
		if _, err := d.ReadToken(); err != nil {
			return n, err
		}
	}
	return n, nil
}

// tapWhole reads a window into the types of the stock client with encoding/json.
func tapWhole() (func() (int64, int64, error), error) {
	body, _, err := window("")
	return func() (int64, int64, error) {
		var v stock.SIEMEvents
		err := json.Unmarshal(body, &v)
		return int64(len(v.MessagesDelivered) + len(v.MessagesBlocked) + len(v.ClicksPermitted) + len(v.ClicksBlocked)), int64(len(body)), err
	}, err
}
