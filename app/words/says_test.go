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
	"time"
	"unicode"

	"dormer/app/apptest"
	"dormer/internal/engine"
	_ "dormer/internal/hermetic"
	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/internal/say"
)

func elm() job.Job {
	return job.Job{ID: "501", Address: hover.Address{Line1: "12 W. Elm St", City: "Austin", Region: "TX"}, State: hover.JobCompleted, Structures: []job.Structure{
		{ID: "1", Name: "House", State: hover.ModelCompleted},
		{ID: "2", State: hover.ModelFailed, FailureReason: "Too dark."},
		{ID: "3", Name: "Garage", State: hover.ModelProcessing},
		{ID: "4", Name: "Dr. Lee's Barn", State: hover.ModelCompleted},
	}}
}

func TestAlertsAreSaidInSpanish(t *testing.T) {
	speak(t, Spanish)
	failed := elm()
	failed.State = hover.JobFailed
	for _, c := range []struct {
		h           job.Happening
		j           job.Job
		files       job.Files
		title, body string
	}{
		{job.Happening{Outcome: job.Completed}, elm(), job.Files{Saved: 2, Waiting: 1},
			"12 W. Elm St, Austin TX ya está medido",
			"Listas: House y Dr. Lee's Barn. No se pudieron medir: Estructura principal (Too dark). Faltan: Garage. 2 PDF guardados. Faltan más PDF."},
		{job.Happening{Outcome: job.Completed}, job.Job{ID: "7"}, job.Files{PDFFollows: true}, "Trabajo 7 ya está medido", "El PDF viene después."},
		{job.Happening{Outcome: job.Completed}, job.Job{ID: "7"}, job.Files{Unavailable: 1}, "Trabajo 7 ya está medido", "Hover no entrega el PDF. Abra el trabajo en Hover para verlo."},
		{job.Happening{Outcome: job.Failed}, failed, job.Files{}, "12 W. Elm St, Austin TX no se pudo medir",
			"Too dark. Abra el trabajo en Hover para tomar fotos nuevas, o envíe otra solicitud de fotos."},
		{job.Happening{Outcome: job.StructureDone, Model: "3"}, elm(), job.Files{Saved: 1}, "Garage de 12 W. Elm St, Austin TX ya está medido", "El PDF está guardado."},
		{job.Happening{Outcome: job.Approval}, elm(), job.Files{}, "12 W. Elm St, Austin TX espera aprobación",
			"Un administrador de su empresa debe aprobarlo en Hover antes de que se prepare."},
		{job.Happening{Outcome: job.Order, State: "submitted"}, elm(), job.Files{}, "El pedido de 12 W. Elm St, Austin TX se envió al proveedor", "Ábralo en Hover para seguirlo."},
		{job.Happening{Outcome: job.Estimate, State: "list-created"}, job.Job{}, job.Files{}, "La lista de materiales está lista", "Ábralo en Hover para verlo."},
	} {
		title, body := job.Compose(c.h, c.j, c.files)
		if got := Said(title); got != c.title {
			t.Errorf("%q became %q, want %q", title, got, c.title)
		}
		if got := Said(body); got != c.body {
			t.Errorf("%q became %q, want %q", body, got, c.body)
		}
	}
	title, body := job.ComposeCapture(job.Invitation{Name: "Ann Lee", Address: hover.Address{Line1: "9 Oak St"}})
	if got := Said(title) + " / " + Said(body); got != "9 Oak St ya tiene fotos / Ann Lee tomó las fotos. Hover ya lo está preparando. Le avisamos cuando esté medido." {
		t.Errorf("a capture is %q", got)
	}
}

