package control

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/reach"
	"dormer/internal/say"
	"dormer/internal/window"
)

// filler fills values of any type that crosses, each with something else.
type filler struct{ n int }

func (f *filler) next() int { f.n++; return f.n }

// fill gives a value of t without a zero in it, as far as another room can set it.
func (f *filler) fill(t *testing.T, of reflect.Type) reflect.Value {
	t.Helper()
	v := reflect.New(of).Elem()
	switch {
	case of == reflect.TypeFor[time.Time]():
		v.Set(reflect.ValueOf(time.Unix(int64(f.next()), 5).UTC()))
		return v
	case of == reflect.TypeFor[json.RawMessage]():
		v.Set(reflect.ValueOf(json.RawMessage(fmt.Sprintf(`{"<n>":%d}`, f.next()))))
		return v
	case of == reflect.TypeFor[say.Text]():
		n := f.next()
		v.Set(reflect.ValueOf(say.T("a.text", "n", n, "at", time.Unix(int64(n), 0).UTC(), "why", say.T("why", "url", "<&>"), "all", []say.Text{say.Words("ñ")})))
		return v
	case of == reflect.TypeFor[*say.Error]():
		v.Set(reflect.ValueOf(&say.Error{What: say.T("what", "n", f.next()), Why: say.T("why"), Do: say.T("do")}))
		return v
	}
	switch of.Kind() {
	case reflect.String:
		v.SetString(fmt.Sprintf("%d<ñ>", f.next()))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(int64(f.next()))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(uint64(f.next()))
	case reflect.Float32, reflect.Float64:
		v.SetFloat(float64(f.next()) + 0.5)
	case reflect.Pointer:
		v.Set(reflect.New(of.Elem()))
		v.Elem().Set(f.fill(t, of.Elem()))
	case reflect.Slice:
		v.Set(reflect.MakeSlice(of, 2, 2))
		for i := range 2 {
			v.Index(i).Set(f.fill(t, of.Elem()))
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(of))
		v.SetMapIndex(f.fill(t, of.Key()), f.fill(t, of.Elem()))
	case reflect.Struct:
		for field := range of.Fields() {
			if field.IsExported() {
				v.FieldByIndex(field.Index).Set(f.fill(t, field.Type))
			}
		}
	default:
		t.Fatalf("a %s cannot cross", of)
	}
	return v
}

// crossing is an engine and a host that answer every question with values that are
// filled: by reflection, so that a new question cannot be forgotten.
type crossing struct {
	t    *testing.T
	f    filler
	fail error // in the place of an answer

	mu   sync.Mutex // protects below
	name string     // of the question that arrived last
	in   []any      // its arguments
	out  []any      // what it was answered
}

// respond answers any question of an interface.
func (c *crossing) respond(iface reflect.Type) respondent {
	return func(name string, in []reflect.Value) []reflect.Value {
		c.mu.Lock()
		defer c.mu.Unlock()
		m, _ := iface.MethodByName(name)
		c.name, c.in, c.out = name, nil, nil
		var w io.Writer
		for _, v := range in[1:] {
			if to, ok := v.Interface().(io.Writer); ok {
				w = to
				continue
			}
			c.in = append(c.in, v.Interface())
		}
		var out []reflect.Value
		for of := range m.Type.Outs() {
			out = append(out, c.answer(of))
		}
		if w != nil && c.fail == nil {
			for _, piece := range []string{"a <piece>\n", "", "and another\xff"} {
				_, _ = io.WriteString(w, piece)
				c.out = append(c.out, piece)
			}
		}
		return out
	}
}

func (c *crossing) answer(of reflect.Type) reflect.Value {
	switch {
	case of == typeError:
		v := reflect.New(of).Elem()
		if c.fail != nil {
			v.Set(reflect.ValueOf(c.fail))
		}
		return v
	case of.Kind() == reflect.Chan:
		ch := reflect.MakeChan(reflect.ChanOf(reflect.BothDir, of.Elem()), 2)
		for range 2 {
			v := c.f.fill(c.t, of.Elem())
			c.out = append(c.out, v.Interface())
			ch.Send(v)
		}
		ch.Close()
		return ch.Convert(of)
	case of.Kind() == reflect.Func:
		elem := of.In(0).In(0)
		vs := []reflect.Value{c.f.fill(c.t, elem), c.f.fill(c.t, elem)}
		c.out = append(c.out, vs[0].Interface(), vs[1].Interface())
		return reflect.MakeFunc(of, func(args []reflect.Value) []reflect.Value {
			none := reflect.Zero(typeError)
			for _, v := range vs {
				if !args[0].Call([]reflect.Value{v, none})[0].Bool() {
					return nil
				}
			}
			if c.fail != nil {
				args[0].Call([]reflect.Value{reflect.Zero(elem), reflect.ValueOf(&c.fail).Elem()})
			}
			return nil
		})
	case c.fail != nil && of.Kind() != reflect.Slice:
		return reflect.Zero(of)
	}
	v := c.f.fill(c.t, of)
	c.out = append(c.out, v.Interface())
	return v
}

