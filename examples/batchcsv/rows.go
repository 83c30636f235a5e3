package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"

	tc "github.com/threatclients/threatclients-go/gen/threatconnectv2"
)

// read returns the indicators of a file, and in which line each of them stands.
func read(file string) (indicators []tc.BatchIndicatorInput, lines map[string]int, err error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.FieldsPerRecord = 3
	rows, err := r.ReadAll()
	if err != nil {
		return nil, nil, err
	}
	lines = map[string]int{}
	for i, row := range rows {
		rating, err := strconv.ParseFloat(row[2], 64)
		if err != nil {
			return nil, nil, fmt.Errorf("line %d: the rating is no number", i+1)
		}
		lines[row[1]] = i + 1
		indicators = append(indicators, tc.BatchIndicatorInput{Type: row[0], Summary: &row[1], Rating: &rating})
	}
	return indicators, lines, nil
}

// explain prints why indicators were refused.
func explain(ctx context.Context, c *tc.Client, job string, lines map[string]int) error {
	body, err := c.GetBatchErrors(ctx, job)
	if err != nil {
		return err
	}
	defer body.Close()
	var list tc.BatchErrors
	if err := json.NewDecoder(body).Decode(&list); err != nil {
		return err
	}
	for _, e := range list {
		source := string(e.ErrorSource) // the value, or an object that holds it
		for value, line := range lines {
			if strings.Contains(source, strconv.Quote(value)) {
				fmt.Printf("line %d: %s: %s\n", line, e.ErrorReason, e.ErrorMessage)
			}
		}
	}
	return nil
}
