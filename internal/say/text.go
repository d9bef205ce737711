package say

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"time"
)

// Text is something to tell a person. The zero Text says nothing.
//
// As JSON it is an object, {"say": ID, "with": {…}}, or the string itself where
// the words stand as they are ([Words]).
type Text struct {
	ID   string // the text's name in the catalogues, "lamp.tunnel.good"; "" for words as they are
	Args Args   // what stands in its holes
}

// Args are what stands in the holes of a text, by their names. A value is a
// string (outside words, never translated), an int (told with separators of
// thousands), a time.Time, a Text, or a []Text (told as an enumeration).
type Args map[string]any

// The texts that are made of others and stand in no catalogue.
const (
	idSentences = "sentences" // its "list", one after the other, each ended by a full stop
	wordsArg    = "words"
	listArg     = "list"
)

// T gives the text of a name, a literal, so that a test can see that it is in
// both catalogues. Its holes are filled from pairs of a name and a value:
// T("lamp.tunnel.good", "url", address). An error as a value is told by [Of].
func T(id string, pairs ...any) Text {
	t := Text{ID: id}
	if len(pairs) == 0 {
		return t
	}
	t.Args = make(Args, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		t.Args[pairs[i].(string)] = value(pairs[i+1])
	}
	return t
}

// N is T for a text that has a form for one and a form for more, by its hole
// {n}.
func N(id string, n int, pairs ...any) Text {
	return T(id, append([]any{"n", n}, pairs...)...)
}

// Words gives outside words as a text: they are told as they are, in any
// language.
func Words(s string) Text {
	if s == "" {
		return Text{}
	}
	return Text{Args: Args{wordsArg: s}}
}

// Sentences joins texts to one, each ended by a full stop; those that say
// nothing are left out.
func Sentences(list ...Text) Text {
	list = slices.DeleteFunc(slices.Clone(list), Text.IsZero)
	switch len(list) {
	case 0:
		return Text{}
	case 1:
		if list[0].ID == idSentences {
			return list[0]
		}
	}
	return Text{ID: idSentences, Args: Args{listArg: list}}
}

// value makes an argument one of the kinds that Args allows.
func value(v any) any {
	switch v := v.(type) {
	case Text:
		if words, ok := v.Outside(); ok || v.IsZero() {
			return words // as it comes back from JSON
		}
		return v
	case string, int, time.Time, []Text:
		return v
	case time.Duration:
		return v.String()
	case error:
		return Of(v)
	case nil:
		return ""
	}
	r := reflect.ValueOf(v)
	switch {
	case r.Kind() == reflect.String:
		return r.String()
	case r.CanInt():
		return int(r.Int())
	case r.CanUint():
		return int(r.Uint())
	}
	return fmt.Sprint(v)
}

// IsZero says whether the text says nothing.
func (t Text) IsZero() bool { return t.ID == "" && len(t.Args) == 0 }

// Outside gives the words of a text that came from outside, as [Words] made it.
func (t Text) Outside() (words string, ok bool) {
	if t.ID != "" {
		return "", false
	}
	words, ok = t.Args[wordsArg].(string)
	return words, ok
}

// Equal says whether two texts are the same.
func (t Text) Equal(u Text) bool {
	return t.ID == u.ID && maps.EqualFunc(t.Args, u.Args, func(a, b any) bool {
		switch a := a.(type) {
		case Text:
			b, ok := b.(Text)
			return ok && a.Equal(b)
		case []Text:
			b, ok := b.([]Text)
			return ok && slices.EqualFunc(a, b, Text.Equal)
		case time.Time:
			b, ok := b.(time.Time)
			return ok && a.Equal(b)
		}
		return a == b
	})
}

// String tells the text in English, for a log and a terminal.
func (t Text) String() string { return t.For(Terminal) }

// wire is a Text as JSON, and at a time.
type wire struct {
	Say  string         `json:"say"`
	With map[string]any `json:"with,omitempty"`
	At   *time.Time     `json:"at,omitempty"`
}

// MarshalJSON writes the text as it crosses to another process or to the store.
func (t Text) MarshalJSON() ([]byte, error) {
	if t.ID == "" {
		words, _ := t.Outside()
		return asJSON(words)
	}
	w := wire{Say: t.ID}
	if len(t.Args) > 0 {
		w.With = make(map[string]any, len(t.Args))
		for name, v := range t.Args {
			if at, ok := v.(time.Time); ok {
				v = wire{At: &at}
			}
			w.With[name] = v
		}
	}
	return asJSON(w)
}

// asJSON writes texts as they are: whether they are escaped for HTML is for who
// writes the whole to say.
func asJSON(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// maxDepth bounds how deep texts may stand in each other: JSON from outside must
// not end the stack.
const maxDepth = 16

// UnmarshalJSON reads what MarshalJSON wrote, or a string as words.
func (t *Text) UnmarshalJSON(b []byte) error { return t.read(b, 0) }

func (t *Text) read(b []byte, depth int) error {
	*t = Text{}
	if depth > maxDepth {
		return errors.New("say: texts stand too deep in each other")
	}
	if b = bytes.TrimSpace(b); len(b) == 0 || b[0] != '{' {
		var words *string
		if err := json.Unmarshal(b, &words); err != nil {
			return fmt.Errorf("say: this is no text: %w", err)
		}
		if words != nil {
			*t = Words(*words)
		}
		return nil
	}
	var w struct {
		Say  string                     `json:"say"`
		With map[string]json.RawMessage `json:"with"`
	}
	if err := json.Unmarshal(b, &w); err != nil {
		return fmt.Errorf("say: this is no text: %w", err)
	}
	if w.Say == "" {
		return errors.New("say: a text without a name")
	}
	t.ID = w.Say
	if len(w.With) == 0 {
		return nil
	}
	t.Args = make(Args, len(w.With))
	for name, raw := range w.With {
		v, err := readValue(raw, depth+1)
		if err != nil {
			return err
		}
		t.Args[name] = v
	}
	return nil
}

func readValue(b json.RawMessage, depth int) (any, error) {
	if b = bytes.TrimSpace(b); len(b) == 0 {
		return "", nil
	}
	switch b[0] {
	case '{':
		var at struct {
			At *time.Time `json:"at"`
		}
		if err := json.Unmarshal(b, &at); err == nil && at.At != nil {
			return *at.At, nil
		}
		var t Text
		err := t.read(b, depth)
		return t, err
	case '[':
		var raw []json.RawMessage
		if err := json.Unmarshal(b, &raw); err != nil {
			return nil, fmt.Errorf("say: an enumeration: %w", err)
		}
		list := make([]Text, len(raw))
		for i := range raw {
			if err := list[i].read(raw[i], depth); err != nil {
				return nil, err
			}
		}
		return list, nil
	case '"':
		var s string
		err := json.Unmarshal(b, &s)
		return s, err
	}
	var n int
	if err := json.Unmarshal(b, &n); err != nil {
		return nil, fmt.Errorf("say: what stands in a hole is neither text nor number: %w", err)
	}
	return n, nil
}
