package control

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"reflect"
	"strings"
	"sync"

	"dormer/internal/engine"
	"dormer/internal/say"
)

// A question is a method of an interface, as it crosses the socket.
type question struct {
	name string
	in   []reflect.Type // its arguments, but for the context that comes first and a writer that comes last
	more bool           // the last argument may be several
	how  manner         // in which it is answered
}

// manner is how a question is answered.
type manner int

const (
	once    manner = iota // one JSON array of all that it gives but the error
	listed                // a line for each row of a list
	yielded               // a line for each value of an iter.Seq2[T, error]
	told                  // a line for each value of a channel
	written               // a line for each piece that is written to the io.Writer
)

// questions gives the questions of an interface. One that cannot cross is a
// mistake in the program.
func questions(iface reflect.Type) []question {
	all := make([]question, 0, iface.NumMethod())
	for m := range iface.Methods() {
		q, ok := read(m)
		if !ok {
			panic(fmt.Sprintf("control: %s.%s %s cannot be asked across a socket", iface, m.Name, m.Type))
		}
		all = append(all, q)
	}
	return all
}

var (
	typeContext = reflect.TypeFor[context.Context]()
	typeError   = reflect.TypeFor[error]()
	typeWriter  = reflect.TypeFor[io.Writer]()
)

// read reads a method of an interface.
func read(m reflect.Method) (q question, ok bool) {
	q = question{name: m.Name, more: m.Type.IsVariadic()}
	var in, out []reflect.Type
	for t := range m.Type.Ins() {
		in = append(in, t)
	}
	for t := range m.Type.Outs() {
		out = append(out, t)
	}
	if len(in) == 0 || in[0] != typeContext || len(out) == 0 {
		return q, false
	}
	q.in = in[1:]
	last := len(out) - 1
	switch {
	case len(q.in) > 0 && q.in[len(q.in)-1] == typeWriter:
		q.in, q.how = q.in[:len(q.in)-1], written
		ok = len(out) == 1 && out[0] == typeError
	case len(out) == 1 && out[0].Kind() == reflect.Func && out[0].CanSeq2():
		q.how = yielded
		ok = out[0].In(0).In(1) == typeError
	case len(out) == 1 && out[0].Kind() == reflect.Chan:
		q.how, ok = told, true
	case len(out) == 2 && out[0].Kind() == reflect.Slice && out[0].Elem().Kind() != reflect.Uint8:
		q.how = listed
		ok = out[last] == typeError
	default:
		ok = out[last] == typeError
	}
	return q, ok
}

// protocol says what the questions are and what crosses with them: two programs
// that have the same understand each other. It follows from the code, so that
// nobody can forget to raise it. What a face asks of its host is not part of it:
// see [window.Host].
var protocol = sync.OnceValue(func() string {
	var b strings.Builder
	d := describer{to: &b, seen: map[reflect.Type]bool{}}
	iface := reflect.TypeFor[engine.Desk]()
	for m := range iface.Methods() {
		fmt.Fprintf(&b, "%s%s\n", m.Name, strings.TrimPrefix(m.Type.String(), "func"))
		d.describe(m.Type)
	}
	sum := sha256.Sum256([]byte(b.String()))
	return hex.EncodeToString(sum[:4])
})

// describer writes down how types look as JSON.
type describer struct {
	to   io.Writer
	seen map[reflect.Type]bool
}

func (d describer) describe(t reflect.Type) {
	if d.seen[t] {
		return
	}
	d.seen[t] = true
	if t.Implements(reflect.TypeFor[json.Marshaler]()) {
		return // what it looks like is written in its method
	}
	switch t.Kind() {
	case reflect.Func:
		for in := range t.Ins() {
			d.describe(in)
		}
		for out := range t.Outs() {
			d.describe(out)
		}
	case reflect.Map:
		d.describe(t.Key())
		d.describe(t.Elem())
	case reflect.Slice, reflect.Array, reflect.Pointer, reflect.Chan:
		d.describe(t.Elem())
	case reflect.Struct:
		for f := range t.Fields() {
			if f.IsExported() {
				fmt.Fprintf(d.to, "%s.%s %s %q\n", t, f.Name, f.Type, f.Tag.Get("json"))
				d.describe(f.Type)
			}
		}
	default:
		fmt.Fprintf(d.to, "%s %s\n", t, t.Kind())
	}
}

// arguments reads the arguments of a question: a JSON array of as many as there
// are. Fields that nobody knows are refused where strict is.
func (q question) arguments(r io.Reader, strict bool) ([]reflect.Value, error) {
	d := json.NewDecoder(r)
	var raw []json.RawMessage
	if err := d.Decode(&raw); err != nil {
		return nil, engine.Usage(say.T("request.not_read", "why", err))
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, engine.Usage(say.T("request.too_much"))
	}
	if len(raw) != len(q.in) {
		return nil, engine.Usage(say.T("request.count", "want", len(q.in), "got", len(raw)))
	}
	in := make([]reflect.Value, len(raw))
	for i, b := range raw {
		v := reflect.New(reflect.PointerTo(q.in[i])) // null leaves it as it is
		d := json.NewDecoder(strings.NewReader(string(b)))
		if strict {
			d.DisallowUnknownFields()
		}
		if err := d.Decode(v.Interface()); err != nil {
			return nil, engine.Usage(say.T("request.not_read", "why", err))
		}
		if v = v.Elem(); v.IsNil() {
			v = reflect.New(q.in[i])
		}
		in[i] = v.Elem()
	}
	return in, nil
}

// A respondent has the method of a name do what it is asked: in are its arguments,
// a context first, and where it may be several the last is all of them.
type respondent func(method string, in []reflect.Value) []reflect.Value

// methodsOf has the methods of v respond.
func methodsOf(v any) respondent {
	of := reflect.ValueOf(v)
	return func(method string, in []reflect.Value) []reflect.Value {
		m := of.MethodByName(method)
		if m.Type().IsVariadic() {
			return m.CallSlice(in)
		}
		return m.Call(in)
	}
}

// errorOf gives the error that a method gave last.
func errorOf(out []reflect.Value) error {
	err, _ := out[len(out)-1].Interface().(error)
	return err
}

// lines gives the lines of an answer that has several.
func (q question) lines(ctx context.Context, in []reflect.Value, of respondent) iter.Seq2[any, error] {
	in = append([]reflect.Value{reflect.ValueOf(ctx)}, in...)
	return func(yield func(any, error) bool) {
		switch q.how {
		case listed:
			out := of(q.name, in)
			for _, v := range out[0].Seq2() {
				if !yield(v.Interface(), nil) {
					return
				}
			}
			if err := errorOf(out); err != nil {
				yield(nil, err)
			}
		case yielded:
			for v, e := range of(q.name, in)[0].Seq2() {
				err, _ := e.Interface().(error)
				if !yield(v.Interface(), err) {
					return
				}
			}
		case told:
			for v := range of(q.name, in)[0].Seq() {
				if !yield(v.Interface(), nil) {
					return
				}
			}
		case written:
			w := pieces(yield)
			if err := errorOf(of(q.name, append(in, reflect.ValueOf(w)))); err != nil && !errors.Is(err, errEnough) {
				yield(nil, err)
			}
		}
	}
}
