//go:build !nogui

package app

import (
	"context"
	"time"

	"fyne.io/fyne/v2"

	"dormer/app/look"
	"dormer/app/parts"
	"dormer/app/view"
	"dormer/internal/engine"
	"dormer/internal/say"
	"dormer/internal/words"
)

// desktop is the window and what runs beside it. Its methods are for the window's
// thread.
type desktop struct {
	app    fyne.App
	wiring Wiring
	deps   view.Deps
	shell  *view.Shell
	window fyne.Window
	frame  *frame // nil until the window is built
	was    view.Windowed
	area   func() (width, height int) // of the screen that is free; nil where there is no screen

	visible  bool
	ending   bool
	ends     chan struct{} // closed when it is told to end
	away     bool          // there is no watcher just now
	stays    bool          // a person chose to go on in the window where there is no tray
	keeping  bool          // how the window is will be sent in a moment
	asking   *parts.ModalBox
	lost     *parts.ModalBox      // tells that the watcher has gone; nil while it is there
	style    view.Style           // that is in force
	seen     view.Style           // as the engine said it last
	factor   float32              // by which everything is drawn larger than the screen asks for
	enlarge  func(factor float32) // has Fyne do so with the next theme
	choosing func()               // ends the desktop's own dialog for files; nil before the first
}

// newDesktop gives a desktop that has not begun. What goes wrong is told in its
// window.
func newDesktop(a fyne.App, w Wiring, deps view.Deps) *desktop {
	d := &desktop{app: a, wiring: w, deps: deps, ends: make(chan struct{}), factor: 1, enlarge: func(float32) {}}
	d.deps.Tell = func(err error) { d.deps.Do(func() { d.tell(err) }) }
	d.deps.Say = func(t say.Text) { d.deps.Do(func() { d.frame.say(sentence(t), nil) }) }
	d.shell = view.NewShell(d.deps)
	d.shell.Changed, d.shell.News = d.changed, d.news
	return d
}

// begin makes the window, before Fyne's loop runs. It says whether the system has
// made it.
func (d *desktop) begin(ctx context.Context) bool {
	d.was = d.shell.Recall(ctx)
	d.seen = d.shell.Chosen(ctx)
	d.use(d.seen)
	d.shell.Reword()
	d.window = d.app.NewWindow("Dormer")
	d.window.SetPadded(false)
	d.window.SetCloseIntercept(d.closing)
	if d.area == nil {
		d.area = areaFor(d.window)
	}
	d.resize(fyne.NewSize(d.was.Width, d.was.Height))
	d.open()
	d.resize(d.window.Canvas().Size()) // its scale is known now
	return opened(d.window)
}

// resize gives the window a size, as far as the screen has room for it.
func (d *desktop) resize(size fyne.Size) {
	if d.area != nil {
		width, height := d.area()
		size = fit(size, width, height, d.window.Canvas().Scale(), d.factor)
	}
	if size != d.window.Canvas().Size() {
		d.window.Resize(size)
	}
}

