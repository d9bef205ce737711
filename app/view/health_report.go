package view

import (
	"cmp"
	"context"
	"path/filepath"
	"slices"

	"dormer/internal/engine"
	"dormer/internal/words"
)

// Report is the diagnostics: what was looked at, and the files to send to
// somebody who helps, to be read before they are saved.
type Report struct {
	Running   bool
	Failed    error
	Findings  []Finding // what wants a look first
	Documents []engine.Document
	Chosen    int    // the document that is read
	Saving    bool   // it is being written
	Saved     string // the path of the zip file
}

// Finding is one thing that was looked at.
type Finding struct {
	Name   string // in the reader's language
	Colour engine.Colour
	Says   string
	Do     string
}

// diagnosis is the diagnostics as they are kept.
type diagnosis struct {
	running, saving bool
	failed          error
	findings        []engine.Finding
	documents       []engine.Document
	chosen          int
	saved           string
}

func (d diagnosis) state() Report {
	r := Report{Running: d.running, Failed: d.failed, Documents: d.documents, Chosen: d.chosen, Saving: d.saving, Saved: d.saved}
	for _, f := range d.findings {
		said := Finding{Name: words.Say(f.Title()), Colour: f.State, Says: words.Say(f.Says), Do: words.Say(f.Do)}
		r.Findings = append(r.Findings, said)
	}
	slices.SortStableFunc(r.Findings, func(a, b Finding) int { return cmp.Compare(urgency(a.Colour), urgency(b.Colour)) })
	return r
}

// urgency puts first what wants a look.
func urgency(c engine.Colour) int {
	return slices.Index([]engine.Colour{engine.Red, engine.Amber, engine.Green}, c)
}

// Diagnose looks at every link of the chain and puts the files together. It
// takes 15 seconds at most; [Health.CloseReport] ends it before.
func (h *Health) Diagnose() {
	h.diagnosis = diagnosis{running: true}
	h.Changed()
	h.diagnosed.begin(h.d, func(ctx context.Context, post func(func())) {
		findings, err := h.d.Desk.Doctor(ctx)
		post(func() {
			h.diagnosis.findings = findings
			h.Changed()
		})
		var documents []engine.Document
		if err == nil {
			documents, err = h.d.Desk.Diagnostics(ctx, findings)
		}
		if err == nil {
			documents = engine.WithManifest(documents, h.d.Now(), words.Reader())
		}
		post(func() {
			h.diagnosis.running, h.diagnosis.documents, h.diagnosis.failed = false, documents, err
			h.Changed()
		})
	})
}

// ReadDocument shows one of the files.
func (h *Health) ReadDocument(i int) {
	if i < 0 || i >= len(h.diagnosis.documents) {
		return
	}
	h.diagnosis.chosen = i
	h.Changed()
}

// ReportName proposes a name for the zip file.
func (h *Health) ReportName() string { return "dormer-diagnostics.zip" }

// SaveReport writes the files to a zip file.
func (h *Health) SaveReport(path string) {
	if h.diagnosis.saving || len(h.diagnosis.documents) == 0 {
		return
	}
	if filepath.Ext(path) == "" {
		path += ".zip"
	}
	documents, at := h.diagnosis.documents, h.d.Now()
	h.diagnosis.saving, h.diagnosis.saved = true, ""
	h.Changed()
	h.diagnosed.begin(h.d, func(_ context.Context, post func(func())) {
		err := engine.SaveDiagnostics(path, documents, at)
		post(func() {
			h.diagnosis.saving, h.diagnosis.failed = false, err
			if err == nil {
				h.diagnosis.saved = path
			}
			h.Changed()
		})
	})
}

// ShowReport shows the folder that the zip file is in.
func (h *Health) ShowReport() { h.d.open(filepath.Dir(h.diagnosis.saved)) }

// CloseReport ends what is under way and forgets what was found.
func (h *Health) CloseReport() {
	h.diagnosed.end()
	h.diagnosis = diagnosis{}
	h.Changed()
}
