package tell

import (
	"cmp"
	"context"
	"slices"
	"sync"

	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/internal/paperwork"
	"dormer/internal/records"
	"dormer/internal/say"
	"dormer/storage"
)

// The actions of a notification.
const (
	ActOpenPDF    = "open-pdf"
	ActOpenPaper  = "open-paper" // opens the spreadsheet of the paper that it tells of
	ActShowJob    = "show-job"
	ActAtHover    = "at-hover"    // opens the job's page at Hover in the browser
	ActShowFolder = "show-folder" // opens the folder that the job's files are in
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

// speech is the language of the person's system.
type speech struct {
	mu     sync.Mutex // protects system
	system say.Language
}

// Speak sets the language of the system, which notifications are told in where
// the settings name none; "" is English.
func (l *Alerts) Speak(_ context.Context, system say.Language) error {
	l.speech.mu.Lock()
	defer l.speech.mu.Unlock()
	l.speech.system = system
	return nil
}

// Reader is whom a notification is told to.
func (l *Alerts) Reader() say.Reader {
	switch set := say.Language(l.o.Records.Value(records.KeyLanguage)); set {
	case say.English, say.Spanish:
		return say.Reader{Language: set, Window: true}
	}
	l.speech.mu.Lock()
	defer l.speech.mu.Unlock()
	return say.Reader{Language: cmp.Or(l.speech.system, say.English), Window: true}
}

// show raises a notification.
func (l *Alerts) show(ctx context.Context, n Notice) error {
	if l.o.Notifier == nil {
		return ErrNoNotifier
	}
	return l.o.Notifier.Show(ctx, n)
}

// noticeOf makes a notification of an inbox row. A summary's leads to the inbox.
func (l *Alerts) noticeOf(a job.Alert) Notice {
	n := Notice{
		Key: a.Key, Title: a.Title, Body: a.Body, Kind: a.Kind, Job: a.Job, Model: a.Model, Urgent: a.Kind == job.Failed,
	}
	if a.Kind == job.Completed || a.Kind == job.StructureDone && !a.Failed {
		n.Actions = append(n.Actions, ActOpenPDF)
	}
	if kind := storage.PaperKind(a.Kind); a.Document != "" && a.Job != "" &&
		(paperwork.Fetched(kind) || kind == paperwork.Orders) {
		n.Actions = append(n.Actions, ActOpenPaper)
	}
	if a.Job != "" && (a.Kind == job.Approval || a.Kind == job.Payment) {
		n.Actions = append(n.Actions, ActAtHover)
	}
	if a.Kind == job.File {
		n.Actions = append(n.Actions, ActShowFolder)
	}
	if a.Job != "" || a.Kind == job.Summary {
		n.Actions = append(n.Actions, ActShowJob)
	}
	return n
}

// sounds says whether alerts make a sound: where sound is on, those that somebody
// waits for.
func (l *Alerts) sounds(list []pendingAlert) bool {
	return l.o.Records.Value(records.KeyAlertsSound) != "false" && slices.ContainsFunc(list, func(p pendingAlert) bool {
		return failed(p) || p.news.Happening.Outcome == job.Completed
	})
}

// TryNotice shows a notification now, whatever the hour.
func (l *Alerts) TryNotice(ctx context.Context) error {
	if l.o.Notifier == nil {
		return unseen(say.Because("notice.no_desktop"))
	}
	err := l.o.Notifier.Show(ctx, Notice{
		Key: "test", Title: say.T("notice.test"), Body: say.T("notice.test.body"),
		Sound: l.o.Records.Value(records.KeyAlertsSound) != "false",
	})
	if err != nil {
		return unseen(err)
	}
	return nil
}

func unseen(err error) error {
	return &say.Error{What: say.T("notice.not_seen"), Err: err, Do: say.T("notice.not_seen.do")}
}

// docTray says that closing into the tray was told.
const docTray = "told-tray"

// ClosedToTray has a notification say where Dormer goes on, the first time that the
// window is closed into the tray. It waits for nobody who shows it.
func (l *Alerts) ClosedToTray(ctx context.Context) error {
	told := false
	err := l.o.Store.Update(ctx, func(tx *storage.Tx) error {
		if _, err := tx.Doc(docTray, &told); err != nil || told {
			return err
		}
		return tx.PutDoc(docTray, true)
	})
	if err == nil && !told {
		l.hand(telling{notice: Notice{Key: "tray", Title: say.T("notice.tray"), Body: say.T("notice.tray.body")}})
	}
	return err
}
