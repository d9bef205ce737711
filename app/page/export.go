package page

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"dormer/app/parts"
	"dormer/app/view"
	"dormer/internal/words"
)

// exportDialog asks in which form all data are to be written, and shows how
// far that is.
type exportDialog struct {
	v   *view.Export
	box *parts.ModalBox

	choice        *fyne.Container
	buttons       []*parts.Button
	says          *parts.Paragraph
	folder, close *parts.Button
	content       *fyne.Container
}

func showExportDialog(v *view.Export, nav Nav, closed func()) *exportDialog {
	d := &exportDialog{v: v, says: parts.NewParagraph("", parts.Ink)}
	d.choice = parts.Column(0)
	for i, format := range view.ExportFormats() {
		if i > 0 {
			d.choice.Add(parts.NewLine())
		}
		name, says := exportWords(format)
		b := parts.NewButton(words.T("activity.export"), parts.Plain, func() {
			nav.SaveFile(v.Name(format), func(path string) { v.To(format, path) })
		})
		d.buttons = append(d.buttons, b)
		d.choice.Add(parts.Pad(12, 0, 12, 0, parts.NewSetting(name, says, b)))
	}
	d.folder = parts.NewButton(words.T("activity.open_folder"), parts.Plain, v.OpenFolder)
	d.close = parts.NewButton("", parts.Plain, d.leave)
	body := parts.Column(12, parts.NewParagraph(words.T("activity.export_says"), parts.Dim), d.choice, d.says)
	d.content = container.NewStack(parts.NewDialog(words.T("activity.export_title"), body, d.folder, d.close))
	d.box = parts.Modal(nav.Canvas(), d.content)
	d.box.OnClosed = func() {
		v.Cancel()
		closed()
	}
	v.Changed = d.draw
	d.draw()
	return d
}

// leave ends an export that runs; the dialog stays for another. Else it closes.
func (d *exportDialog) leave() {
	if d.v.State().Running {
		d.v.Cancel()
		return
	}
	d.box.Close()
}

func (d *exportDialog) draw() {
	s := d.v.State()
	for _, b := range d.buttons {
		parts.Enabled(b, !s.Running)
	}
	parts.Visible(d.says, s.Running || s.Path != "" || s.Failed != nil)
	switch {
	case s.Running:
		d.says.Set(words.T("activity.exporting", "size", words.Size(s.Bytes)), parts.Ink)
	case s.Failed != nil:
		d.says.Set(words.Error(s.Failed), parts.FailedText)
	case s.Path != "":
		d.says.Set(words.T("activity.exported", "path", s.Path), parts.DoneText)
	}
	parts.Visible(d.folder, s.Path != "")
	d.close.SetText(parts.Either(s.Running, words.T("activity.cancel"), words.T("activity.close")))
	d.content.Refresh()
	d.box.Refresh()
}

func exportWords(format string) (name, says string) {
	switch format {
	case "csv":
		return words.T("activity.export_csv"), words.T("activity.export_csv_says")
	case "json":
		return words.T("activity.export_json"), words.T("activity.export_json_says")
	}
	return words.T("activity.export_har"), words.T("activity.export_har_says")
}
