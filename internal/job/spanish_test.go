package job

import (
	"encoding/json"
	"regexp"
	"testing"
	"time"

	"dormer/internal/hover"
	"dormer/internal/say"
)

var crew = say.Reader{Language: say.Spanish, Window: true}

func elm() Job {
	return Job{ID: "501", Address: hover.Address{Line1: "12 W. Elm St", City: "Austin", Region: "TX"}, State: hover.JobCompleted, Structures: []Structure{
		{ID: "1", Name: "House", State: hover.ModelCompleted},
		{ID: "2", State: hover.ModelFailed, FailureReason: "Too dark."},
		{ID: "3", Name: "Garage", State: hover.ModelProcessing},
		{ID: "4", Name: "Dr. Lee's Barn", State: hover.ModelCompleted},
	}}
}

func TestAlertsAreSaidInSpanish(t *testing.T) {
	failed := elm()
	failed.State = hover.JobFailed
	rear := elm()
	rear.State, rear.Structures[1].FailureReason = hover.JobFailed, "Not enough photos of the rear side."
	const place = "12 W. Elm St, Austin TX"
	for _, c := range []struct {
		h           Happening
		j           Job
		files       Files
		title, body string
	}{
		{
			Happening{Outcome: Completed}, elm(), Files{Saved: 2, Waiting: 1}, place + " ya está medida",
			"Listas: House y Dr. Lee's Barn. No se pudieron medir: Estructura principal (Too dark). Faltan: Garage. 2 PDF guardados. Faltan más PDF.",
		},
		{Happening{Outcome: Completed}, Job{ID: "7"}, Files{PDFFollows: true}, "Trabajo 7 ya está medida", "El PDF viene después."},
		{Happening{Outcome: Completed}, Job{ID: "7"}, Files{Unavailable: 1}, "Trabajo 7 ya está medida", "Hover no entrega el PDF. Abra el trabajo en Hover para verlo."},
		{
			Happening{Outcome: Failed}, failed, Files{}, place + " no se pudo medir",
			"Too dark. Abra el trabajo en Hover para tomar fotos nuevas, o envíe otra solicitud de fotos.",
		},
		{
			Happening{Outcome: Failed}, rear, Files{}, place + " no se pudo medir",
			"Faltan fotos de la parte de atrás. Abra el trabajo en Hover para tomar fotos nuevas, o envíe otra solicitud de fotos.",
		},
		{Happening{Outcome: StructureDone, Model: "3"}, elm(), Files{Saved: 1}, "Garage de " + place + " ya está medida", "El PDF está guardado."},
		{
			Happening{Outcome: Approval}, elm(), Files{}, place + " espera aprobación",
			"Un administrador o un encargado de trabajos de su cuenta lo aprueba en Hover. Después se prepara.",
		},
		{Happening{Outcome: Order, State: "submitted"}, elm(), Files{}, "El pedido de " + place + " se envió al proveedor", "Ábralo en Hover para seguirlo."},
		{Happening{Outcome: Estimate, State: "list-created"}, Job{}, Files{}, "La lista de materiales está lista", "Ábralo en Hover para verlo."},
	} {
		title, body := Compose(c.h, c.j, c.files)
		if got := title.For(crew); got != c.title {
			t.Errorf("%q is said %q, want %q", title, got, c.title)
		}
		if got := body.For(crew); got != c.body {
			t.Errorf("%q is said %q, want %q", body, got, c.body)
		}
	}
	title, body := ComposeCapture(Invitation{Name: "Ann Lee", Address: hover.Address{Line1: "9 Oak St"}})
	if got := title.For(crew) + " / " + body.For(crew); got != "9 Oak St ya tiene fotos / Ann Lee tomó las fotos. Hover ya la está preparando. Le avisamos cuando esté medida." {
		t.Errorf("a capture is %q", got)
	}
}

// TestNoAlertStaysEnglish goes through all that can happen.
func TestNoAlertStaysEnglish(t *testing.T) {
	outcomes := []Outcome{Completed, Failed, Cancelled, Approval, Payment, StructureDone, Capture, Estimate, Proposal, Order, "new"}
	states := []string{"", "failed", "complete", "submitted", "paying", "list-created", "list-sent", "list-approval-", "signature-signed", "signature-complete"}
	for _, o := range outcomes {
		for _, s := range states {
			for _, j := range []Job{{}, {ID: "501"}, elm()} {
				title, body := Compose(Happening{Outcome: o, State: s, Model: "2", Job: j.ID}, j, Files{Saved: 1})
				noEnglish(t, title)
				noEnglish(t, body)
			}
		}
	}
	var hs []Happening
	for _, o := range outcomes[:len(outcomes)-1] {
		one := []Happening{{Outcome: o}}
		for _, list := range [][]Happening{one, append(one, one...), append(append(hs, one...), one...)} {
			for _, when := range []Occasion{WhileAway, WhileQuiet, JustNow} {
				title, _ := Summarize(list, nil, when)
				noEnglish(t, title)
			}
		}
		hs = append(hs, one...)
	}
	for _, s := range everyState {
		noEnglish(t, StateWords(s))
	}
}

// noEnglish fails if a word that only English has is left in what is said.
func noEnglish(t *testing.T, text say.Text) {
	t.Helper()
	said := text.For(crew)
	for _, w := range regexp.MustCompile(`[\pL']+`).FindAllString(said, -1) {
		switch w {
		case "is", "was", "were", "the", "and", "for", "it", "could", "not", "be", "waits", "has", "been", "ready", "News", "of", "to", "more", "job", "jobs":
			t.Errorf("%q is left in %q", w, said)
			return
		}
	}
}

