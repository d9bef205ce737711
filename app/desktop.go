//go:build !nogui

package app

import (
	"context"
	"runtime/debug"
	"time"

	"fyne.io/fyne/v2"
	fynedesktop "fyne.io/fyne/v2/driver/desktop"
	"fyne.io/systray"

	"dormer/app/look"
	"dormer/app/parts"
	"dormer/app/view"
	"dormer/app/words"
	"dormer/internal/engine"
	"dormer/internal/say"
)

// desktop is the window, the tray and what runs beside them. Its methods are for
// the window's thread.
type desktop struct {
	app    fyne.App
	wiring Wiring
	deps   view.Deps
	shell  *view.Shell
	host   host
	tray   *tray // nil where there is none
	window fyne.Window
	frame  *frame // nil until the window is opened for the first time
	was    view.Windowed

	unsaid   error // what went wrong before there was a window
	visible  bool
	ending   bool
	stays    bool // a person chose to go on in the window where there is no tray
	asking   *parts.ModalBox
	theme    string // that is in force
	language string
	seen     [2]string // theme and language as the engine said them last
}

// host is who shows tray icons.
type host interface {
	possible() bool                 // there can be one here
	there(ctx context.Context) bool // there is one now
	await(ctx context.Context) bool // there is one before ctx ends
	keep(ctx context.Context)       // every one shows our icon, until ctx ends
}

// newDesktop gives a desktop that has not begun. What goes wrong is told in its
// window.
func newDesktop(a fyne.App, w Wiring, deps view.Deps, h host) *desktop {
	d := &desktop{app: a, wiring: w, deps: deps, host: h}
	d.deps.Tell = func(err error) { d.deps.Do(func() { d.tell(err) }) }
	d.shell = view.NewShell(d.deps)
	d.shell.Changed, d.shell.News, d.shell.Asked = d.changed, d.news, d.asked
	return d
}

// begin makes the window and the tray, before Fyne's loop runs. It says whether
// the system has made them.
func (d *desktop) begin(ctx context.Context) bool {
	d.was = d.shell.Recall(ctx)
	theme, language := d.shell.Chosen(ctx)
	d.seen = [2]string{theme, language}
	d.use(theme, language)
	d.shell.Reword()
	_ = d.wiring.Desk.Speak(ctx, say.Language(words.OfSystem())) // else notices are told as they were before
	d.window = d.app.NewWindow("Dormer")
	d.window.SetPadded(false)
	d.window.SetCloseIntercept(d.closing)
	d.window.Resize(fyne.NewSize(d.was.Width, d.was.Height))
	if a, ok := d.app.(fynedesktop.App); ok && d.host.possible() {
		d.tray = newTray(a, d.act)
		d.tray.show(d.shell.State().Tray)
		// Fyne's own SetSystemTrayWindow shows the window past us.
		systray.SetOnTapped(func() { d.deps.Do(d.open) })
		if !d.tray.made(d.app) {
			return false
		}
	}
	if d.wiring.Hidden && d.tray != nil {
		return true
	}
	d.open()
	return opened(d.window)
}

// hostComesWithin is how long a start into the tray waits for a panel that starts
// at the same time.
const hostComesWithin = 5 * time.Second

// started begins what runs beside, once Fyne's loop runs.
func (d *desktop) started() {
	d.shell.Start()
	d.deps.Go(d.host.keep)
	d.deps.Go(func(ctx context.Context) {
		for {
			select {
			case <-ctx.Done():
				return
			case _, ok := <-d.wiring.Raised:
				if !ok {
					return
				}
				d.deps.Do(d.open)
			}
		}
	})
	if !d.visible {
		d.deps.Go(func(ctx context.Context) {
			wait, cancel := context.WithTimeout(ctx, hostComesWithin)
			defer cancel()
			if !d.host.await(wait) {
				d.deps.Do(d.open) // nobody would find it
			}
		})
	}
}

// open shows the window, in front of all others.
func (d *desktop) open() {
	if d.ending {
		return
	}
	if d.frame == nil {
		d.build(d.was.Page)
	}
	d.window.Show()
	if d.visible {
		d.window.RequestFocus()
		return
	}
	d.visible = true
	d.frame.shown()
}

// build makes the window's content, showing a page.
func (d *desktop) build(page view.Page) {
	pages := newPages(d)
	d.frame = newFrame(d, pages)
	d.keys()
	d.frame.show(page)
	d.frame.update(d.shell.State())
	d.window.SetContent(d.frame.root)
	if d.unsaid != nil {
		d.tell(d.unsaid)
		d.unsaid = nil
	}
}

// hide closes the window into the tray.
func (d *desktop) hide() {
	if !d.visible {
		return
	}
	was := d.present()
	d.frame.hidden()
	d.visible = false
	d.window.Hide()
	d.deps.Go(func(ctx context.Context) {
		d.shell.Remember(ctx, was)
		debug.FreeOSMemory()
	})
}

// present is how the window is now.
func (d *desktop) present() view.Windowed {
	if d.frame == nil {
		return d.was
	}
	size := d.window.Canvas().Size()
	if d.visible {
		d.was = view.Windowed{Width: size.Width, Height: size.Height}
	}
	d.was.Page = d.frame.page
	return d.was
}

