package main

import (
	"encoding/csv"
	"os"

	"github.com/threatclients/threatclients-go/gen/essentials"
)

// read returns the users of a file.
func read(file string) (essentials.UserListInput, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.FieldsPerRecord = 3
	rows, err := r.ReadAll()
	if err != nil {
		return nil, err
	}
	var users essentials.UserListInput
	for _, row := range rows {
		users = append(users, essentials.UserInput{
			PrimaryEmail: row[0],
			Firstname:    new(row[1]), // new of a value is Go 1.26; a nil member is not sent
			Surname:      new(row[2]),
			Type:         new(essentials.UserTypeEndUser),
		})
	}
	return users, nil
}
