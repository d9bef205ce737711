//go:build !nogui

package app

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"

	"fyne.io/fyne/v2"

	"dormer/app/page"
	"dormer/app/view"
	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/say"
	"dormer/internal/words"
)

var _ page.Nav = (*desktop)(nil)

// ShowJob implements [page.Nav].
func (d *desktop) ShowJob(id hover.JobID) {
	d.frame.show(engine.PageJobs)
	d.frame.pages.jobs().Show(id)
}

// ShowHealth implements [page.Nav].
func (d *desktop) ShowHealth() { d.frame.show(engine.PageHealth) }

// ShowWizard implements [page.Nav].
func (d *desktop) ShowWizard() { d.frame.show(engine.PageWizard) }

// ShowSignIn implements [page.Nav].
func (d *desktop) ShowSignIn() {
	d.frame.show(engine.PageWizard)
	state(d.frame.pages, engine.PageWizard, view.NewWizard).Lead(view.WizardSignIn)
}

// ShowSettings implements [page.Nav].
func (d *desktop) ShowSettings(section string) {
	d.frame.show(engine.PageSettings)
	d.frame.pages.settings().Section(section)
}

// ShowEvents implements [page.Nav].
func (d *desktop) ShowEvents(id hover.JobID) {
	d.frame.show(engine.PageActivity)
	d.frame.pages.activity().ShowJob(id)
}

// AskForPhotos implements [page.Nav].
func (d *desktop) AskForPhotos(id hover.JobID) {
	d.frame.show(engine.PageCaptures)
	state(d.frame.pages, engine.PageCaptures, view.NewCaptures).FillFrom(id)
	d.frame.pages.captures().New()
}

// NewCapture implements [page.Nav].
func (d *desktop) NewCapture() {
	d.frame.show(engine.PageCaptures)
	d.frame.pages.captures().New()
}

// Pick implements [page.Nav].
func (d *desktop) Pick(id hover.JobID) { d.frame.pages.pick(id) }

// Canvas implements [page.Nav].
func (d *desktop) Canvas() fyne.Canvas { return d.window.Canvas() }

// Copy implements [page.Nav].
func (d *desktop) Copy(text string) { d.app.Clipboard().SetContent(text) }

// ChooseFolder implements [page.Nav].
func (d *desktop) ChooseFolder(start string, done func(path string)) {
	d.choose(words.T("choose.folder"), start, "", done, func() {
		page.ChooseFolder(view.NewFolders(d.deps), start, d, done)
	})
}

// SaveFile implements [page.Nav].
func (d *desktop) SaveFile(name string, done func(path string)) {
	d.choose(words.T("choose.file"), "", name, done, func() {
		page.ChooseFile(view.NewFolders(d.deps), name, d, done)
	})
}

// choose has the desktop's own dialog ask a person, which they know from all their
// programs, and ours where there is none. One is open at a time: who asks again, because
// the first hangs or is out of sight, gets a new one.
func (d *desktop) choose(title, start, name string, done func(path string), ours func()) {
	if d.choosing != nil {
		d.choosing()
	}
	if d.wiring.Choose == nil {
		ours()
		return
	}
	asked, end := context.WithCancel(context.Background())
	d.choosing = end
	d.deps.Go(func(ctx context.Context) {
		defer context.AfterFunc(ctx, end)()
		path, err := d.wiring.Choose(asked, title, start, name)
		d.deps.Do(func() {
			over := asked.Err() != nil
			end()
			switch {
			case over:
			case err != nil:
				ours()
			case path != "":
				done(path)
			}
		})
	})
}

// TryDemo starts another Dormer with the demo, beside this one.
func (d *desktop) TryDemo() {
	if err := startDemo(d.wiring.DataDir); err != nil {
		d.tell(&say.Error{What: say.T("demo.not_started"), Err: err})
	}
}

func startDemo(dataDir string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	demo := exec.Command(self, "--demo", "--data-dir", filepath.Clean(dataDir))
	if err := demo.Start(); err != nil {
		return err
	}
	return demo.Process.Release() // it goes on when this one has ended
}
