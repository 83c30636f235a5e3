package auth_test

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/threatclients/threatclients-go/auth"
)

// noon makes the examples sign the same each time. Programs leave it out.
var noon = auth.Clock(func() time.Time { return time.Unix(1700000000, 0) })

// A generated client signs by itself; an editor signs any other request too.
func Example() {
	sign := auth.UserPassword("admin@example.com", "secret")
	r, err := http.NewRequest("GET", "https://us1.proofpointessentials.com/api/v1/me", nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := sign(r.Context(), r); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(r.Header.Get("X-User"), len(r.Header.Get("X-Password")))
	// Output: admin@example.com 6
}

func ExampleThreatConnectHMAC() {
	sign := auth.ThreatConnectHMAC("12345678901234567890", "secret-key", noon)
	r, _ := http.NewRequest("GET", "https://app.threatconnect.com/api/v3/indicators", nil)
	if err := sign(r.Context(), r); err != nil {
		fmt.Println(err)
	}
	fmt.Println(r.Header.Get("Timestamp"))
	fmt.Println(r.Header.Get("Authorization"))
	// Output:
	// 1700000000
	// TC 12345678901234567890:EjgAiOJmo6133PAylpP3vN5YpaSkz6//vgF4c9Yajh8=
}

// A server checks what was sent, and signs its reply.
func ExampleVerifyHawk() {
	keys := map[string]auth.Secret{"user": auth.NewSecret("key")}
	lookup := func(id string) (auth.Secret, bool) { key, ok := keys[id]; return key, ok }

	r, _ := http.NewRequest("GET", "https://api.example.com/v2/agents?status=online", nil)
	if err := auth.Hawk("user", "key", "organization", noon)(r.Context(), r); err != nil {
		fmt.Println(err)
	}
	h, err := auth.VerifyHawk(r, lookup, noon)
	fmt.Println(h.ID, h.Ext, err)

	body := []byte(`{"agents":[]}`)
	reply := &http.Response{Request: r, Header: http.Header{"Content-Type": {"application/json"}}}
	reply.Header.Set("Server-Authorization", h.Authorize("application/json", body))
	fmt.Println(auth.VerifyHawkResponse(reply, "key", body))

	r.URL.RawQuery = "status=offline"
	_, err = auth.VerifyHawk(r, lookup, noon)
	fmt.Println(err)
	// Output:
	// user organization <nil>
	// <nil>
	// auth: Hawk MAC does not match the request
}

func ExampleSecret() {
	secret := auth.NewSecret("do not show")
	fmt.Println(secret)
	sign := auth.Basic("principal", secret) // a plain string will do as well
	fmt.Println(sign != nil)
	// Output:
	// [redacted]
	// true
}

func ExampleError() {
	sign := auth.Basic("principal", "") // such as a variable that is not set
	r, _ := http.NewRequest("GET", "https://tap-api-v2.proofpoint.com/v2/siem/all", nil)
	err := sign(r.Context(), r)
	fmt.Println(err, errors.Is(err, auth.ErrCredential))
	// Output: auth: secret is empty true
}
