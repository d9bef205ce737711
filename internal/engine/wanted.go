package engine

import (
	"encoding/json"
	"strings"
	"time"

	"dormer/internal/fetch"
	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/internal/records"
	"dormer/storage"
)

// wantedFile is the payload of a file's work.
type wantedFile struct {
	Job      hover.JobID    `json:"job"`
	Model    hover.ModelID  `json:"model"`
	Artifact hover.Artifact `json:"artifact"`
}

func fileKey(id hover.JobID, model hover.ModelID, a hover.Artifact) string {
	return strings.Join([]string{string(id), string(model), a.Key()}, "/")
}

// queueFiles queues the files and the figures that are fetched before a job's alert is shown.
func queueFiles(tx *storage.Tx, j job.Job, formats []hover.Format, now time.Time) error {
	if err := queueFigures(tx, j, now); err != nil {
		return err
	}
	for _, s := range j.Structures {
		if s.State != hover.ModelCompleted {
			continue
		}
		for _, a := range chosen(s, formats) {
			if a.URL == "" && !hover.MayHave(hover.ParseDeliverable(s.Deliverable), a.Format) {
				continue
			}
			payload, err := json.Marshal(wantedFile{Job: j.ID, Model: s.ID, Artifact: a})
			if err != nil {
				return err
			}
			w := storage.Work{Kind: workFile, Key: fileKey(j.ID, s.ID, a), Payload: payload, Due: now}
			if err := tx.Enqueue(w); err != nil {
				return err
			}
		}
	}
	return nil
}

// queueFigures queues the figures of a job's measured structures, which its alert names.
func queueFigures(tx *storage.Tx, j job.Job, now time.Time) error {
	for _, s := range j.Structures {
		if !hasFigures(s) {
			continue
		}
		payload, err := json.Marshal(wantedFile{Job: j.ID, Model: s.ID})
		if err != nil {
			return err
		}
		// When many houses are measured at once, all their PDFs come first.
		w := storage.Work{Kind: workFigures, Key: figuresWorkKey(j.ID, s.ID), Payload: payload, Due: now.Add(time.Microsecond)}
		if err := tx.Enqueue(w); err != nil {
			return err
		}
	}
	return nil
}

// hasFigures says that Hover has figures of a structure, or will have them in a moment.
func hasFigures(s job.Structure) bool {
	return s.State == hover.ModelCompleted && len(hover.Versions(hover.ParseDeliverable(s.Deliverable))) > 0
}

func figuresWorkKey(id hover.JobID, model hover.ModelID) string {
	return string(id) + "/" + string(model)
}

// chosen lists a structure's artifacts of the given formats. One that Hover does
// not name yet is listed without a link.
func chosen(s job.Structure, formats []hover.Format) []hover.Artifact {
	var list []hover.Artifact
	for _, f := range formats {
		n := len(list)
		for _, a := range s.Artifacts {
			if a.Format == f {
				list = append(list, a)
			}
		}
		if f == hover.FormatPhoto {
			for _, i := range s.Images {
				list = append(list, hover.Artifact{Format: f, Part: string(i.ID), URL: i.URL})
			}
		}
		if n == len(list) && f != hover.FormatPhoto && f != hover.FormatWireframe {
			list = append(list, hover.Artifact{Format: f})
		}
	}
	return list
}

// queueCopy queues the copy of a file that was just saved, if its format is among those
// that are copied.
func queueCopy(tx *storage.Tx, row storage.File, formats []hover.Format, now time.Time) error {
	if row.State != storage.FileSaved || !fetch.CopyFormats(formats, row.Key) {
		return nil
	}
	want := wantedFile{Job: row.Job, Model: row.Model, Artifact: hover.ArtifactOf(row.Key)}
	payload, err := json.Marshal(want)
	if err != nil {
		return err
	}
	return tx.Enqueue(storage.Work{
		Kind: workCopy, Key: fileKey(row.Job, row.Model, want.Artifact), Payload: payload, Due: now,
	})
}

// copiedFormats are the formats that are copied to the second folder; none where there
// is no such folder.
func (e *Engine) copiedFormats() []hover.Format {
	if e.Value(records.KeyCopyTo) == "" {
		return nil
	}
	list, _ := records.ParseFormats(e.Value(records.KeyCopyFormats)) // it was checked when it was set
	return list
}
