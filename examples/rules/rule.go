package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	ts "github.com/threatclients/threatclients-go/gen/threatstackv2"
)

// inputOf is a rule of whatever kind as it is sent: without what the service gave it.
func inputOf(rule ts.Rule) (input ts.RuleInput, err error) {
	b, err := json.Marshal(rule)
	if err != nil {
		return input, err
	}
	members := map[string]json.RawMessage{}
	if err := json.Unmarshal(b, &members); err != nil {
		return input, err
	}
	for _, name := range []string{"id", "rulesetId", "createdAt", "updatedAt"} {
		delete(members, name)
	}
	if b, err = json.Marshal(members); err != nil {
		return input, err
	}
	return input, json.Unmarshal(b, &input)
}

// read creates the ruleset of the file, and its rules one by one, so that a refused rule does
// not prevent the others.
func read(ctx context.Context, c *ts.Client, file string) error {
	b, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var kept ruleset
	if err := json.Unmarshal(b, &kept); err != nil {
		return err
	}
	made, err := c.CreateRuleset(ctx, ts.RulesetInput{Name: kept.Name + " (copy)", Description: &kept.Description})
	if err != nil {
		return err
	}
	for i, rule := range kept.Rules {
		kind, err := rule.Discriminator()
		if err != nil {
			return err
		}
		if _, err := c.CreateRule(ctx, made.ID, rule); err != nil {
			fmt.Printf("rule %d, %s: %v\n", i+1, kind, err)
			continue
		}
		fmt.Printf("rule %d, %s\n", i+1, kind)
	}
	return nil
}