// started begins what runs beside, once Fyne's loop runs.
func (d *desktop) started() {
	d.dress(false) // its scale is known now, and Fyne hears of another
	d.shell.Start()
	if d.wiring.Watcher != nil {
		d.deps.Go(d.attend)
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
	d.frame.leaf.Shown()
}

// build makes the window's content, showing a page.
func (d *desktop) build(page engine.Page) {
	pages := newPages(d)
	d.frame = newFrame(d, pages)
	d.keys()
	d.frame.show(page)
	d.frame.update(d.shell.State())
	d.window.SetContent(d.frame.root)
}

// present is how the window is now.
func (d *desktop) present() view.Windowed {
	size := d.window.Canvas().Size()
	d.was = view.Windowed{Width: size.Width, Height: size.Height, Page: d.frame.page}
	return d.was
}

// keepAfter is how long after a change how the window is is sent.
const keepAfter = time.Second

// moved has how the window is kept, a moment after it has changed.
func (d *desktop) moved() {
	if d.frame == nil || d.keeping {
		return
	}
	d.keeping = true
	d.after(keepAfter, func() {
		d.keeping = false
		was := d.present()
		d.deps.Go(func(ctx context.Context) { d.shell.Remember(ctx, was) })
	})
}

// closing is asked when a person closes the window: Dormer goes on in the tray where
// there is one; else they say whether it does.
func (d *desktop) closing() {
	d.deps.Go(func(ctx context.Context) {
		there, err := true, error(nil)
		if d.wiring.Watcher != nil {
			there, err = d.wiring.Watcher.Tray(ctx)
		}
		if there && err == nil && d.wiring.Watcher != nil {
			_ = d.wiring.Desk.ClosedToTray(ctx) // it costs nothing but the hint
		}
		d.deps.Do(func() { d.closeInto(there || err != nil) })
	})
}

func (d *desktop) closeInto(tray bool) {
	switch {
	case tray:
		d.end(d.app.Quit)
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

// quit ends Dormer as a person wants it, and the window with it.
func (d *desktop) quit() {
	d.deps.Go(func(ctx context.Context) {
		if d.wiring.Watcher != nil {
			if err := d.wiring.Watcher.Stop(ctx); err != nil && ctx.Err() == nil {
				d.deps.Tell(err)
				return
			}
		}
		d.deps.Do(func() { d.end(d.app.Quit) })
	})
}

// leave ends the window with its session. Fyne hears of a session's end too, and its
// loop may be over: then this runs beside what is left of it, and there is no window
// any more that could be closed.
func (d *desktop) leave() { d.end(d.app.Driver().Quit) }

func (d *desktop) end(quit func()) {
	if d.ending {
		return
	}
	d.ending = true
	d.was = d.present()
	close(d.ends)
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
func (d *desktop) after(passes time.Duration, f func()) {
	d.deps.Go(func(ctx context.Context) {
		wait(ctx, passes)
		d.deps.Do(f) // which runs nothing any more once ctx has ended
	})
}

// changed shows what stands around the pages.
func (d *desktop) changed() {
	st := d.shell.State()
	if st.Loaded && st.Style != d.seen {
		d.seen = st.Style // what was chosen in this window is in force before the engine says so
		d.restyle(st.Style)
		st = d.shell.State()
	}
	if d.frame != nil {
		d.frame.update(st)
		d.present() // an end that nobody announces finds it up to date
	}
}

// restyle brings a style into force that was just chosen.
func (d *desktop) restyle(s view.Style) {
	spoken := words.Language()
	d.use(s)
	if words.Language() == spoken {
		return
	}
	if d.frame != nil {
		d.frame.reword()
	}
	d.shell.Reword()
}

// use brings a style into force, before anything is drawn with it.
func (d *desktop) use(s view.Style) {
	themed := d.window == nil || s.Theme != d.style.Theme
	d.style = s
	d.dress(themed)
	if err := words.Use(s.Language); err != nil {
		_ = words.Use(words.System) // a language of a newer Dormer
	}
}

// variants are the palettes by the settings' words.
var variants = map[string]look.Variant{"light": look.Light, "dark": look.Dark}

// dress puts the theme on the window if it is another, or if the text is to have
// another size. What is drawn larger or smaller stands in a window of the same size.
func (d *desktop) dress(themed bool) {
	before, factor := d.factor, textFactor(d.style.TextSize)
	if d.window != nil && d.area != nil {
		width, height := d.area()
		factor = min(factor, mostFactor(width, height, d.window.Canvas().Scale()/before))
	}
	if d.factor = factor; factor != before || d.window == nil {
		d.enlarge(factor)
	} else if !themed {
		return
	}
	variant, ok := variants[d.style.Theme]
	if !ok {
		variant = look.System
	}
	d.app.Settings().SetTheme(look.New(variant))
	if d.window != nil && factor != before {
		size := d.window.Canvas().Size()
		d.resize(fyne.NewSize(size.Width*before/factor, size.Height*before/factor))
	}
}

// news lets the page in sight read what has changed.
func (d *desktop) news() {
	if d.visible {
		d.frame.news()
	}
}

// asked shows what somebody asked to see.
func (d *desktop) asked(r engine.ShowRequest) {
	d.open()
	switch {
	case r.Job != "":
		d.ShowJob(r.Job)
	case r.Page == engine.PageSearch:
		d.frame.search()
	case r.Page == engine.PageAbout:
		d.ShowSettings(view.SectionAbout)
	case r.Page != "":
		d.frame.show(r.Page)
	}
}

// sentence is a text as it stands by itself.
func sentence(t say.Text) string { return words.Say(say.Sentences(t)) }

// tell shows a person that something went wrong, quietly; not what only follows from
// a watcher that has gone.
func (d *desktop) tell(err error) {
	if !d.away {
		d.frame.trouble(words.Error(err))
	}
}
