package words

import (
	"errors"
	"fmt"
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
	err := fmt.Errorf("beside: %w", &say.Error{What: say.T("hover.not_asked"), Why: say.T("signin.nobody_is"), Do: say.T("do.login")})
	speak(t, English)
	if got := Error(err); got != "Hover was not asked: nobody is signed in to Hover. Sign in, on the Health page." {
		t.Errorf("in English: %q", got)
	}
	speak(t, Spanish)
	if got := Error(err); got != "No se le preguntó a Hover: nadie ha iniciado sesión en Hover. Inicie sesión, en la página Estado." {
		t.Errorf("in Spanish: %q", got)
	}
	if got := Error(errors.New("Hover says: bad luck")); got != "Hover says: bad luck" {
		t.Errorf("what nobody translated became %q", got)
	}
	if got := Error(nil); got != "" {
		t.Errorf("no error is %q", got)
	}
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
		if Say(l.Says) == l.Says.String() || !l.Do.IsZero() && Say(l.Do) == l.Do.String() {
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
		if Say(f.Says) == f.Says.String() {
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
		"sha256, ruta sin consulta, clave como texto, tipo de contenido como se envió (4 envíos). El MD5 se calcula, no llega el encabezado Content-MD5. El tipo de contenido no trae parámetros, así que da lo mismo cómo se lea. 2 firmas no coinciden con ninguna forma conocida",
		"job-state-changed llega junto a job-state-changed-v2: los dos contaron 1 de 3 cambios",
		"house-painted trae estos campos: event string, job_id number, state string",
		"Lo que ha llegado no dice todavía: cómo se firman los envíos, qué encabezados firman los envíos, si la verificación viene firmada",
	} {
		if !slices.ContainsFunc(all, func(f engine.Finding) bool { return strings.Contains(Say(f.Says), said) }) {
			t.Errorf("nothing says %q", said)
		}
	}
}

// unsaid fails if a finding is not said in Spanish to its end: if a word of it is
// left that is neither a name nor the same in both languages.
func unsaid(t *testing.T, findings []engine.Finding) {
	t.Helper()
	same := []string{
		"a", "no", "No", "GNOME", "KiB", "MiB", "GiB", "ngrok", "Go", "eMudhra", "proxy", "Hover", "Dormer", "localhost",
		"AM", "PM", "JSON", "PKCE", "HTTP", "http", "https", "PUT", "webhook",
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
		for _, says := range []say.Text{f.Says, f.Do} {
			said, english := words(Say(says)), words(says.String())
			if i := slices.IndexFunc(english, func(w string) bool { return slices.Contains(said, w) && !slices.Contains(same, w) }); i >= 0 {
				t.Errorf("the finding %s leaves %q in %q", f.Name, english[i], Say(says))
			}
		}
	}
}
