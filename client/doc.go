// Package client is what every generated client shares and a program sees: the options of
// a client, the errors that its methods return, and the types of windows and dates.
//
//	package main
//
//	import (
//		"context"
//		"errors"
//		"fmt"
//		"log"
//		"os"
//		"time"
//
//		"github.com/threatclients/threatclients-go/auth"
//		"github.com/threatclients/threatclients-go/client"
//		"github.com/threatclients/threatclients-go/gen/tap"
//	)
//
//	func main() {
//		c, err := tap.New(auth.Basic(os.Getenv("TAP_PRINCIPAL"), os.Getenv("TAP_SECRET")),
//			client.Timeout(time.Minute), client.Attempts(5))
//		if err != nil {
//			log.Fatal(err)
//		}
//		campaign, err := c.GetCampaign(context.Background(), os.Args[1])
//		var refused *client.Error
//		switch {
//		case errors.Is(err, client.ErrNotFound):
//			fmt.Println("no such campaign")
//		case errors.As(err, &refused):
//			log.Fatalf("status %d, try again in %s: %v", refused.StatusCode, refused.RetryAfter, err)
//		case err != nil:
//			log.Fatal(err)
//		default:
//			fmt.Println(campaign.Name)
//		}
//	}
//
// # Errors
//
// A method returns nil only if the answer is what the document says. Otherwise the error is
// one of these types, each of which names the operation: [RequestError] (refused here,
// nothing was sent), [TransportError] (no complete answer), [Error] (the service refused),
// [DecodeError] (an answer that is none) and [PartialError] (some items of a batch failed);
// feeds add [GapError], and budgets [QuotaError]. The Err… values are for [errors.Is]. No error shows a credential, a query or a body.
//
// # Values
//
// In a request a member that may be left out is a pointer: nil is not sent, and new makes one
// of a value, as in new("x") or new(int64(0)), also of zero. Where a service tells null apart
// from absent, the member is a nullable.Nullable of github.com/oapi-codegen/nullable, with
// NewNullableWithValue and NewNullNullable. In an answer texts, lists and times are plain, and
// empty or zero stands for absent and null alike; numbers and booleans are pointers, because
// there zero says something. Members that the document does not know are in Extra.
//
// Every time is UTC unless the member's comment names a zone. A time.Time of a request may be
// in any zone. Windows, checkpoints and [Instant] have whole seconds. Sizes are bytes.
//
// # What is sent again
//
// A call is sent up to [Attempts] times: after 429 always, since nothing was done; after
// 502, 503, 504 and a lost connection only where doing it twice is the same as once. A
// Retry-After is never shortened; one that is longer than [MaxWait] is returned as the
// error that names it.
package client
