package records

import (
	"os"
	"runtime"
	"time"

	"dormer/internal/say"
	"dormer/internal/update"
	"dormer/storage"
)

// DocUpdates is what was last heard of updates.
const DocUpdates = "updates"

// Heard is what is kept of it. A feed that was refused leaves all but the first
// two as they were.
type Heard struct {
	AskedAt time.Time `json:"asked_at"`
	Refused say.Text  `json:"refused"` // why the last answer was not taken; zero if it was
	TakenAt time.Time `json:"taken_at"`

	Known update.Known `json:"known"`
	Feed  update.Feed  `json:"feed"`
}

// HeardOfUpdates gives what was last heard.
func (r *Records) HeardOfUpdates() (h Heard, err error) {
	err = r.Read(func(tx *storage.Tx) error {
		_, err := tx.Doc(DocUpdates, &h)
		return err
	})
	return h, err
}

// Newer tells of a newer Dormer than the one of this version; the zero value if
// none is known, or nobody wants to know.
func (r *Records) Newer(version string) (u UpdateStatus) {
	if r.Value(KeyUpdates) != "true" {
		return u
	}
	h, err := r.HeardOfUpdates()
	if err != nil || !update.Newer(h.Feed.Version, version) {
		return u
	}
	u = UpdateStatus{
		Version: h.Feed.Version, Page: h.Feed.Page, Says: say.T("update.there", "version", h.Feed.Version, "own", version),
	}
	file, ok := h.Feed.For(runtime.GOOS, runtime.GOARCH)
	self, _ := os.Executable() // unknown is as good as one's own
	switch {
	case update.Managed(runtime.GOOS, self):
		u.Do = say.T("update.there.managed")
	case ok:
		u.File, u.Do = file.Name, say.T("update.there.do", "page", u.Page)
	default:
		u.Do = say.T("update.there.do", "page", u.Page)
	}
	return u
}
