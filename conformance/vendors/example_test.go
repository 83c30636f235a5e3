package vendors_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/gen/tap"
)

// vendor is a server for the examples.
func vendor() *httptest.Server {
	n := 0
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if n++; n == 1 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		io.WriteString(w, `{"id":"campaign-1","name":"Example lures"}`)
	}))
}

// Each attempt of each call, as a log line. Path is the template of the operation, so it
// can be the label of a metric too.
func Example_onAttempt() {
	srv := vendor()
	defer srv.Close()
	plain := func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}
	log := slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{ReplaceAttr: plain}))
	c, err := tap.New(auth.Basic("principal", "secret"), client.Server(srv.URL), client.AllowHTTP(), client.Backoff(0, 0),
		client.OnAttempt(func(a client.Attempt) {
			log.Info("attempt", "operation", a.Operation, "path", a.Path, "status", a.Status, "attempt", a.Attempt, "bytes", a.Bytes)
		}))
	if err != nil {
		fmt.Println(err)
		return
	}
	campaign, err := c.GetCampaign(context.Background(), "campaign-1")
	fmt.Println(campaign.Name, err)
	// Output:
	// level=INFO msg=attempt operation=getCampaign path=/v2/campaign/{campaignId} status=503 attempt=1 bytes=0
	// level=INFO msg=attempt operation=getCampaign path=/v2/campaign/{campaignId} status=200 attempt=2 bytes=42
	// Example lures <nil>
}
