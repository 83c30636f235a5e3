package engine

import (
	"encoding/json"
	"reflect"
)

// Encode writes JSON, a list that nobody set as [] and not as null: a service that wants a list
// takes an empty one and refuses null.
func Encode(v any) ([]byte, error) {
	if v == nil {
		return []byte("null"), nil
	}
	return json.Marshal(filled(reflect.ValueOf(v)).Interface())
}

// filled is a copy of v whose lists are not nil. What v refers to stays as it is.
func filled(v reflect.Value) reflect.Value {
	switch k := v.Kind(); {
	case k == reflect.Slice && v.Type().Elem().Kind() != reflect.Uint8:
		c := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		for i := range v.Len() {
			c.Index(i).Set(filled(v.Index(i)))
		}
		return c
	case k == reflect.Struct:
		c := reflect.New(v.Type()).Elem()
		c.Set(v)
		for i := range v.NumField() {
			if f := c.Field(i); f.CanSet() {
				f.Set(filled(f))
			}
		}
		return c
	case k == reflect.Map && !v.IsNil():
		c := reflect.MakeMapWithSize(v.Type(), v.Len())
		for name, e := range v.Seq2() {
			c.SetMapIndex(name, filled(e))
		}
		return c
	case k == reflect.Pointer && !v.IsNil():
		c := reflect.New(v.Type().Elem())
		c.Elem().Set(filled(v.Elem()))
		return c
	case k == reflect.Interface && !v.IsNil():
		return filled(v.Elem())
	}
	return v
}