// crossed asks a question of a client, by its method of that name, with arguments
// that are filled. It gives what came out.
func (c *crossing) crossed(client *Client, m reflect.Method) (in, out []any, err error) {
	args := []reflect.Value{reflect.ValueOf(c.t.Context())}
	var wrote strings.Builder
	n := 0
	for of := range m.Type.Ins() {
		switch n++; {
		case n == 1: // the context
		case of == typeWriter:
			args = append(args, reflect.ValueOf(&wrote))
		default:
			v := c.f.fill(c.t, of)
			args, in = append(args, v), append(in, v.Interface())
		}
	}
	method := reflect.ValueOf(client).MethodByName(m.Name)
	call := method.Call
	if m.Type.IsVariadic() {
		call = method.CallSlice
	}
	for _, v := range call(args) {
		switch {
		case v.Type() == typeError:
			err, _ = v.Interface().(error)
		case v.Kind() == reflect.Chan:
			for e := range v.Seq() {
				out = append(out, e.Interface())
			}
		case v.Kind() == reflect.Func:
			for e, failed := range v.Seq2() {
				if err, _ = failed.Interface().(error); err == nil {
					out = append(out, e.Interface())
				}
			}
		default:
			out = append(out, v.Interface())
		}
	}
	if wrote.Len() > 0 {
		out = append(out, wrote.String())
	}
	return in, out, err
}

// crossingClient is a client of an engine and a host that are a crossing.
func crossingClient(t *testing.T, c *crossing) *Client {
	t.Helper()
	m := http.NewServeMux()
	m.HandleFunc("POST "+pathInfo, func(w http.ResponseWriter, _ *http.Request) {
		_ = encoder(w).Encode(Info{Protocol: protocol()})
	})
	offer(m, reflect.TypeFor[engine.Desk](), c.respond(reflect.TypeFor[engine.Desk]()), true)
	offer(m, reflect.TypeFor[window.Host](), c.respond(reflect.TypeFor[window.Host]()), false)
	client := answering(t, m.ServeHTTP)
	if err := client.greet(t.Context()); err != nil {
		t.Fatal(err)
	}
	return client
}

// everyQuestion runs f for every question that a client can ask.
func everyQuestion(t *testing.T, f func(t *testing.T, m reflect.Method)) {
	for _, iface := range []reflect.Type{reflect.TypeFor[engine.Desk](), reflect.TypeFor[window.Host]()} {
		for m := range iface.Methods() {
			t.Run(m.Name, func(t *testing.T) { f(t, m) })
		}
	}
}

func TestEveryQuestionCrossesWithItsArgumentsAndItsAnswer(t *testing.T) {
	c := &crossing{t: t}
	client := crossingClient(t, c)
	everyQuestion(t, func(t *testing.T, m reflect.Method) {
		c.t = t
		in, out, err := c.crossed(client, m)
		if err != nil {
			t.Fatal(err)
		}
		if c.name != m.Name {
			t.Errorf("it arrived as %s", c.name)
		}
		if m.Name == "Events" { // it is asked in pages
			in[0] = c.in[0]
		}
		if !reflect.DeepEqual(in, c.in) {
			t.Errorf("asked\n%s, arrived\n%s", inJSON(in), inJSON(c.in))
		}
		if len(c.out) == 3 { // the pieces of what is written
			c.out = []any{fmt.Sprint(c.out...)}
		}
		if !reflect.DeepEqual(out, c.out) {
			t.Errorf("answered\n%s, arrived\n%s", inJSON(c.out), inJSON(out))
		}
	})
}

func inJSON(v any) string {
	b, err := json.MarshalIndent(v, "", " ")
	return fmt.Sprintf("%#v\n%s %v", v, b, err)
}

func TestEveryQuestionsErrorComesBackAsWhatItWas(t *testing.T) {
	c := &crossing{t: t, fail: &say.Error{What: say.T("what"), Err: fmt.Errorf("in between: %w", errors.Join(errors.New("no space"), reach.ErrTokenRight)), Do: say.T("do")}}
	client := crossingClient(t, c)
	everyQuestion(t, func(t *testing.T, m reflect.Method) {
		if m.Type.NumOut() == 1 && m.Type.Out(0).Kind() == reflect.Chan {
			t.Skip("a channel tells no error")
		}
		c.t = t
		_, _, err := c.crossed(client, m)
		told, ok := errors.AsType[*say.Error](err)
		if !ok || !errors.Is(err, reach.ErrTokenRight) || errors.Is(err, engine.ErrUnknown) {
			t.Fatalf("it came back as %#v", err)
		}
		what, why, do := told.Parts()
		if wantWhat, wantWhy, wantDo := say.PartsOf(c.fail); !what.Equal(wantWhat) || !why.Equal(wantWhy) || !do.Equal(wantDo) {
			t.Errorf("%v, %v, %v came back of %v", what, why, do, c.fail)
		}
	})
}

