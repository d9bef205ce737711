package engine_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"dormer/internal/doctor"
	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/internal/records"
	"dormer/internal/simulator"
)

// reported gives one of the diagnostics' files.
func (w *world) reported(name string) string {
	w.t.Helper()
	findings, err := w.e.Doctor(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	docs, err := w.e.Diagnostics(w.t.Context(), findings)
	if err != nil {
		w.t.Fatal(err)
	}
	i := slices.IndexFunc(docs, func(d engine.Document) bool { return d.Name == name })
	if i < 0 {
		w.t.Fatalf("%s is not in the diagnostics", name)
	}
	return docs[i].Text
}

// The real Hover signs in a header and a way of which its pages tell nothing. The
// house is told all the same, and the doctor's report has what a maintainer needs.
func TestHoverSignsInAWayOfItsOwnAndTheReportSaysWhich(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.faults(func(f *simulator.Faults) { f.OtherSignature = true })
		w.ready()
		w.e.Surround(w.surroundings())
		id := w.working(simulator.JobSpec{Name: "Lee residence", Address: sycamore, Customer: lee})
		w.complete(id)
		w.pass(time.Minute)
		w.wantAlerts(job.Completed)

		const fits = "X-Hover-Hmac: HMAC-SHA256 in hex by the text key over the moment in X-Hover-Hmac, body, joined by a full stop"
		all, _ := examined(t, w.e)
		wantFound(t, all, "traffic/unmatched", engine.Amber, "none of the 96 known ways of signing", fits, "dormer doctor --out")
		wantFound(t, all, "traffic/headers", engine.Green, "no header that is known")

		text := w.reported("contact.json")
		var report struct {
			Unmatched []doctor.Report `json:"unmatched"`
		}
		if err := json.Unmarshal([]byte(text), &report); err != nil || len(report.Unmatched) == 0 {
			t.Fatalf("%v: %s", err, text)
		}
		t.Logf("the report:\n%s", text)
		r := report.Unmatched[0]
		for _, h := range []doctor.HeaderShape{
			{Name: "X-Hover-Hmac", Shape: "t=<9 digits>,v1=<hex of 32 bytes>"}, {Name: "Content-Type", Shape: "application/json"},
		} {
			if !slices.Contains(r.Headers, h) {
				t.Errorf("the report lacks %+v", h)
			}
		}
		tried := 0
		for _, readings := range r.Tried {
			tried += len(readings)
		}
		if tried != len(hover.Readings()) || r.Body.MD5 != "the header agrees" || r.Called != "POST /hover/<hex of 16 bytes>" || !slices.Contains(r.Fits, fits) {
			t.Errorf("the report is %s", text)
		}
		secret, err := w.secrets.Get("hmac/" + string(w.sim.Webhooks()[0].ID))
		if err != nil {
			t.Fatal(err)
		}
		for _, told := range []string{secret, lee.Email, sycamore.Line1, strings.TrimPrefix(w.sim.Webhooks()[0].URL, officeURL+"/hover/"), string(id)} {
			if strings.Contains(text, told) {
				t.Errorf("the report tells %q", told)
			}
		}

		// On this computer a maintainer has the delivery itself, and finds it out.
		b, err := w.e.Delivery(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var v hover.Vector
		if err := json.Unmarshal(b, &v); err != nil {
			t.Fatal(err)
		}
		if found := hover.Guess(v.Delivery(), v.Secret); v.Secret != secret || !slices.Contains(found, fits) {
			t.Errorf("of the delivery in hand %q fits", found)
		}
	})
}

// What came is known after a restart, also to a closed data directory.
func TestADeliveryThatNobodyReadsIsKnownAfterARestart(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.faults(func(f *simulator.Faults) { f.OtherSignature = true })
		w.ready()
		w.complete(w.working(simulator.JobSpec{}))
		w.pass(time.Minute)
		w.stop()
		w.start()
		w.e.Surround(w.surroundings())
		w.pass(time.Second)
		all, _ := examined(t, w.e)
		wantFound(t, all, "traffic/unmatched", engine.Amber, "X-Hover-Hmac")
		wantFound(t, all, "replies/pkce", engine.Green, "taken, or ignored")
		r := engine.NewRecords(records.Options{Store: w.store, Secrets: w.secrets, Now: time.Now, Dir: w.dir})
		r.Surround(w.surroundings())
		all, _ = examined(t, r)
		wantFound(t, all, "traffic/unmatched", engine.Amber, "X-Hover-Hmac")
		wantFound(t, all, "replies/pkce", engine.Green, "taken, or ignored")
	})
}

// Once Hover's signature is understood, what a stranger signs who has found the
// path is no puzzle for a maintainer.
func TestAStrangersSignatureIsNoPuzzle(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		w.e.Surround(w.surroundings())
		w.complete(w.working(simulator.JobSpec{}))
		w.emit(told("1", hover.JobCompleted), simulator.Delivery{BadSignature: true})
		w.emit(told("1", hover.JobCompleted), simulator.Delivery{Other: true, Secret: "not ours"})
		w.pass(time.Minute)
		all, _ := examined(t, w.e)
		if f, ok := all["traffic/unmatched"]; ok {
			t.Errorf("the doctor says %s", f.Says)
		}
		// With our secret it is Hover, which has begun to sign otherwise.
		w.emit(told("1", hover.JobCompleted), simulator.Delivery{Other: true})
		w.pass(time.Minute)
		all, _ = examined(t, w.e)
		wantFound(t, all, "traffic/unmatched", engine.Amber, "X-Hover-Hmac")
	})
}

// Hover posts forms: the house is told, and the doctor says that it does.
func TestFormBodiesAreUnderstoodAndToldByTheDoctor(t *testing.T) {
	for form, words := range map[string]string{"fields": "forms (", "payload": "JSON within a form ("} {
		story(t, func(t *testing.T, w *world) {
			w.faults(func(f *simulator.Faults) { f.FormBodies = form })
			w.ready()
			w.e.Surround(w.surroundings())
			w.complete(w.working(simulator.JobSpec{}))
			w.pass(time.Minute)
			w.wantAlerts(job.Completed)
			all, _ := examined(t, w.e)
			wantFound(t, all, "traffic/bodies", engine.Green, words)
			wantFound(t, all, "traffic/content-type", engine.Green, "application/x-www-form-urlencoded (")
			wantFound(t, all, "signature", engine.Green, "path without query")
			if text := w.reported("events.json"); !strings.Contains(text, "job_id ") {
				t.Errorf("the report has no fields of forms: %s", text)
			}
		})
	}
}
