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

// said puts findings into words, what wants a look first.
func said(findings []engine.Finding) (list []Finding) {
	for _, f := range findings {
		list = append(list, Finding{Name: words.Say(f.Title()), Colour: f.State, Says: words.Say(f.Says), Do: words.Say(f.Do)})
	}
	slices.SortStableFunc(list, func(a, b Finding) int { return cmp.Compare(urgency(a.Colour), urgency(b.Colour)) })
	return list
}

// urgency puts first what wants a look.
func urgency(c engine.Colour) int {
	return slices.Index([]engine.Colour{engine.Red, engine.Amber, engine.Green}, c)
}

// Diagnose looks at every link of the chain and puts the files together. It
// takes 15 seconds at most; [Health.CloseReport] ends it before.
func (h *Health) Diagnose() {
	h.report = Report{Running: true}
	h.Changed()
	h.diagnosed.begin(h.d, func(ctx context.Context, post func(func())) {
		findings, err := h.d.Desk.Doctor(ctx)
		post(func() {
			h.report.Findings = said(findings)
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
			h.report.Running, h.report.Documents, h.report.Failed = false, documents, err
			h.Changed()
		})
	})
}

// ReadDocument shows one of the files.
func (h *Health) ReadDocument(i int) {
	if i < 0 || i >= len(h.report.Documents) {
		return
	}
	h.report.Chosen = i
	h.Changed()
}

// ReportName proposes a name for the zip file.
func (h *Health) ReportName() string { return "dormer-diagnostics.zip" }

// SaveReport writes the files to a zip file.
func (h *Health) SaveReport(path string) {
	if h.report.Saving || len(h.report.Documents) == 0 {
		return
	}
	if filepath.Ext(path) == "" {
		path += ".zip"
	}
	documents, at := h.report.Documents, h.d.Now()
	h.report.Saving, h.report.Saved = true, ""
	h.Changed()
	h.diagnosed.begin(h.d, func(_ context.Context, post func(func())) {
		err := engine.SaveDiagnostics(path, documents, at)
		post(func() {
			h.report.Saving, h.report.Failed = false, err
			if err == nil {
				h.report.Saved = path
			}
			h.Changed()
		})
	})
}

// ShowReport shows the folder that the zip file is in.
func (h *Health) ShowReport() { h.d.open(filepath.Dir(h.report.Saved)) }

// CloseReport ends what is under way and forgets what was found.
func (h *Health) CloseReport() {
	h.diagnosed.end()
	h.report = Report{}
	h.Changed()
}