// closing is asked when a person closes the window: it goes into the tray where
// there is one; else they say whether Dormer goes on.
func (d *desktop) closing() {
	d.deps.Go(func(ctx context.Context) {
		there := d.host.there(ctx)
		d.deps.Do(func() { d.closeInto(there) })
	})
}

func (d *desktop) closeInto(tray bool) {
	switch {
	case tray:
		if d.asking != nil {
			d.asking.Close()
		}
		d.hide()
	case d.asking != nil:
	case d.stays:
		d.frame.say(words.T("shell.goes_on"), parts.NewButton(words.T("shell.quit"), parts.Plain, d.quit))
	default:
		keep := parts.NewButton(words.T("shell.keep_working"), parts.Primary, func() {
			d.stays = true
			d.asking.Close()
		})
		quit := parts.NewButton(words.T("shell.quit"), parts.Plain, d.quit)
		d.asking = parts.Modal(d.window.Canvas(), parts.NewDialog(
			words.T("shell.close_title"), parts.NewParagraph(words.T("shell.close_says"), parts.Dim), quit, keep))
		d.asking.OnClosed = func() { d.asking = nil }
		d.window.Canvas().Focus(keep)
	}
}

// quit ends the desktop as a person wants it.
func (d *desktop) quit() { d.end(d.app.Quit) }

// leave ends the desktop with its session, or with what works behind it. Fyne hears
// of a session's end too, and its loop may be over: then this runs beside what is
// left of it, and there is no window any more that could be closed.
func (d *desktop) leave() { d.end(d.app.Driver().Quit) }

func (d *desktop) end(quit func()) {
	if d.ending {
		return
	}
	d.ending = true
	d.was = d.present()
	quit()
}

// remembersWithin bounds how long the end waits for the store.
const remembersWithin = time.Second

// remember keeps how the window was, after Fyne's loop has ended.
func (d *desktop) remember() {
	ctx, cancel := context.WithTimeout(context.Background(), remembersWithin)
	defer cancel()
	d.shell.Remember(ctx, d.was)
}

// after runs f on the window's thread when some time has passed.
func (d *desktop) after(wait time.Duration, f func()) {
	d.deps.Go(func(ctx context.Context) {
		timer := time.NewTimer(wait)
		defer timer.Stop()
		select {
		case <-timer.C:
			d.deps.Do(f)
		case <-ctx.Done():
		}
	})
}

// changed shows what stands around the pages.
func (d *desktop) changed() {
	st := d.shell.State()
	if chosen := [2]string{st.Theme, st.Language}; st.Loaded && chosen != d.seen {
		d.seen = chosen // what was chosen in this window is in force before the engine says so
		d.restyle(st.Theme, st.Language)
		st = d.shell.State()
	}
	if d.tray != nil {
		d.tray.show(st.Tray)
	}
	if d.frame != nil {
		d.frame.update(st)
		d.present() // an end that nobody announces finds it up to date
	}
}

// restyle brings a theme and a language into force that were just chosen.
func (d *desktop) restyle(theme, language string) {
	spoken := words.Language()
	d.use(theme, language)
	if words.Language() == spoken {
		return
	}
	if d.frame != nil {
		d.frame.reword()
	}
	d.shell.Reword()
}

// use brings a theme and a language into force, before anything is drawn with
// them.
func (d *desktop) use(theme, language string) {
	variant := look.System
	switch theme {
	case "light":
		variant = look.Light
	case "dark":
		variant = look.Dark
	}
	if d.theme != theme || d.window == nil {
		d.app.Settings().SetTheme(look.New(variant))
	}
	if err := words.Use(language); err != nil {
		_ = words.Use(words.System) // a language of a newer Dormer
	}
	d.theme, d.language = theme, language
}

// news lets the page in sight read what has changed.
func (d *desktop) news() {
	if d.visible {
		d.frame.news()
	}
}

// asked shows what somebody asked to see, by a notification's button.
func (d *desktop) asked(r engine.ShowRequest) {
	d.open()
	switch {
	case r.Job == "":
		d.ShowInbox()
	case r.Pick:
		d.ShowJob(r.Job)
		d.Pick(r.Job)
	default:
		d.ShowJob(r.Job)
	}
}

// act does what an entry of the tray's menu says.
func (d *desktop) act(a view.TrayAction) {
	switch a.Kind {
	case view.TrayOpenWindow:
		d.open()
	case view.TrayShowJob:
		d.open()
		d.ShowJob(a.Job)
	case view.TrayShowInbox:
		d.open()
		d.ShowInbox()
	case view.TrayShowHealth:
		d.open()
		d.ShowHealth()
	case view.TraySearch:
		d.open()
		d.frame.search()
	case view.TraySettings:
		d.open()
		d.ShowSettings("")
	case view.TrayWizard:
		d.open()
		d.ShowWizard()
	case view.TrayQuit:
		d.quit()
	default:
		d.shell.Do(a)
	}
}

// tell shows a person that something went wrong, quietly.
func (d *desktop) tell(err error) {
	if d.frame == nil {
		d.unsaid = err
		return
	}
	d.frame.trouble(words.Error(err))
}