func TestWhatIsNotThereCrossesAsNothing(t *testing.T) {
	client := answering(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == pathOf("Recall") {
			_, _ = io.WriteString(w, "[null]\n")
			return
		}
		_, _ = io.WriteString(w, `{"end":true}`+"\n")
	})
	if kept, err := client.Recall(t.Context(), "x"); kept != nil || err != nil {
		t.Errorf("Recall = %q, %v", kept, err)
	}
	if users, err := client.Users(t.Context()); users == nil || len(users) > 0 || err != nil {
		t.Errorf("Users = %v, %v", users, err)
	}
}

func TestAnAnswerOfAnotherShapeIsRefused(t *testing.T) {
	for name, answer := range map[string]string{"no array": `{}`, "too few": `[{}]`, "too many": `[{},true,1]`, "another type": `[{},"yes"]`, "half": `[{},`} {
		t.Run(name, func(t *testing.T) {
			client := answering(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, answer) })
			if _, _, err := client.Stranger(t.Context()); err == nil {
				t.Error("it was taken for an answer")
			}
		})
	}
}

// TestTheProtocolFollowsTheQuestions is what tells two versions from each other.
func TestTheProtocolFollowsTheQuestions(t *testing.T) {
	describe := func(of reflect.Type) string {
		var b strings.Builder
		describer{to: &b, seen: map[reflect.Type]bool{}}.describe(of)
		return b.String()
	}
	type A struct {
		X int `json:"x"`
	}
	type B struct {
		A []A
		m map[string]int
	}
	_ = B{}.m
	if got, want := describe(reflect.TypeFor[func(context.Context, *B) error]()), "control.B.A []control.A \"\"\ncontrol.A.X int \"x\"\nint int\n"; !strings.Contains(got, want) {
		t.Errorf("described as %q", got)
	}
	if strings.Contains(describe(reflect.TypeFor[B]()), "map") {
		t.Error("a field that does not cross is described")
	}
	if len(protocol()) != 8 {
		t.Errorf("the protocol is %q", protocol())
	}
}

func TestWhatCannotCrossIsNoQuestion(t *testing.T) {
	for _, of := range []reflect.Type{
		reflect.TypeFor[interface{ NoContext(id string) error }](),
		reflect.TypeFor[interface{ NoError(ctx context.Context) int }](),
		reflect.TypeFor[interface{ Nothing(ctx context.Context) }](),
		reflect.TypeFor[interface {
			WriterAndMore(ctx context.Context, w io.Writer) (int, error)
		}](),
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s was taken for a question", of)
				}
			}()
			questions(of)
		}()
	}
}

// A window of a newer version asks the watcher of an older one to show it.
func TestTheHostsQuestionsAreUnderstoodAcrossVersions(t *testing.T) {
	shown := make(chan window.Place, 1)
	h := handler(nil, hostOf{show: func(at window.Place) error { shown <- at; return nil }}, Info{})
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodPost, pathOf("Show"), strings.NewReader(`[{"DISPLAY":":1","LATER":"1"}]`)))
	if w.Code != http.StatusOK {
		t.Fatalf("answered %d %s", w.Code, w.Body)
	}
	if a := <-shown; a["DISPLAY"] != ":1" {
		t.Errorf("asked %+v", a)
	}
}

// hostOf is a host.
type hostOf struct {
	window.NoHost
	show func(window.Place) error
	stop func() error
}

func (h hostOf) Show(_ context.Context, at window.Place) error { return h.show(at) }
func (h hostOf) Stop(context.Context) error                    { return h.stop() }

func TestADormerOfAnotherVersionIsNamed(t *testing.T) {
	stopped := make(chan struct{}, 1)
	m := http.NewServeMux()
	m.HandleFunc("POST "+pathInfo, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"pid":7,"version":"0.0.9","headless":false,"later":1}`) // as it was before there were protocols
	})
	offer(m, reflect.TypeFor[window.Host](), methodsOf(hostOf{stop: func() error { stopped <- struct{}{}; return nil }}), false)
	c := answering(t, m.ServeHTTP)
	if err := c.greet(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, err := c.Status(t.Context())
	if !errors.Is(err, ErrOtherVersion) || !strings.Contains(err.Error(), "0.0.9") || !strings.Contains(err.Error(), "start the new one") {
		t.Errorf("Status = %v", err)
	}
	var last error
	for _, last = range c.Get(t.Context(), engine.GetRequest{Jobs: []hover.JobID{"1"}}) {
	}
	if !errors.Is(last, ErrOtherVersion) {
		t.Errorf("Get = %v", last)
	}
	if err := c.Stop(t.Context()); err != nil {
		t.Errorf("Stop = %v", err)
	}
	<-stopped
}
