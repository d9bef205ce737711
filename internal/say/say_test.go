package say

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode/utf8"

	_ "dormer/internal/hermetic"
)

func TestOutsideWordsAreNeverTranslatedNorTakenForATemplate(t *testing.T) {
	text := T("error.what_why", "what", Words("{why} Complete %s {{.n}}"), "why", "{what}")
	for _, r := range []Reader{Terminal, {Spanish, true}} {
		if got := text.For(r); got != "{why} Complete %s {{.n}}: {what}" {
			t.Errorf("%v: %q", r, got)
		}
	}
}

func TestATextCrossesToAnotherProcess(t *testing.T) {
	at := time.Date(2026, 11, 29, 8, 0, 0, 0, time.UTC)
	for _, text := range []Text{
		{}, Words("Ann's house"), T("a"), N("a", 3), T("a", "b", "c", "at", at, "text", T("x", "n", 1), "list", []Text{Words("A"), T("b")}),
		Sentences(T("a"), Words("b")),
	} {
		b, err := json.Marshal(text)
		if err != nil {
			t.Fatal(err)
		}
		var back Text
		if err := json.Unmarshal(b, &back); err != nil || !back.Equal(text) {
			t.Errorf("%s came back as %+v, %v", b, back, err)
		}
	}
	var deep Text
	if err := json.Unmarshal([]byte(strings.Repeat(`{"say":"a","with":{"b":`, 100)+`"x"`+strings.Repeat("}}", 100)), &deep); err == nil {
		t.Error("texts that stand a hundred deep in each other were taken")
	}
}

func TestAnErrorTellsItsThreeParts(t *testing.T) {
	gone := errors.New("no space left")
	err := fmt.Errorf("beside: %w", &Error{What: Words("The file could not be saved"), Err: gone, Do: Words("Free some space.")})
	if got := Of(err).String(); got != "The file could not be saved: no space left. Free some space." {
		t.Errorf("%q", got)
	}
	// A command can be copied as it stands.
	if got := (&Error{What: Words("Nobody is signed in"), Do: Words("Sign in: dormer login")}).Error(); got != "Nobody is signed in. Sign in: dormer login" {
		t.Errorf("%q", got)
	}
	if !errors.Is(err, gone) {
		t.Error("its cause cannot be found")
	}
	if got := Of(errors.New("odd")).String(); got != "odd" {
		t.Errorf("%q", got)
	}
	if !Of(nil).IsZero() {
		t.Error("no error says something")
	}
}

// TestACauseArrivesHoweverDeepItStands: what is missing, of which job, what was asked,
// what it came to, what Hover says of it.
func TestACauseArrivesHoweverDeepItStands(t *testing.T) {
	why := T("error.what_why", "what", T("error.what_why", "what", T("error.what_why", "what", T("hover.op.job"), "why",
		T("hover.kind.status", "kind", T("hover.kind.not_found"), "status", "404")), "why", "no such house"), "why", T("computer.refused"))
	one := &Error{What: T("job.not_read", "id", "7"), Why: why}
	list := []Text{T("error.what_why", "what", T("get.format_of", "format", "pdf", "what", T("get.job", "id", "7")), "why", one.Text())}
	err := &Error{What: T("get.missing", "n", 1, "all", 2), Why: T("summary.names", "names", list), Do: T("get.missing.do")}
	crossed, failed := json.Marshal(Sentences(err.Text(), err.Text()))
	if failed != nil {
		t.Fatal(failed)
	}
	var back Text
	if err := json.Unmarshal(crossed, &back); err != nil {
		t.Fatal(err)
	}
	if got := back.For(Reader{Spanish, true}); strings.Contains(got, "…") || !strings.Contains(got, "no se encontró (HTTP 404): no such house: la conexión fue rechazada") {
		t.Errorf("it arrives as %q", got)
	}
}

