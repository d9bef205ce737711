package paperwork

import (
	"encoding/json"
	"io"
	"strings"

	"dormer/internal/hover"
	"dormer/internal/say"
	"dormer/internal/sheet"
	"dormer/storage"
)

// Format is a form in which papers are saved: see [Formats].
type Format string

// The formats, by the names that `get --format` takes.
const (
	MaterialsXLSX Format = "materials"
	MaterialsCSV  Format = "materials-csv"
	MaterialsJSON Format = "materials-json"
	ChecklistXLSX Format = "checklist"
	ChecklistCSV  Format = "checklist-csv"
	ChecklistJSON Format = "checklist-json"
)

// Formats lists them, those that a person opens first.
func Formats() []Format {
	return []Format{MaterialsXLSX, MaterialsCSV, MaterialsJSON, ChecklistXLSX, ChecklistCSV, ChecklistJSON}
}

// ParseFormat reads the name of a format.
func ParseFormat(name string) (Format, bool) {
	name = strings.ToLower(strings.TrimSpace(name))
	for _, f := range Formats() {
		if string(f) == name || string(f)+"-xlsx" == name {
			return f, true
		}
	}
	return "", false
}

// Of gives the kind of papers that are saved so, and the file's extension with its dot.
func (f Format) Of() (kind storage.PaperKind, ext string) {
	name, form, plain := strings.Cut(string(f), "-")
	if !plain {
		form = "xlsx"
	}
	return storage.PaperKind(name), "." + form
}

// FormatOf is the other way round: the format of a kind for an extension.
func FormatOf(kind storage.PaperKind, ext string) Format {
	if ext == ".xlsx" {
		return Format(kind)
	}
	return Format(string(kind) + strings.Replace(ext, ".", "-", 1))
}

// Document is the JSON of a paper: what was read of it, and the reply as Hover gave it.
type Document struct {
	Kind  storage.PaperKind `json:"kind"`
	ID    string            `json:"id"`
	JobID hover.JobID       `json:"job_id"`
	*List
	*Checklist
	Hover json.RawMessage `json:"hover"`
}

// Write makes a file of a paper of which Hover gave reply. comma stands between the
// cells of a CSV: see [sheet.CSV].
func Write(w io.Writer, f Format, p storage.Paper, reply []byte, comma rune, r say.Reader) error {
	kind, ext := f.Of()
	doc := Document{Kind: p.Kind, ID: p.ID, JobID: p.Job, Hover: reply}
	var t table
	switch kind {
	case Materials:
		l, err := ReadList(reply)
		if err != nil {
			return err
		}
		if l.Lines == nil {
			l.Lines = []Line{}
		}
		doc.List, t = &l, l
	case Checklists:
		c, err := ReadChecklist(reply)
		if err != nil {
			return err
		}
		if c.Answers == nil {
			c.Answers = []Answer{}
		}
		doc.Checklist, t = &c, c
	}
	if ext == ".json" {
		e := json.NewEncoder(w)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		return e.Encode(doc)
	}
	var out sheet.Table
	var err error
	if ext == ".csv" {
		out, err = sheet.CSV(w, comma, t.columns(r))
	} else {
		out, err = sheet.XLSX(w, t.sheet(r), t.columns(r))
	}
	if err != nil {
		return err
	}
	for _, row := range t.rows(r) {
		if err := out.Row(row...); err != nil {
			return err
		}
	}
	return out.Close()
}
