package engine

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
	folderQuestions = 16               // questions at once, and files that are saved at once: each may hang
)

// folders asks the folders that files are saved in. One on a network that has
// gone holds whoever asks it for as long as the system likes, and nothing can end
// that: so each question is asked beside its caller, never in a transaction, and
// is left behind when no answer comes.
type folders struct {
	exists    func(path string) bool
	questions chan struct{} // has an element for each that is under way
	hung      atomic.Int32  // those that were left behind
}

func newFolders(exists func(path string) bool) *folders {
	if exists == nil {
		exists = fileExists
	}
	return &folders{exists: exists, questions: make(chan struct{}, folderQuestions)}
}

// silent says that a question was left behind and has no answer yet: another one
// would hardly get one.
func (f *folders) silent() bool { return f.hung.Load() > 0 }

// ask asks a question, and says whether it was answered. If not, what question
// writes must not be read.
func (f *folders) ask(ctx context.Context, question func()) bool {
	return !f.silent() && f.askFor(ctx, folderPatience, question)
}

// askFor is ask with another patience, and asks also where another question hangs.
func (f *folders) askFor(ctx context.Context, most time.Duration, question func()) bool {
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

// has says whether a file is there; ok is false where there is no answer.
func (f *folders) has(ctx context.Context, path string) (there, ok bool) {
	var answer bool
	ok = f.ask(ctx, func() { answer = f.exists(path) })
	return ok && answer, ok
}

// gone gives those files that are not there any more; none where there is no
// answer.
func (f *folders) gone(ctx context.Context, paths []string) map[string]bool {
	if len(paths) == 0 {
		return nil
	}
	missing := map[string]bool{}
	answered := f.ask(ctx, func() {
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

func fileExists(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// errNoAnswer is what a person is told of a folder that does not answer.
func errNoAnswer(folder string) error {
	return &say.Error{What: say.T("folder.silent", "folder", folder), Do: say.T("folder.silent.do")}
}

// notWrittenThere is the same of a file that cannot be saved in it.
func notWrittenThere(folder string) error {
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
	gone := r.folders.gone(ctx, paths)
	files(func(f *FileView) {
		if gone[f.Path] {
			f.State, f.Path, f.SHA256 = f.otherwise, "", ""
		}
	})
}

// A download under way beside its caller: what it tells on its way, and its end.
type saving struct {
	step chan [2]int64
	end  chan savingEnd
}

type savingEnd struct {
	file fetch.File
	err  error
}

// beside has a file saved, and tells how far that is from the caller's own
// goroutine. It is left behind if ctx ends and it does not.
func (e *Engine) beside(
	ctx context.Context, save func(progress func(done, total int64)) (fetch.File, error), progress func(done, total int64),
) (fetch.File, error) {
	select {
	case e.savings <- struct{}{}:
	case <-ctx.Done():
		return fetch.File{}, ctx.Err()
	}
	s := saving{step: make(chan [2]int64), end: make(chan savingEnd, 1)}
	left := make(chan struct{})
	defer close(left)
	var report func(done, total int64)
	if progress != nil {
		report = func(done, total int64) {
			select {
			case s.step <- [2]int64{done, total}:
			case <-left:
			}
		}
	}
	go func() { // ends with the download
		defer func() { <-e.savings }()
		file, err := save(report)
		s.end <- savingEnd{file, err}
	}()
	over, patience := ctx.Done(), (<-chan time.Time)(nil)
	for {
		select {
		case now := <-s.step:
			progress(now[0], now[1])
		case end := <-s.end:
			return end.file, end.err
		case <-over:
			over, patience = nil, time.After(roomFinish)
		case <-patience:
			return fetch.File{}, ctx.Err()
		}
	}
}

// answers says whether a folder for downloads answers. It need not be there.
func (e *Engine) answers(ctx context.Context, dir string) bool {
	return e.folders.askFor(ctx, folderWakes, func() { e.folders.exists(dir) })
}
