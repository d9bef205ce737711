package records

import (
	"context"
	"os"
	"sync/atomic"
	"time"

	"dormer/internal/fetch"
	"dormer/internal/say"
)

const (
	folderPatience  = time.Second      // what a question to a folder may take
	folderWakes     = 10 * time.Second // what it may take before a file is saved there: a disk may have to start
	FolderQuestions = 16               // questions at once, and files that are saved at once: each may hang
)

// Folders asks the folders that files are saved in. One on a network that has
// gone holds whoever asks it for as long as the system likes, and nothing can end
// that: so each question is asked beside its caller, never in a transaction, and
// is left behind when no answer comes.
type Folders struct {
	exists    func(path string) bool
	questions chan struct{} // has an element for each that is under way
	hung      atomic.Int32  // those that were left behind
}

func newFolders(exists func(path string) bool) *Folders {
	if exists == nil {
		exists = FileExists
	}
	return &Folders{exists: exists, questions: make(chan struct{}, FolderQuestions)}
}

// silent says that a question was left behind and has no answer yet: another one
// would hardly get one.
func (f *Folders) silent() bool { return f.hung.Load() > 0 }

// Ask asks a question, and says whether it was answered. If not, what question
// writes must not be read.
func (f *Folders) Ask(ctx context.Context, question func()) bool {
	return !f.silent() && f.askFor(ctx, folderPatience, question)
}

// askFor is ask with another patience, and asks also where another question hangs.
func (f *Folders) askFor(ctx context.Context, most time.Duration, question func()) bool {
	patience := time.NewTimer(most)
	defer patience.Stop()
	select {
	case f.questions <- struct{}{}:
	case <-patience.C:
		return false
	case <-ctx.Done():
		return false
	}
	var left atomic.Bool // by one of the two who take part
	done := make(chan struct{})
	go func() { // ends with the question
		defer func() { <-f.questions }()
		question()
		if left.Swap(true) {
			f.hung.Add(-1)
		}
		close(done)
	}()
	select {
	case <-done:
		return true
	case <-patience.C:
	case <-ctx.Done():
	}
	f.hung.Add(1)
	if left.Swap(true) { // it was answered after all
		f.hung.Add(-1)
		<-done
		return true
	}
	return false
}

// Answer says whether a folder for downloads answers. It need not be there.
func (f *Folders) Answer(ctx context.Context, dir string) bool {
	return f.askFor(ctx, folderWakes, func() { f.exists(dir) })
}

// Has says whether a file is there; ok is false where there is no answer.
func (f *Folders) Has(ctx context.Context, path string) (there, ok bool) {
	var answer bool
	ok = f.Ask(ctx, func() { answer = f.exists(path) })
	return ok && answer, ok
}

// Gone gives those files that are not there any more; none where there is no
// answer.
func (f *Folders) Gone(ctx context.Context, paths []string) map[string]bool {
	if len(paths) == 0 {
		return nil
	}
	missing := map[string]bool{}
	answered := f.Ask(ctx, func() {
		for _, path := range paths {
			if !f.exists(path) {
				missing[path] = true
			}
		}
	})
	if !answered {
		return nil
	}
	return missing
}

// FileExists asks the system whether a file is there. It may hang: see [Folders].
func FileExists(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// NoAnswer is what a person is told of a folder that does not answer.
func NoAnswer(folder string) error {
	return &say.Error{What: say.T("folder.silent", "folder", folder), Do: say.T("folder.silent.do")}
}

// NotWrittenThere is the same of a file that cannot be saved in it.
func NotWrittenThere(folder string) error {
	return &fetch.Problem{Disk: true, Says: say.T("folder.silent", "folder", folder)}
}

// unlessGone corrects what is shown of saved files that are not there any more:
// somebody has moved or deleted them.
func (r *Records) unlessGone(ctx context.Context, views []JobView) {
	var paths []string
	files := func(do func(*FileView)) {
		for i := range views {
			for _, m := range views[i].Models {
				for k := range m.Files {
					if m.Files[k].Path != "" {
						do(&m.Files[k])
					}
				}
			}
		}
	}
	files(func(f *FileView) { paths = append(paths, f.Path) })
	gone := r.folders.Gone(ctx, paths)
	files(func(f *FileView) {
		if gone[f.Path] {
			f.State, f.Path, f.SHA256 = f.otherwise, "", ""
		}
	})
}
