package words

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"dormer/app/apptest"
	"dormer/internal/engine"
	_ "dormer/internal/hermetic"
	"dormer/internal/job"
	"dormer/internal/say"
)

func TestWhatWasOrderedIsSaidAsItIsInACaptureRequest(t *testing.T) {
	for ordered, key := range map[string]string{
		"complete": "captures.deliverable.complete", "roof_only": "captures.deliverable.roof", "capture_only": "captures.deliverable.photos",
		"total_living_area": "captures.deliverable.living", "total_living_area_plus": "captures.deliverable.living_plus", "interior": "captures.deliverable.interior",
	} {
		for _, language := range []string{English, Spanish} {
			speak(t, language)
			if got, want := job.DeliverableWords(ordered).For(Reader()), T(key); got != want {
				t.Errorf("%s in %s is %q here and %q there", ordered, language, got, want)
			}
		}
	}
	if got := job.DeliverableWords("solar_array").For(Reader()); got != "Solar array" {
		t.Errorf("what Hover added later is %q", got)
	}
}

func TestAnErrorSaysWhatHappenedWhyAndWhatToDoInAWindowsWords(t *testing.T) {
	err := fmt.Errorf("beside: %w", &say.Error{What: say.Words("Hover was not asked"), Err: errors.New("nobody is signed in"), Do: say.Words("Sign in: dormer login")})
	speak(t, English)
	if got := Error(err); got != "Hover was not asked: nobody is signed in. Sign in, on the Health page." {
		t.Errorf("in English: %q", got)
	}
	speak(t, Spanish)
	if got := Error(err); got != "No se le preguntó a Hover: nadie ha iniciado sesión. Inicie sesión, en la página Salud." {
		t.Errorf("in Spanish: %q", got)
	}
	if got := Error(errors.New("Hover says: bad luck")); got != "Hover says: bad luck" {
		t.Errorf("what nobody translated became %q", got)
	}
	if got := Error(nil); got != "" {
		t.Errorf("no error is %q", got)
	}
	// As internal/subscription and internal/hoverapi put errors together.
	chain := "The webhook could not be set up: registering the webhook: register the webhook: invalid (HTTP 422): url: taken"
	if got := Said(chain); got != "No se pudo preparar el envío de noticias: al registrar el envío de noticias: registrar el envío de noticias: no aceptado (HTTP 422): url: taken" {
		t.Errorf("a chain became %q", got)
	}
}

func TestThePhrasebookHasTheSameHolesInBothLanguages(t *testing.T) {
	for _, p := range phrases().list {
		for _, text := range []string{p.English, p.Spanish} {
			if text == "" {
				t.Errorf("%q is missing in a language", p.Says)
			}
			for _, h := range p.holes {
				if strings.Count(text, "{"+h+"}") != 1 {
					t.Errorf("%q has not {%s} once", text, h)
				}
			}
			if strings.Count(text, "{") != len(p.holes) {
				t.Errorf("%q has other holes than %q", text, p.Says)
			}
		}
		if strings.HasSuffix(p.Says, ".") || strings.Contains(p.Says, ". ") {
			t.Errorf("%q is more than a sentence", p.Says)
		}
		for _, command := range []string{"dormer ", "--", "webhook"} {
			if strings.Contains(p.English, command) && !strings.Contains(p.English, "--ngrok-ca") {
				t.Errorf("%q is not how a window speaks", p.English)
			}
		}
	}
}

// TestEverySentenceOfTheEngineIsInThePhrasebook reads the sentences where they
// are written: what an error, a lamp, a finding or a tunnel's advice says.
func TestEverySentenceOfTheEngineIsInThePhrasebook(t *testing.T) {
	speak(t, Spanish)
	n := 0
	for _, dir := range []string{"internal/engine", "internal/doctor", "internal/fetch", "internal/job", "tunnel"} {
		files, err := filepath.Glob(filepath.Join("../..", dir, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		set := token.NewFileSet()
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			file, err := parser.ParseFile(set, name, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			for pos, text := range sentencesOf(file) {
				n++
				if Said(text) == text && !stays[text] {
					t.Errorf("%s: %q is not in assets/phrases.json", set.Position(pos), text)
				}
			}
		}
	}
	if n < 150 {
		t.Errorf("only %d sentences were found", n)
	}
}

// stays are sentences that no window shows.
var stays = map[string]bool{
	"There is nothing in X yet": true, "Start Dormer there once: dormer run --headless": true,
	"Dormer is not running: no webhook can arrive, and nobody is told":         true,
	"Start it: dormer run --headless. What was missed is asked for then.":      true,
	"A sign-in is kept; whether Hover still takes it is seen when Dormer runs": true,
	"The sign-in cannot be read (X)":                                           true,
	"It is registered when Dormer runs and somebody is signed in.":             true,
	"Start Dormer: what was missed is asked for.":                              true,
	"Start Dormer: the code is asked for again.":                               true,
	"Hover had not verified the webhook yet":                                   true,
	"X X reached through the proxy X, which answers":                           true, // "is" or "are", and
	"X; its last try to send news failed: X":                                   true, // part of what is in it as a whole
	"X once more, soon after it was replaced":                                  true, // so is this
	"Webhook X was verified at X":                                              true,
}

// sentencesOf finds what is said: the fields Says, What, Why and Do, and the
// arguments of found and just. X stands for what is filled in.
func sentencesOf(file *ast.File) map[token.Pos]string {
	all := map[token.Pos]string{}
	add := func(e ast.Expr) {
		if text := sample(e); strings.Contains(strings.Trim(text, "X1 "), " ") {
			all[e.Pos()] = text
		}
	}
	field := func(name string) bool {
		switch name {
		case "Says", "What", "Why", "Do", "says", "do", "soon":
			return true
		}
		return false
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.KeyValueExpr:
			if key, ok := n.Key.(*ast.Ident); ok && field(key.Name) {
				add(n.Value)
			}
		case *ast.AssignStmt:
			for i, left := range n.Lhs {
				if s, ok := left.(*ast.SelectorExpr); ok && field(s.Sel.Name) && i < len(n.Rhs) {
					add(n.Rhs[i])
				}
			}
		case *ast.CallExpr:
			if f, ok := n.Fun.(*ast.Ident); ok && ((f.Name == "found" || f.Name == "just") && len(n.Args) == 4 || f.Name == "asking" && len(n.Args) == 3) {
				for _, a := range n.Args {
					add(a)
				}
			}
		}
		return true
	})
	return all
}

