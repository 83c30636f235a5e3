package auth_test

import (
	"fmt"
	"net/http"
	"time"

	"github.com/threatclients/threatclients-go/auth"
)

func ExampleThreatConnectHMAC() {
	frozen := auth.Clock(func() time.Time { return time.Unix(1700000000, 0) })
	sign := auth.ThreatConnectHMAC("12345678901234567890", "secret-key", frozen)
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

func ExampleSecret() {
	secret := auth.Secret("do not show")
	fmt.Println(secret)
	sign := auth.Basic("principal", secret) // a plain string will do as well
	fmt.Println(sign != nil)
	// Output:
	// [redacted]
	// true
}
