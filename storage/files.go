package storage

import (
	"fmt"
	"time"

	"dormer/internal/hover"
)

// FileState says how far an artifact is on its way to this machine.
type FileState string

// The states of a file.
const (
	FileReady       FileState = "ready"       // Hover has it; nobody has fetched it
	FileWaiting     FileState = "waiting"     // Hover does not have it yet, or could not give it
	FileSaved       FileState = "saved"       // on this machine, at Path
	FileUnavailable FileState = "unavailable" // Hover has refused it for good
)

// File is what is known of one artifact of a structure.
type File struct {
	Job    hover.JobID   `json:"job"`
	Model  hover.ModelID `json:"model,omitempty"`
	Key    string        `json:"key"` // hover.Artifact.Key: "pdf", "wireframe/roof-top"
	State  FileState     `json:"state"`
	Path   string        `json:"path,omitempty"`   // once saved
	SHA256 string        `json:"sha256,omitempty"` // once saved, in hex
	Size   int64         `json:"size,omitempty"`   // once saved, in bytes
	// SavedAt is when it was saved; Reason why it is waiting or unavailable.
	SavedAt time.Time `json:"saved_at,omitzero"`
	Reason  string    `json:"reason,omitempty"`
	// Version is the job's version (its updated_at) that a saved file is of.
	Version time.Time `json:"version,omitzero"`
	// Refusal is the HTTP status with which Hover itself keeps the file from us,
	// and RefusedAt since when it has given no other answer.
	Refusal   int       `json:"refusal,omitempty"`
	RefusedAt time.Time `json:"refused_at,omitzero"`
	// Content is what a saved file was made of, where it was made here: the sum of a
	// paper's reply.
	Content string `json:"content,omitempty"`
	// Stuck says that what keeps it waiting lasts until a person does something.
	Stuck bool `json:"stuck,omitempty"`
}

func (f File) id() []byte {
	return join(text(string(f.Job)), text(string(f.Model)), []byte(f.Key))
}

// PutFile stores f in place of what was known of it (its Job, Model and Key).
func (tx *Tx) PutFile(f File) error {
	if err := checkID(f.Job); err != nil {
		return fmt.Errorf("storage: store a file: %w", err)
	}
	for _, s := range []string{string(f.Model), f.Key} {
		if err := checkName("key of a file", s); err != nil {
			return err
		}
	}
	return tx.putJSON(bucketFiles, f.id(), f)
}

// File gives what is known of one artifact; false if nothing is.
func (tx *Tx) File(job hover.JobID, model hover.ModelID, key string) (File, bool, error) {
	var f File
	ok, err := tx.getJSON(bucketFiles, File{Job: job, Model: model, Key: key}.id(), &f)
	if err != nil {
		return File{}, false, err
	}
	return f, ok, nil
}

// Files lists what is known of a job's artifacts, by structure and key.
func (tx *Tx) Files(job hover.JobID) ([]File, error) {
	var all []File
	prefix := text(string(job))
	for k, v := range rows(tx.bucket(bucketFiles), prefix, pastKey(prefix), false) {
		var f File
		if err := fromJSON(bucketFiles, k, v, &f); err != nil {
			return nil, err
		}
		all = append(all, f)
	}
	return all, nil
}