// TestNoAlertStaysEnglish goes through all that can happen.
func TestNoAlertStaysEnglish(t *testing.T) {
	speak(t, Spanish)
	outcomes := []job.Outcome{job.Completed, job.Failed, job.Cancelled, job.Approval, job.StructureDone, job.Capture, job.Estimate, job.Proposal, job.Order, "new"}
	states := []string{"", "failed", "complete", "submitted", "list-created", "list-sent", "list-approval-", "signature-signed", "signature-complete"}
	for _, o := range outcomes {
		for _, s := range states {
			for _, j := range []job.Job{{}, {ID: "501"}, elm()} {
				if o == job.StructureDone && j.ID == "" {
					continue // it is always of a job
				}
				title, body := job.Compose(job.Happening{Outcome: o, State: s, Model: "2", Job: j.ID}, j, job.Files{Saved: 1})
				for _, text := range []string{title, body} {
					if strings.HasPrefix(text, "12 W. Elm St, Austin TX") && o == "new" {
						continue // nothing but the address
					}
					english(t, text)
				}
			}
		}
	}
	var hs []job.Happening
	for _, o := range outcomes[:len(outcomes)-1] {
		one := []job.Happening{{Outcome: o}}
		for _, list := range [][]job.Happening{one, append(one, one...), append(append(hs, one...), one...)} {
			for _, lead := range []string{"", "While it was quiet", "Just now"} {
				title, _ := job.Summarize(list, nil, lead)
				english(t, title)
			}
		}
		hs = append(hs, one...)
	}
	title, body := job.Summarize(hs[:2], []string{"9 Oak St is measured", "Garage is measured"}, "")
	if got := Said(title); got != "Mientras no estaba: 1 trabajo quedó medido, 1 no se pudo medir" {
		t.Errorf("a summary is %q", got)
	}
	if got := Said(body); got != "9 Oak St ya está medido y Garage ya está medido." {
		t.Errorf("what it sums up is %q", got)
	}
	_, body = job.Summarize(hs[:3], []string{"1 Elm St, Carmel IN is measured", "Ann and Bob's house, Omaha NE waits for approval", "12 Mill and Main, Dayton OH could not be measured"}, "")
	if got := Said(body); got != "1 Elm St, Carmel IN ya está medido, Ann and Bob's house, Omaha NE espera aprobación y 12 Mill and Main, Dayton OH no se pudo medir." {
		t.Errorf("what it sums up is %q", got)
	}
}

// english fails if a word that only English has is left in what is said.
func english(t *testing.T, text string) {
	t.Helper()
	said := Said(text)
	for _, w := range regexp.MustCompile(`[\pL']+`).FindAllString(said, -1) {
		switch w {
		case "is", "was", "were", "the", "and", "for", "it", "could", "not", "be", "waits", "has", "been", "ready", "News", "of", "to", "more", "job", "jobs":
			t.Errorf("%q is left in %q", w, said)
			return
		}
	}
}

func TestWhatWasOrderedIsSaidAsItIsInACaptureRequest(t *testing.T) {
	for ordered, key := range map[string]string{
		"complete": "captures.deliverable.complete", "roof_only": "captures.deliverable.roof", "capture_only": "captures.deliverable.photos",
		"total_living_area": "captures.deliverable.living", "total_living_area_plus": "captures.deliverable.living_plus", "interior": "captures.deliverable.interior",
	} {
		for _, language := range []string{English, Spanish} {
			speak(t, language)
			if got, want := Said(job.DeliverableWords(ordered)), T(key); got != want {
				t.Errorf("%s in %s is %q here and %q there", ordered, language, got, want)
			}
		}
	}
	if got := Said(job.DeliverableWords("solar_array")); got != "Solar array" {
		t.Errorf("what Hover added later is %q", got)
	}
}

func TestTheStateOfAJobIsSaidWithTheTimeThatIsLeft(t *testing.T) {
	now := time.Date(2025, 11, 21, 12, 0, 0, 0, time.UTC)
	speak(t, Spanish)
	for _, s := range allJobStates() {
		english(t, job.StateWords(s))
	}
	for left, want := range map[time.Duration]string{
		80 * time.Minute: "se está preparando, faltan cerca de 1 h 20 min",
		72 * time.Hour:   "se está preparando, faltan cerca de 3 días",
		-time.Minute:     "se está preparando",
	} {
		j := job.Job{State: hover.JobWorking, ETA: now.Add(left)}
		if got := Said(j.Says(now)); got != want {
			t.Errorf("with %v left it is %q, want %q", left, got, want)
		}
	}
	speak(t, English)
	if got := Said("is being built, about 1 h 20 min left"); got != "is being built, about 1 h 20 min left" {
		t.Errorf("in English it became %q", got)
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

func TestOutsideTextIsNoTemplate(t *testing.T) {
	speak(t, Spanish)
	j := job.Job{ID: "1", Name: "{structure} {{.n}} %s"}
	title, _ := job.Compose(job.Happening{Outcome: job.StructureDone}, j, job.Files{})
	if got := Said(title); got != "Estructura principal de {structure} {{.n}} %s ya está medido" {
		t.Errorf("it became %q", got)
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
		if Said(j.Says) == j.Says {
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
