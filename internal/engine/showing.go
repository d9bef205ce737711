package engine

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"dormer/internal/hover"
	"dormer/internal/opener"
	"dormer/internal/records"
	"dormer/internal/say"
)

// Page names a page of the window.
type Page string

// The pages; PageWizard is the first run, PageSearch the list of jobs with the
// cursor in its search box, PageAbout what the settings say of this Dormer.
const (
	PageJobs     Page = "jobs"
	PageInbox    Page = "inbox"
	PageCaptures Page = "captures"
	PageActivity Page = "activity"
	PageHealth   Page = "health"
	PageSettings Page = "settings"
	PageWizard   Page = "wizard"
	PageSearch   Page = "search"
	PageAbout    Page = "about"
)

// ShowRequest says what somebody wants to see in the window: a job, or a page; the
// zero one wants the window as it was left.
type ShowRequest struct {
	Page  Page          `json:"page,omitempty"`
	Job   hover.JobID   `json:"job,omitempty"`
	Model hover.ModelID `json:"model,omitempty"`
}

// inWindow has the window show something, and says whether there can be one. The
// window may have to be started: nobody waits for it.
func (e *Engine) inWindow(r ShowRequest) bool { return e.o.Show != nil && e.o.Show(r) }

// OpenPath opens a file or folder with the person's own program.
func (e *Engine) OpenPath(ctx context.Context, path string) error {
	if err := e.open(ctx, path); err != nil {
		e.log.Warn("nothing opened a file", "error", err) // in the words of what refused it
		return notOpened(path, err)
	}
	return nil
}

// OpenURL opens a web address with the browser, a "tel:" number or "mailto:" recipient with the program for it: what
// [opener.Address] takes for plain.
func (e *Engine) OpenURL(ctx context.Context, address string) error {
	plain, ok := opener.Address(address)
	if !ok {
		return Usage(say.T("usage.not_web", "value", fmt.Sprintf("%.100s", address)))
	}
	var err error
	if e.o.Opener == nil {
		err = say.New("web.no_program")
	} else {
		err = e.o.Opener.OpenURL(ctx, plain)
	}
	if err == nil {
		return nil
	}
	e.log.Warn("nothing opened an address", "error", err)
	if number, ok := strings.CutPrefix(plain, "tel:"); ok {
		return &say.Error{What: say.T("web.not_called"), Err: err, Do: say.T("web.not_called.do", "number", number)}
	}
	if to, ok := strings.CutPrefix(plain, "mailto:"); ok {
		return &say.Error{What: say.T("handover.not_mailed"), Err: err, Do: say.T("web.not_mailed.do", "address", to)}
	}
	return &say.Error{What: say.T("web.not_opened"), Err: err, Do: say.T("web.not_opened.do", "url", plain)}
}

func (e *Engine) open(ctx context.Context, path string) error {
	if e.o.Opener == nil {
		return say.Because("opener.none")
	}
	if _, answered := e.folders.Has(ctx, path); !answered {
		return records.NoAnswer(filepath.Dir(path))
	}
	return e.o.Opener.Open(ctx, path)
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

// notOpened tells why a file was not opened, and what to do about it.
func notOpened(path string, err error) error {
	switch there := !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, context.Canceled); {
	case there && filepath.Ext(path) == "."+string(hover.FormatPDF):
		return &say.Error{What: say.T("pdf.not_opened"), Err: err, Do: say.T("pdf.not_opened.do")}
	case there && errors.Is(err, opener.ErrNone):
		return &say.Error{What: say.T("file.not_opened"), Err: err, Do: say.T("file.not_opened.no_program.do")}
	}
	return &say.Error{What: say.T("file.not_opened"), Err: err, Do: say.T("file.not_opened.do")}
}