func TestANightInSpanish(t *testing.T) {
	happened := []Happening{{Outcome: Completed}, {Outcome: Failed}, {Outcome: Approval}}
	var titles []say.Text
	for i, place := range []hover.Address{{Line1: "1 Elm St", City: "Carmel", Region: "IN"}, {Line1: "12 Mill and Main"}, {Line1: "Ann and Bob's house, Omaha NE"}} {
		title, _ := Compose(happened[i], Job{Address: place}, Files{})
		titles = append(titles, title)
	}
	title, body := Summarize(happened, titles, WhileAway)
	if got := title.For(crew); got != "Mientras no estaba: 1 trabajo quedó medido, 1 no se pudo medir, 1 espera aprobación" {
		t.Errorf("a summary is %q", got)
	}
	if got := body.For(crew); got != "1 Elm St, Carmel IN ya está medida, 12 Mill and Main no se pudo medir y Ann and Bob's house, Omaha NE espera aprobación." {
		t.Errorf("what it sums up is %q", got)
	}
}

// TestACustomersWordsAreNeverTranslatedNorTakenForOurs: a house may be called as
// anything that Dormer says.
func TestACustomersWordsAreNeverTranslatedNorTakenForOurs(t *testing.T) {
	for _, name := range []string{
		"Complete", "Main structure", "Roof only", "Interior", "Job 7", "A property", "News from Hover", "is measured", "could not be measured",
		"The PDF is saved.", "2 more", "Garage of the house", "alert.measured", "{job}", "{structure} {{.n}} %s", `{"say":"alert.measured"}`, "Acme Inc.",
	} {
		for _, r := range []say.Reader{say.Terminal, crew} {
			measured, failed := " is measured", "Could not be measured: "
			of := " of "
			if r == crew {
				measured, failed, of = " ya está medida", "No se pudieron medir: ", " de "
			}
			j := Job{ID: "1", Name: name, Structures: []Structure{{ID: "2", Name: name, State: hover.ModelFailed, FailureReason: name}}}
			if got := j.Title().For(r); got != name {
				t.Errorf("the job %q is called %q", name, got)
			}
			if got := (Structure{Name: name}).Title().For(r); got != name {
				t.Errorf("the structure %q is called %q", name, got)
			}
			title, body := Compose(Happening{Outcome: Completed}, j, Files{})
			if got := title.For(r); got != name+measured {
				t.Errorf("the alert of %q is %q", name, got)
			}
			why := regexp.MustCompile(`\.$`).ReplaceAllString(name, "")
			if got := body.For(r); got != failed+name+" ("+why+")." {
				t.Errorf("the alert of %q says %q", name, got)
			}
			title, _ = Compose(Happening{Outcome: StructureDone, Model: "2"}, j, Files{})
			if got := title.For(r); got != name+of+name+measured {
				t.Errorf("the alert of its structure is %q", got)
			}
		}
	}
}

func TestTheStateOfAJobIsSaidWithTheTimeThatIsLeft(t *testing.T) {
	for left, want := range map[time.Duration]string{
		80 * time.Minute: "se está preparando, faltan cerca de 1 h 20 min",
		72 * time.Hour:   "se está preparando, faltan cerca de 3 días",
		-time.Minute:     "se está preparando",
	} {
		if got := (Job{State: hover.JobWorking, ETA: noon.Add(left)}).Says(noon).For(crew); got != want {
			t.Errorf("with %v left it is %q, want %q", left, got, want)
		}
	}
}

// An alert that was stored before Dormer knew Hover's reasons holds them as they were
// sent: alone in its body, or within what is told of several structures.
func TestAReasonThatWasStoredAsItWasSentIsSaidInSpanish(t *testing.T) {
	const failed = `{"id":1,"kind":"failed","title":{"say":"alert.failed","with":{"job":"12 W. Elm St"}},` +
		`"body":{"say":"sentences","with":{"list":["Not enough photos of the rear side.",{"say":"alert.failed.body"}]}}}`
	const several = `{"id":2,"kind":"completed","title":"Elm","body":{"say":"alert.structures.failed","with":{"names":[` +
		`{"say":"alert.structures.why","with":{"structure":"The rear corner is hidden by a tree.","why":"The rear corner is hidden by a tree."}},` +
		`{"say":"alert.structures.why","with":{"structure":"Barn","why":"Struck by lightning"}}]}}}`
	for stored, want := range map[string]string{
		failed:  "Faltan fotos de la parte de atrás. Abra el trabajo en Hover para tomar fotos nuevas, o envíe otra solicitud de fotos.",
		several: "No se pudieron medir: The rear corner is hidden by a tree. (Un árbol tapa la esquina de atrás) y Barn (Struck by lightning).",
	} {
		var a Alert
		if err := json.Unmarshal([]byte(stored), &a); err != nil {
			t.Fatal(err)
		}
		if got := a.Body.For(crew); got != want {
			t.Errorf("it is said %q, want %q", got, want)
		}
		again, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		var b Alert
		if err := json.Unmarshal(again, &b); err != nil || !b.Body.Equal(a.Body) || !b.Title.Equal(a.Title) {
			t.Errorf("stored again it is %s, %v", again, err)
		}
	}
}
