package say

import (
	"fmt"
	"reflect"
)

// Contract gives v as JSON for scripts, on one line: each Text in it as its
// English words, so that a field of the operator's contract is a string. What v
// holds as raw JSON, such as the body of an event, is not looked into.
func Contract(v any) ([]byte, error) {
	b, err := asJSON(inEnglish(reflect.ValueOf(v)).Interface())
	if err != nil {
		return nil, fmt.Errorf("say: %w", err)
	}
	return b, nil
}

var textType = reflect.TypeFor[Text]()

// inEnglish gives a copy of v in which each text stands as its words.
func inEnglish(v reflect.Value) reflect.Value {
	switch {
	case !v.IsValid():
		return reflect.Zero(reflect.TypeFor[any]())
	case v.Type() == textType:
		t, _ := v.Interface().(Text)
		return reflect.ValueOf(Words(t.String()))
	}
	out := reflect.New(v.Type()).Elem()
	out.Set(v)
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				out.Field(i).Set(inEnglish(v.Field(i)))
			}
		}
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			break
		}
		in := inEnglish(v.Elem())
		if v.Kind() == reflect.Interface {
			out.Set(in)
			break
		}
		out.Set(reflect.New(v.Type().Elem()))
		out.Elem().Set(in)
	case reflect.Array:
		for i := range v.Len() {
			out.Index(i).Set(inEnglish(v.Index(i)))
		}
	case reflect.Slice:
		if v.IsNil() || v.Type().Elem().Kind() == reflect.Uint8 {
			break
		}
		out.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
		for i := range v.Len() {
			out.Index(i).Set(inEnglish(v.Index(i)))
		}
	case reflect.Map:
		if v.IsNil() {
			break
		}
		out.Set(reflect.MakeMapWithSize(v.Type(), v.Len()))
		for k, e := range v.Seq2() {
			out.SetMapIndex(k, inEnglish(e))
		}
	}
	return out
}
