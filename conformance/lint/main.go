// Command lint checks specifications for the house rules:
//
//	go run ./conformance/lint specs/*.yaml
package main

import (
	"fmt"
	"os"

	"github.com/threatclients/threatclients-go/conformance/rules"
)

func main() {
	broken := 0
	for _, file := range os.Args[1:] {
		text, err := os.ReadFile(file)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
		for _, v := range rules.Check(text) {
			fmt.Printf("%s: %v\n", file, v)
			broken++
		}
	}
	if broken > 0 {
		fmt.Printf("%d violations\n", broken)
		os.Exit(1)
	}
}
