package engine

import (
	"dormer/internal/hover"
	"dormer/internal/say"
)

// The types of this file are the operator's contract: their JSON field names
// are what scripts rely on. Times are RFC 3339 in UTC, or empty.

// GetRequest asks for files of jobs.
type GetRequest struct {
	Jobs    []hover.JobID   `json:"jobs"`
	Models  []hover.ModelID `json:"models"`  // empty: all structures
	Formats []hover.Format  `json:"formats"` // empty: pdf
	Dir     string          `json:"dir"`     // empty: the download folder
	// Papers are saved beside the files: material lists and checklists. Where they are
	// named and Formats are not, no other files are.
	Papers []PaperFormat `json:"papers,omitempty"`
	// Comma stands between the cells of a CSV of theirs; empty is the locale's.
	Comma string `json:"comma,omitempty"`
	Open  bool   `json:"open"` // open the files (or their folder) afterwards
	// Chosen are the structures that a person chose together with Models, where a
	// choice is fetched in several requests.
	Chosen []hover.ModelID `json:"chosen,omitempty"`
}

// Progress is one step of a download: what a progress bar is drawn from.
type Progress struct {
	Job    hover.JobID   `json:"job"`
	Model  hover.ModelID `json:"model"`
	Format hover.Format  `json:"format"`
	Part   string        `json:"part,omitempty"`
	Done   int64         `json:"done"`
	Total  int64         `json:"total"`          // -1 if Hover does not say
	Path   string        `json:"path,omitempty"` // set once the file is whole
	SHA256 string        `json:"sha256,omitempty"`
	Error  say.Text      `json:"error,omitzero"` // set if it was given up
}

// Hint says that something changed: ask again. Version only grows. Kept is the Version
// of the last hint by which anything but the state of things may have: a job, an alert,
// a setting. Where it is as before, as after a self-check that came back like the last
// one, no list is another.
type Hint struct {
	Version uint64 `json:"version"`
	Kept    uint64 `json:"kept"`
}
