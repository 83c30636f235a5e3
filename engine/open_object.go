package engine

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
)

// MarshalOpen writes an object that may have more members than its document names: those of x,
// a pointer to a struct, which its tags name, and more.
func MarshalOpen[T any](x any, more map[string]T) ([]byte, error) {
	object := map[string]any{}
	rv := reflect.ValueOf(x).Elem()
	for i := range rv.NumField() {
		name, options, _ := strings.Cut(rv.Type().Field(i).Tag.Get("json"), ",")
		if f := rv.Field(i); name != "-" && (options == "" || !f.IsZero()) {
			object[name] = f.Interface()
		}
	}
	for name, v := range more {
		object[name] = v
	}
	return Encode(object)
}

// UnmarshalOpen reads what MarshalOpen writes. Names are told apart by case.
func UnmarshalOpen[T any](b []byte, x any, more *map[string]T) error {
	var object map[string]json.RawMessage
	if err := json.Unmarshal(b, &object); err != nil {
		return err
	}
	rv := reflect.ValueOf(x).Elem()
	for i := range rv.NumField() {
		name, _, _ := strings.Cut(rv.Type().Field(i).Tag.Get("json"), ",")
		if raw, ok := object[name]; ok && name != "-" {
			if err := json.Unmarshal(raw, rv.Field(i).Addr().Interface()); err != nil {
				return fmt.Errorf("error reading '%s': %w", name, err)
			}
			delete(object, name)
		}
	}
	if len(object) > 0 {
		*more = map[string]T{}
	}
	for name, raw := range object {
		var v T
		if err := json.Unmarshal(raw, &v); err != nil {
			return fmt.Errorf("error reading '%s': %w", name, err)
		}
		(*more)[name] = v
	}
	return nil
}
