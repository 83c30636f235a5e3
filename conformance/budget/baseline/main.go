// Command baseline fetches JSON with the standard library alone: the size that others are compared with.
package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
)

func main() {
	res, err := http.Get("https://api.example.com/")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	defer res.Body.Close()
	var v map[string]any
	fmt.Println(json.NewDecoder(res.Body).Decode(&v), v)
}
