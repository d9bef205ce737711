package page

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"dormer/app/parts"
	"dormer/app/view"
	"dormer/internal/engine"
	"dormer/internal/words"
)

// reportDialog shows the diagnostics: what was found, and the files as they
// would be saved, so that a person knows what they send.
type reportDialog struct {
	v   *view.Health
	box *parts.ModalBox

	says     *parts.Paragraph
	looking  *parts.Paragraph
	findings *fyne.Container
	found    int // how many findings are drawn
	chips    *fyne.Container
	files    []*parts.Chip
	text     *widget.Label
	cut      *parts.Paragraph
	reading  *fyne.Container
	outcome  *parts.Paragraph

	folder, close, save *parts.Button
	content             *fyne.Container
}

func showReportDialog(v *view.Health, nav Nav, closed func()) *reportDialog {
	d := &reportDialog{
		v: v, says: parts.NewParagraph(words.T("health.report_says"), parts.Dim), looking: parts.NewParagraph("", parts.Ink),
		findings: parts.Column(8), chips: parts.NewFlow(6), cut: parts.NewParagraph(words.T("health.report_cut"), parts.Second),
		outcome: parts.NewParagraph("", parts.Ink),
	}
	d.text = copiable("")
	d.reading = parts.Column(8, parts.NewText(words.T("health.report_files"), parts.SecondBold), d.chips,
		parts.NewCard(d.text).SetPad(4), d.cut)
	d.folder = parts.NewButton(words.T("health.open_folder"), parts.Plain, v.ShowReport)
	d.close = parts.NewButton(words.T("health.close"), parts.Plain, func() { d.box.Close() })
	d.save = parts.NewButton("", parts.Primary, func() { nav.SaveFile(v.ReportName(), v.SaveReport) })
	body := parts.Column(14, d.says, d.outcome, d.looking, d.findings, d.reading)
	d.content = container.NewStack(parts.NewDialog(words.T("health.report_title"), body, d.folder, d.close, d.save))
	d.box = parts.Modal(nav.Canvas(), d.content)
	d.box.OnClosed = func() {
		v.CloseReport()
		closed()
	}
	d.draw()
	v.Diagnose()
	return d
}

func (d *reportDialog) draw() {
	s := d.v.State().Report
	d.looking.SetText(lookingWords(s))
	d.drawFindings(s.Findings)
	d.drawFiles(s)
	parts.Visible(d.outcome, s.Failed != nil || s.Saved != "")
	switch {
	case s.Failed != nil:
		d.outcome.Set(words.Error(s.Failed), parts.FailedText)
	case s.Saved != "":
		d.outcome.Set(words.T("health.report_saved", "path", s.Saved), parts.DoneText)
	}
	parts.Visible(d.folder, s.Saved != "")
	d.save.SetText(parts.Either(s.Saving, words.T("health.report_saving"), words.T("health.report_save")))
	parts.Enabled(d.save, len(s.Documents) > 0 && !s.Saving)
	d.content.Refresh()
	d.box.Refresh()
}

// lookingWords says how far the look is, or what came of it.
func lookingWords(s view.Report) string {
	bad := 0
	for _, f := range s.Findings {
		if f.Colour != engine.Green {
			bad++
		}
	}
	switch {
	case len(s.Findings) == 0 && s.Failed != nil:
		return ""
	case len(s.Findings) == 0:
		return words.T("health.report_looking")
	case bad > 0:
		return words.N("health.report_bad", bad)
	}
	return words.T("health.report_good")
}

func (d *reportDialog) drawFindings(findings []view.Finding) {
	parts.Visible(d.findings, len(findings) > 0)
	if len(findings) == d.found {
		return
	}
	d.found = len(findings)
	d.findings.Objects = nil
	for _, f := range findings {
		texts := parts.Column(2, parts.NewText(f.Name, parts.SecondBold), parts.NewParagraph(f.Says, parts.Second))
		if f.Do != "" && f.Colour != engine.Green {
			texts.Add(parts.NewParagraph(f.Do, parts.Ink))
		}
		d.findings.Add(parts.Beside(12, 0, parts.NewMark(colourMark(f.Colour)), texts))
	}
}

// maxRead bounds how much of a file is shown: a log may be long.
const maxRead = 12 << 10

func (d *reportDialog) drawFiles(s view.Report) {
	parts.Visible(d.reading, len(s.Documents) > 0)
	if len(s.Documents) == 0 {
		return
	}
	if len(d.files) != len(s.Documents) {
		d.files, d.chips.Objects = nil, nil
		for i, doc := range s.Documents {
			chip := parts.NewChip(doc.Name, false, func() { d.v.ReadDocument(i) })
			d.files = append(d.files, chip)
			d.chips.Add(chip)
		}
	}
	for i, chip := range d.files {
		chip.SetOn(i == s.Chosen)
	}
	text := s.Documents[s.Chosen].Text
	parts.Visible(d.cut, len(text) > maxRead)
	if len(text) > maxRead {
		text = strings.ToValidUTF8(text[:maxRead], "")
	}
	if d.text.Text != text {
		d.text.SetText(text)
	}
}