// TestWhatTheComputerRefusesIsToldInEachLanguage, whoever met it, and names the file.
func TestWhatTheComputerRefusesIsToldInEachLanguage(t *testing.T) {
	wrapped := func(err error) error {
		return fmt.Errorf("storage: commit: %w", &fs.PathError{Op: "write", Path: "/home/dana/x", Err: err})
	}
	for name, c := range map[string]struct {
		err                       error
		terminal, window, spanish string
	}{
		"a full disk":         {wrapped(syscall.ENOSPC), "/home/dana/x: no space left on device", "/home/dana/x: the disk is full", "/home/dana/x: el disco está lleno"},
		"no permission":       {wrapped(fs.ErrPermission), "/home/dana/x: permission denied", "/home/dana/x: there is no permission", "/home/dana/x: no hay permiso"},
		"a file that is gone": {wrapped(fs.ErrNotExist), "/home/dana/x: no such file or directory", "/home/dana/x: it does not exist", "/home/dana/x: no existe"},
		"a disk for reading":  {fmt.Errorf("log: %w", syscall.EROFS), "read-only file system", "the disk can only be read", "el disco solo se puede leer"},
		"no answer":           {fmt.Errorf("ask: %w", context.DeadlineExceeded), "context deadline exceeded", "there was no answer in time", "no hubo respuesta a tiempo"},
		"stopped":             {context.Canceled, "context canceled", "it was stopped", "se detuvo"},
		"a cause of ours":     {fmt.Errorf("%w: %w", Because("get.no_such"), wrapped(syscall.ENOSPC)), T("get.no_such").String(), T("get.no_such").String(), "no hay tal estructura en los trabajos que se nombraron"},
	} {
		text := Of(&Error{Err: c.err})
		for r, want := range map[Reader]string{Terminal: c.terminal, {English, true}: c.window, {Spanish, true}: c.spanish} {
			if got := text.For(r); got != want {
				t.Errorf("%s: %v is told %q, want %q", name, r, got, want)
			}
		}
	}
}

// TestACauseIsFoundByItsNameWhereverItWasMade: also behind a socket.
func TestACauseIsFoundByItsNameWhereverItWasMade(t *testing.T) {
	sentinel, other := Because("get.no_such"), Because("opener.none")
	err := fmt.Errorf("beside: %w", errors.Join(errors.New("x"), &Error{What: Words("y"), Err: fmt.Errorf("%w: %w", sentinel, fs.ErrExist)}))
	if !errors.Is(err, sentinel) || errors.Is(err, other) {
		t.Error("code cannot branch on a cause")
	}
	causes := CausesOf(errors.Join(err, other))
	if len(causes) != 2 || !errors.Is(Cause(causes[0]), sentinel) || !errors.Is(Cause(causes[1]), other) || errors.Is(Cause(causes[1]), sentinel) {
		t.Errorf("its causes are %v", causes)
	}
}

func TestAnErrorCrossesAsItsThreeParts(t *testing.T) {
	for _, e := range []*Error{
		{What: T("x", "n", 3), Why: T("y"), Do: T("z")},
		{What: Words("a <b>"), Err: fmt.Errorf("beside: %w", Because("get.no_such"))},
		{Err: errors.New("plain")},
	} {
		b, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		var back *Error
		if err := json.Unmarshal(b, &back); err != nil || back.Error() != e.Error() || !back.Text().Equal(e.Text()) {
			t.Errorf("%v came back as %v of %s (%v)", e, back, b, err)
		}
	}
}

