package engine

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"sync"

	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/internal/opener"
	"dormer/internal/say"
	"dormer/storage"
)

// Notice is what a [Notifier] is given to show.
type Notice struct {
	Key    string // the same Key replaces in place
	Title  say.Text
	Body   say.Text
	Kind   job.Outcome
	Job    hover.JobID
	Model  hover.ModelID
	Urgent bool
	Sound  bool
	// Actions, in order: ActOpenPDF or ActAtHover, ActShowJob; of a failure
	// ActShowFolder.
	Actions []string
	// Instead are the keys of earlier notices that this one stands for: they are
	// taken back where the desktop can.
	Instead []string
}

// A Notifier tells a person. It returns an error if nobody was told; the
// engine then has it shown later. Where that is [ErrNoNotifier], the log has told.
type Notifier interface {
	Show(ctx context.Context, n Notice) error
}

// An Opener opens a file or a folder with the person's own program, and a web
// address with the browser; it shows a file in its folder, prints it, and begins a
// letter with it: see [opener.Opener].
type Opener interface {
	Open(ctx context.Context, path string) error
	OpenURL(ctx context.Context, address string) error
	Reveal(ctx context.Context, path string) error
	Print(ctx context.Context, path string) (opener.Printed, error)
	Mail(ctx context.Context, l opener.Letter) (attached bool, err error)
}

// speech is the language of the person's system.
type speech struct {
	mu     sync.Mutex // protects system
	system say.Language
}

// Speak sets the language of the system, which notifications are told in where
// the settings name none; "" is English.
func (e *Engine) Speak(_ context.Context, system say.Language) error {
	e.speech.mu.Lock()
	defer e.speech.mu.Unlock()
	e.speech.system = system
	return nil
}

// Reader is whom a notification is told to.
func (e *Engine) Reader() say.Reader {
	switch set := say.Language(e.Value(KeyLanguage)); set {
	case say.English, say.Spanish:
		return say.Reader{Language: set, Window: true}
	}
	e.speech.mu.Lock()
	defer e.speech.mu.Unlock()
	return say.Reader{Language: cmp.Or(e.speech.system, say.English), Window: true}
}

// FailureNotice tells that something a person asked for outside the window did not
// work: what, why, and what to do.
func FailureNotice(err error) Notice {
	what, why, do := say.PartsOf(err)
	if what.IsZero() {
		what, why = why, say.Text{}
	}
	n := Notice{Key: failureKey, Title: what, Body: say.Sentences(why, do)}
	if u, ok := errors.AsType[*Unopened](err); ok {
		n.Key, n.Job, n.Actions = failureOf+string(u.Job), u.Job, []string{ActShowFolder}
	}
	return n
}

// The keys of notifications that no alert stands behind: the second is followed by
// the job that could not be opened.
const (
	failureKey = "failure"
	failureOf  = "failure/"
)

// show raises a notification.
func (e *Engine) show(ctx context.Context, n Notice) error {
	if e.o.Notifier == nil {
		return ErrNoNotifier
	}
	return e.o.Notifier.Show(ctx, n)
}

// noticeOf makes a notification of an inbox row. A summary's leads to the inbox.
func (e *Engine) noticeOf(a job.Alert) Notice {
	n := Notice{Key: a.Key, Title: a.Title, Body: a.Body, Kind: a.Kind, Job: a.Job, Model: a.Model, Urgent: a.Kind == job.Failed}
	if a.Kind == job.Completed || a.Kind == job.StructureDone && !a.Failed {
		n.Actions = append(n.Actions, ActOpenPDF)
	}
	if a.Kind == job.File {
		n.Actions = append(n.Actions, ActShowFolder)
	}
	if a.Job != "" && (a.Kind == job.Approval || a.Kind == job.Payment) {
		n.Actions = append(n.Actions, ActAtHover)
	}
	if a.Job != "" || a.Kind == job.Summary {
		n.Actions = append(n.Actions, ActShowJob)
	}
	return n
}

// ActOnNotice does what a button of a notification asks, by the notification's
// key, and marks its alert as read. It may be one that an earlier run has left: the
// alert is looked up. One that stands for several leads to the inbox.
func (e *Engine) ActOnNotice(ctx context.Context, key, action string) error {
	if id, ok := strings.CutPrefix(key, failureOf); ok {
		return e.Act(ctx, action, hover.JobID(id), "")
	}
	var a job.Alert
	err := e.store.View(func(tx *storage.Tx) (err error) {
		a, _, err = tx.AlertOf(key)
		return err
	})
	if err == nil && a.ID != 0 {
		err = e.MarkRead(ctx, a.ID) // whatever comes of it
	}
	if err != nil {
		return err
	}
	if a.Job == "" {
		action = ActShowJob
	}
	return e.Act(ctx, action, a.Job, a.Model)
}

// sounds says whether alerts make a sound: where sound is on, those that somebody
// waits for.
func (e *Engine) sounds(list []pendingAlert) bool {
	return e.Value(KeyAlertsSound) != "false" && slices.ContainsFunc(list, func(p pendingAlert) bool {
		return failed(p) || p.news.Happening.Outcome == job.Completed
	})
}

// ClosedToTray has a notification say where Dormer goes on, the first time that the
// window is closed into the tray. It waits for nobody who shows it.
func (e *Engine) ClosedToTray(ctx context.Context) error {
	told := false
	err := e.store.Update(ctx, func(tx *storage.Tx) error {
		if _, err := tx.Doc(docTray, &told); err != nil || told {
			return err
		}
		return tx.PutDoc(docTray, true)
	})
	if err == nil && !told {
		e.hand(telling{notice: Notice{Key: "tray", Title: say.T("notice.tray"), Body: say.T("notice.tray.body")}})
	}
	return err
}

// TryNotice shows a notification now, whatever the hour.
func (e *Engine) TryNotice(ctx context.Context) error {
	if e.o.Notifier == nil {
		return unseen(say.Because("notice.no_desktop"))
	}
	err := e.o.Notifier.Show(ctx, Notice{
		Key: "test", Title: say.T("notice.test"), Body: say.T("notice.test.body"),
		Sound: e.Value(KeyAlertsSound) != "false",
	})
	if err != nil {
		return unseen(err)
	}
	return nil
}

func unseen(err error) error {
	return &say.Error{What: say.T("notice.not_seen"), Err: err, Do: say.T("notice.not_seen.do")}
}