// verb matches what fmt fills in.
var verb = regexp.MustCompile(`%[qvsw]`)

// sample gives an example of what an expression says.
func sample(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.BasicLit:
		return literal(e)
	case *ast.BinaryExpr:
		if keep, ok := e.Y.(*ast.Ident); ok && keep.Name == "keepTrying" {
			return sample(e.X) + "Dormer keeps trying."
		}
		return sample(e.X) + sample(e.Y)
	case *ast.CallExpr:
		if f, ok := e.Fun.(*ast.SelectorExpr); ok && slices.Contains([]string{"Sprintf", "Errorf", "New"}, f.Sel.Name) {
			text := verb.ReplaceAllString(literal(e.Args[0]), "X")
			return strings.ReplaceAll(text, "%d", "1")
		}
	}
	return "X"
}

// TestAnEngineThatRunsSpeaksSpanish asks a real one.
func TestAnEngineThatRunsSpeaksSpanish(t *testing.T) {
	desk := apptest.Desk(t)
	speak(t, Spanish)
	status, err := desk.Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range status.Lamps {
		if Said(l.Says.String()) == l.Says.String() || !l.Do.IsZero() && Said(l.Do.String()) == l.Do.String() {
			t.Errorf("the lamp %s says %q, %q", l.Name, l.Says, l.Do)
		}
	}
	for j, err := range desk.Jobs(t.Context(), engine.JobFilter{}) {
		if err != nil {
			t.Fatal(err)
		}
		if Say(j.Says) == j.Says.String() {
			t.Errorf("job %s %q", j.ID, j.Says)
		}
	}
	findings, err := desk.Doctor(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range findings {
		if Said(f.Says.String()) == f.Says.String() {
			t.Errorf("the finding %s says %q", f.Name, f.Says)
		}
	}
	// Who shows notifications, and what else they can, is told in their words.
	unsaid(t, slices.DeleteFunc(findings, func(f engine.Finding) bool { return f.Name == "notifications" }))
}

// TestWhatTheTrafficTellsIsSaidInSpanish goes through all that it can tell: those
// sentences are put together from pieces.
func TestWhatTheTrafficTellsIsSaidInSpanish(t *testing.T) {
	speak(t, Spanish)
	all := apptest.Traffic()
	unsaid(t, all)
	for _, said := range []string{
		"sha256, ruta sin consulta, clave como texto, tipo de contenido como se envió (4 envíos); el MD5 se calcula, no llega el encabezado Content-MD5; el tipo de contenido no trae parámetros, así que da lo mismo cómo se lea; 2 firmas no coinciden con ninguna forma conocida",
		"job-state-changed llega junto a job-state-changed-v2: los dos contaron 1 de 3 cambios",
		"house-painted trae estos campos: event string, job_id number, state string",
		"Lo que ha llegado no dice todavía: cómo se firman los envíos, si la verificación viene firmada",
	} {
		if !slices.ContainsFunc(all, func(f engine.Finding) bool { return strings.Contains(Said(f.Says.String()), said) }) {
			t.Errorf("nothing says %q", said)
		}
	}
	reading := "sha256, path without query, text key, content type as sent"
	for _, lamp := range []string{"Hover's signature is understood and checked", "A delivery with a wrong signature was refused"} {
		unsaid(t, []engine.Finding{{Name: "signature", Says: say.Words(lamp + ": " + reading)}})
	}
}

// unsaid fails if a finding is not said in Spanish to its end: if a word of it is
// left that is neither a name nor the same in both languages.
func unsaid(t *testing.T, findings []engine.Finding) {
	t.Helper()
	same := []string{
		"a", "no", "No", "GNOME", "KiB", "MiB", "GiB", "ngrok", "proxy", "Hover", "Dormer", "localhost",
		"Date", "string", "number", "event", "state", "completed", "odd", // as they stand in what came
	}
	words := func(s string) (list []string) { // without names of events and fields, addresses, paths
		for _, w := range strings.Fields(s) {
			if w = strings.Trim(w, ".,:;()"); !strings.ContainsFunc(w, func(r rune) bool { return !unicode.IsLetter(r) }) {
				list = append(list, w)
			}
		}
		return list
	}
	for _, f := range findings {
		for _, says := range []string{f.Says.String(), f.Do.String()} {
			said := words(Said(says))
			if i := slices.IndexFunc(words(says), func(w string) bool { return slices.Contains(said, w) && !slices.Contains(same, w) }); i >= 0 {
				t.Errorf("the finding %s leaves %q in %q", f.Name, words(says)[i], Said(says))
			}
		}
	}
}