// TestWhereThereIsLittleRoomNamesGiveWay: what happened stays.
func TestWhereThereIsLittleRoomNamesGiveWay(t *testing.T) {
	long := strings.Repeat("Sycamore Lane ", 20)
	both := T("job.title", "name", long, "address", Words(long))
	for _, r := range []Reader{Terminal, {Spanish, true}} {
		happened := T("alert.failed", "job", "").For(r)
		for _, about := range []Text{Words(long), both, T("job.test", "job", both)} {
			text := T("alert.failed", "job", about)
			for limit := 45; limit < 400; limit += 7 {
				got := text.Within(limit, r)
				if n := utf8.RuneCountInString(got); n > limit || n < min(limit-12, 30) || !strings.HasSuffix(got, happened) {
					t.Errorf("in %d characters it is %q", limit, got)
				}
			}
			if got := text.Within(4000, r); got != text.For(r) {
				t.Errorf("with room for all it is %q", got)
			}
			if got := text.Within(10, r); utf8.RuneCountInString(got) > 10 {
				t.Errorf("in 10 characters it is %q", got)
			}
		}
	}
	if got := Words(long).Within(9, Terminal); got != "Sycamore…" {
		t.Errorf("words alone are %q", got)
	}
}

func TestAFullStopStaysWhereItIsPartOfAName(t *testing.T) {
	for want, text := range map[string]Text{
		"Acme Inc. is measured":                      T("alert.measured", "job", Words("Acme Inc.")),
		"TEST – Acme Inc. is measured":               T("alert.measured", "job", T("job.test", "job", "Acme Inc.")),
		"Ready: House and Acme Inc.":                 T("alert.structures.ready", "names", []Text{Words("House"), Words("Acme Inc.")}),
		"The file could not be saved: no room.":      Sentences(T("error.what_why", "what", Words("The file could not be saved."), "why", "no room.")),
		"PDF follows: More PDFs follow.":             T("error.what_why", "what", T("alert.pdf.follows"), "why", T("alert.pdf.more")),
		"PDF follows could not be measured":          T("alert.failed", "job", T("alert.pdf.follows")),
		"PDF follows. More PDFs follow was canceled": T("alert.cancelled", "job", Sentences(T("alert.pdf.follows"), T("alert.pdf.more"))),
	} {
		if got := text.String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestWhyAHouseCouldNotBeMeasuredIsToldInTheReadersLanguage where the reason is a known
// one; in English, and where it is not, in Hover's words.
func TestWhyAHouseCouldNotBeMeasuredIsToldInTheReadersLanguage(t *testing.T) {
	for sent, spanish := range map[string]string{
		"Not enough photos of the rear side.":    "Faltan fotos de la parte de atrás.",
		"The rear corner is hidden by a tree.":   "Un árbol tapa la esquina de atrás.",
		"The chimney is hidden by a tree.":       "The chimney is hidden by a tree.",
		"Not enough photos of the rear side, Al": "Not enough photos of the rear side, Al",
		"":                                       "",
	} {
		if got := Reason(sent).For(Reader{Spanish, true}); got != spanish {
			t.Errorf("%q is told %q, want %q", sent, got, spanish)
		}
	}
	for _, known := range reasons {
		sent := known.String()
		if got := Reason(sent); got.String() != sent || got.For(Reader{Spanish, true}) == sent {
			t.Errorf("%q is told %q and %q", sent, got, got.For(Reader{Spanish, true}))
		}
	}
}

func TestScriptsGetWords(t *testing.T) {
	type lamp struct {
		Says Text   `json:"says"`
		Do   Text   `json:"do"`
		Name string `json:"name"`
	}
	body := json.RawMessage(`{"say":"not me","with":{"a":1}}`)
	about := T("error.what_why", "what", "a", "why", "<b>")
	for want, v := range map[string]any{
		`[{"says":"a: <b>","do":"","name":"{\"say\":\"not me\"}"}]`:      []lamp{{about, Text{}, `{"say":"not me"}`}},
		`{"body":{"say":"not me","with":{"a":1}},"more":{"x":"a: <b>"}}`: map[string]any{"body": body, "more": map[string]Text{"x": about}},
		`{"At":"2026-11-29T08:00:00Z","Lamp":{"says":"","do":"a: <b>","name":""}}`: struct {
			At   time.Time
			Lamp *lamp
		}{time.Date(2026, 11, 29, 8, 0, 0, 0, time.UTC), &lamp{Do: about}},
		`null`: nil,
	} {
		if b, err := Contract(v); err != nil || string(b) != want {
			t.Errorf("got %s, %v, want %s", b, err, want)
		}
	}
}

func TestNumbersAndLists(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", -1234567: "-1,234,567"} {
		if got := Number(n); got != want {
			t.Errorf("%d is %q", n, got)
		}
	}
	list := []Text{Words("House"), Words("Garage"), Words("Barn")}
	if got := hold(list, teller{Reader: Reader{Spanish, true}}, 0); got != "House, Garage y Barn" {
		t.Errorf("%q", got)
	}
}

var holeName = regexp.MustCompile(`\{([a-z_]+)\}`)

// TestBothCataloguesHaveTheSameTextsWithTheSameHoles, so that nothing is left out
// in a language.
func TestBothCataloguesHaveTheSameTextsWithTheSameHoles(t *testing.T) {
	en, es := catalogues()[English], catalogues()[Spanish]
	holes := func(s string) (list []string) {
		for _, m := range holeName.FindAllStringSubmatch(s, -1) {
			list = append(list, m[1])
		}
		slices.Sort(list)
		return slices.Compact(list)
	}
	every := func(f forms) []string {
		all := []string{f.other}
		if f.window != nil {
			all = append(all, f.window.other)
		}
		return all
	}
	for id, f := range en {
		g, ok := es[id]
		if !ok {
			t.Errorf("%s is not in Spanish", id)
			continue
		}
		want := holes(f.other)
		for _, text := range append(every(f), every(g)...) {
			if text == "" {
				t.Errorf("%s says nothing", id)
			}
			if got := holes(text); !slices.Equal(got, want) {
				t.Errorf("%s has the holes %v and %v", id, want, got)
			}
			if strings.Count(text, "{") != len(holeName.FindAllString(text, -1)) {
				t.Errorf("%s has an odd hole: %q", id, text)
			}
		}
	}
	for id := range es {
		if _, ok := en[id]; !ok {
			t.Errorf("%s is not in English", id)
		}
	}
}

// TestEveryTextThatIsToldIsThereAndEveryTextThereIsTold reads the names where
// they are written.
func TestEveryTextThatIsToldIsThereAndEveryTextThereIsTold(t *testing.T) {
	told := map[string]bool{"error.what_do": true, "error.what_why": true}
	for id := range catalogues()[English] {
		if strings.HasPrefix(id, "computer.") || strings.HasPrefix(id, "reason.") { // of this package
			told[id] = true
		}
	}
	set := token.NewFileSet()
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && strings.HasPrefix(d.Name(), ".") && len(d.Name()) > 2 {
			return fs.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || filepath.Dir(path) == filepath.Join("..", "..", "internal", "say") {
			return nil
		}
		file, err := parser.ParseFile(set, path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if told, ok := n.(*ast.CompositeLit); ok {
				checkCause(t, set, told)
			}
			lit, ok := n.(*ast.BasicLit)
			if ok && lit.Kind == token.STRING {
				told[strings.Trim(lit.Value, "\"`")] = true
			}
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) == 0 {
				return true
			}
			f, ok := call.Fun.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if pkg, ok := f.X.(*ast.Ident); ok && pkg.Name == "say" && f.Sel.Name == "Words" && !strings.HasSuffix(filepath.Dir(path), "test") {
				checkOutside(t, set, call)
			}
			if pkg, ok := f.X.(*ast.Ident); !ok || pkg.Name != "say" || !slices.Contains([]string{"T", "N", "New", "Because"}, f.Sel.Name) {
				return true
			}
			lit, ok = call.Args[0].(*ast.BasicLit)
			if !ok {
				t.Errorf("%s: the name of a text is not a literal", set.Position(call.Pos()))
				return true
			}
			id := strings.Trim(lit.Value, `"`)
			text, ok := catalogues()[English][id]
			if !ok {
				t.Errorf("%s: %s is in no catalogue", set.Position(call.Pos()), id)
				return true
			}
			checkHoles(t, set.Position(call.Pos()), f.Sel.Name, call, text)
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for id := range catalogues()[English] {
		if !told[id] {
			t.Errorf("nothing tells %s", id)
		}
	}
}

// sentence is English of our own: two words, one after the other.
var sentence = regexp.MustCompile(`[a-z]{2,} [a-z]{2,}`)

// checkOutside fails if a call gives out a sentence of our own as words from
// outside, which nobody would translate.
func checkOutside(t *testing.T, set *token.FileSet, call *ast.CallExpr) {
	t.Helper()
	ast.Inspect(call.Args[0], func(n ast.Node) bool {
		if name, ok := n.(*ast.Ident); ok && name.Obj != nil && name.Obj.Kind == ast.Con {
			t.Errorf("%s: the constant %s belongs in the catalogues", set.Position(name.Pos()), name.Name)
		}
		if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING && sentence.MatchString(lit.Value) {
			t.Errorf("%s: %s belongs in the catalogues", set.Position(lit.Pos()), lit.Value)
		}
		return true
	})
}

// checkCause fails if an error for people has a cause that is a sentence of our own,
// said in English alone.
func checkCause(t *testing.T, set *token.FileSet, told *ast.CompositeLit) {
	t.Helper()
	if f, ok := told.Type.(*ast.SelectorExpr); !ok || f.Sel.Name != "Error" {
		return
	}
	for _, e := range told.Elts {
		field, ok := e.(*ast.KeyValueExpr)
		if !ok {
			continue
		}
		if name, ok := field.Key.(*ast.Ident); !ok || name.Name != "Err" {
			continue
		}
		ast.Inspect(field.Value, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING && sentence.MatchString(lit.Value) {
				t.Errorf("%s: %s belongs in the catalogues", set.Position(lit.Pos()), lit.Value)
			}
			return true
		})
	}
}

// checkHoles fails if a call does not fill just the holes of its text.
func checkHoles(t *testing.T, at token.Position, f string, call *ast.CallExpr, text forms) {
	t.Helper()
	if call.Ellipsis.IsValid() {
		return
	}
	filled := map[string]bool{}
	first := 1
	if f == "N" {
		filled["n"], first = true, 2
	}
	for i := first; i < len(call.Args); i += 2 {
		name, ok := call.Args[i].(*ast.BasicLit)
		if !ok || i+1 == len(call.Args) {
			t.Errorf("%s: what stands in the holes is not given as pairs of a literal name and a value", at)
			return
		}
		filled[strings.Trim(name.Value, `"`)] = true
	}
	for _, m := range holeName.FindAllStringSubmatch(text.other, -1) {
		if !filled[m[1]] {
			t.Errorf("%s: nothing fills {%s} of %q", at, m[1], text.other)
		}
		delete(filled, m[1])
	}
	delete(filled, "n") // it may choose the form alone
	for name := range filled {
		t.Errorf("%s: %q has no {%s}", at, text.other, name)
	}
}

func FuzzText(f *testing.F) {
	f.Add([]byte(`{"say":"error.what_why","with":{"what":{"say":"sentences","with":{"list":["a",{"say":"x"}]}},"why":{"at":"2026-11-29T08:00:00Z"}}}`))
	f.Add([]byte(`"words"`))
	f.Fuzz(func(t *testing.T, b []byte) {
		var text Text
		if json.Unmarshal(b, &text) != nil {
			return
		}
		_ = text.For(Reader{Spanish, true})
		again, err := json.Marshal(text)
		if err != nil {
			t.Fatal(err)
		}
		var back Text
		if err := json.Unmarshal(again, &back); err != nil || !back.Equal(text) {
			t.Errorf("%q became %q, %v", b, again, err)
		}
	})
}
