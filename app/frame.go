//go:build !nogui

package app

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"dormer/app/look"
	"dormer/app/parts"
	"dormer/app/view"
	"dormer/assets"
	"dormer/internal/engine"
	"dormer/internal/headline"
	"dormer/internal/words"
)

// frame is what stands around the pages: the navigation at the side, a banner
// above for what a person has to do, and a bar below for what went wrong.
type frame struct {
	d     *desktop
	pages *pages
	page  engine.Page // of the navigation: the one to come back to
	now   engine.Page // that is shown
	leaf  *leaf
	met   bool // the first run has been offered

	items  map[engine.Page]*parts.NavItem
	status *parts.StatusCard
	side   *fyne.Container // the navigation above, the status below
	banner *parts.Banner
	bar    *bar
	body   *fyne.Container
	layout *frameLayout
	root   *fyne.Container
	brands []*fyne.Container // the mark, the name, and whether this is the demo
	st     view.ShellState
}

func newFrame(d *desktop, p *pages) *frame {
	f := &frame{d: d, pages: p, page: engine.PageJobs, layout: &frameLayout{moved: d.moved}, body: container.NewStack()}
	f.root = container.New(f.layout)
	f.build()
	return f
}

// build makes all that stands around the pages, in the language that is spoken
// now.
func (f *frame) build() {
	f.items, f.brands = map[engine.Page]*parts.NavItem{}, nil
	list := parts.Column(4)
	for _, p := range view.Pages() {
		if p == engine.PageActivity { // it is reached from the settings, where what is for experts is
			continue
		}
		f.items[p] = parts.NewNavItem(pageName(p), func() { f.show(p) })
		list.Add(f.items[p])
	}
	f.status = parts.NewStatusCard()
	f.status.OnTapped(f.explain)
	f.banner = parts.NewBanner()
	f.bar = newBar(f.d, f.root.Refresh)
	menu := parts.NewButton(words.T("shell.menu"), parts.Plain, func() {
		f.layout.open = !f.layout.open
		f.root.Refresh()
	})
	top := parts.Pad(7, 12, 7, 12, parts.Row(10, menu, f.brand(), parts.Fill(nil)))
	f.layout.brand = parts.Pad(18, 20, 0, 20, f.brand())
	f.side = parts.Stand(0, f.layout.brand, parts.Pad(16, 10, 0, 10, parts.NewScroll(list)), parts.Pad(0, 10, 16, 10, f.status))
	side := container.NewStack(parts.NewGround(look.ColorSide), f.side)
	f.root.Objects = []fyne.CanvasObject{f.body, f.banner, f.bar.content, parts.NewGround(look.ColorSide), top, side}
}

// brand is the mark and the name, and whether this is the demo.
func (f *frame) brand() fyne.CanvasObject {
	mark := canvas.NewImageFromResource(theme.NewPrimaryThemedResource(fyne.NewStaticResource("icon.svg", assets.IconSVG)))
	mark.FillMode = canvas.ImageFillContain
	mark.SetMinSize(fyne.NewSize(26, 26))
	demo := parts.NewText(words.T("shell.demo"), parts.WorkingWord)
	parts.Visible(demo, f.st.Demo)
	row := parts.Row(9, mark, parts.NewText("Dormer", parts.Figure), demo)
	f.brands = append(f.brands, row)
	return row
}

func pageName(p engine.Page) string {
	switch p {
	case engine.PageInbox:
		return words.T("shell.inbox")
	case engine.PageCaptures:
		return words.T("shell.captures")
	case engine.PageActivity:
		return words.T("shell.activity")
	case engine.PageHealth:
		return words.T("shell.health")
	case engine.PageSettings:
		return words.T("shell.settings")
	}
	return words.T("shell.jobs")
}

// show shows a page.
func (f *frame) show(p engine.Page) {
	f.layout.open = false
	if p == f.now {
		f.root.Refresh()
		return
	}
	if f.leaf != nil && f.d.visible {
		f.leaf.Hidden()
	}
	f.now, f.leaf = p, f.pages.get(p)
	f.layout.whole = p == engine.PageWizard
	if p != engine.PageWizard {
		f.page = p
	}
	for name, item := range f.items {
		item.SetChosen(name == p || name == engine.PageSettings && p == engine.PageActivity)
	}
	f.body.Objects = []fyne.CanvasObject{f.leaf.Content()}
	f.warn()
	f.root.Refresh()
	f.body.Refresh()
	f.d.moved()
	if f.d.visible {
		f.d.window.Canvas().Unfocus()
		f.leaf.Shown()
	}
}

// update shows what stands around the pages.
func (f *frame) update(st view.ShellState) {
	if st.Demo != f.st.Demo {
		for _, row := range f.brands {
			parts.Visible(row.Objects[2], st.Demo)
			row.Refresh()
		}
	}
	f.st = st
	f.items[engine.PageInbox].SetBadge(st.Unread)
	high := f.status.MinSize().Height
	f.status.Set(markOf(st.Watch), st.Title, st.Second)
	if f.status.MinSize().Height != high {
		f.side.Refresh()
	}
	f.warn()
	if st.Watch == headline.Setup && !f.met {
		f.met = true
		f.show(engine.PageWizard)
	}
}

// reword makes everything anew, in the language that is spoken now.
func (f *frame) reword() {
	was := f.now
	if was == engine.PageWizard {
		// The first run changes its own words; the others are made anew.
		f.pages.forget(was)
		f.build()
		f.update(f.st)
		f.root.Refresh()
		return
	}
	if f.leaf != nil && f.d.visible {
		f.leaf.Hidden()
	}
	f.pages.forget("")
	f.leaf, f.now = nil, ""
	f.build()
	f.show(was)
	f.update(f.st)
}

func markOf(w headline.Watch) parts.Mark {
	switch w {
	case headline.Well:
		return parts.MarkDone
	case headline.Trouble:
		return parts.MarkFailed
	case headline.Asking, headline.Offline:
		return parts.MarkWarn
	case headline.Setup:
		return parts.MarkWaiting
	}
	return parts.MarkWorking
}

// warn says above the page what a person has to do, unless the page does.
func (f *frame) warn() {
	switch {
	case f.now == engine.PageWizard:
		f.banner.SetSays("", parts.MarkNone, nil)
	case f.st.Watch == headline.Trouble && f.now != engine.PageHealth:
		f.banner.SetSays(f.st.Trouble, parts.MarkFailed,
			parts.NewButton(words.T("shell.what_to_do"), parts.Plain, func() { f.show(engine.PageHealth) }))
	case f.st.Watch == headline.Setup:
		f.banner.SetSays(words.T("shell.set_up_says"), parts.MarkWaiting,
			parts.NewButton(words.T("shell.set_up"), parts.Primary, func() { f.show(engine.PageWizard) }))
	default:
		f.banner.SetSays("", parts.MarkNone, nil)
	}
	f.root.Refresh()
}

// explain leads from the card that says how Dormer is to what can be done.
func (f *frame) explain() {
	f.show(parts.Either(f.st.Watch == headline.Setup, engine.PageWizard, engine.PageHealth))
}

// news lets the page in sight read what has changed.
func (f *frame) news() { f.pages.news(f.leaf) }

// search puts the cursor into the page's search box, or that of the jobs.
func (f *frame) search() {
	if _, ok := f.leaf.Page.(searched); !ok {
		f.show(engine.PageJobs)
	}
	f.leaf.Page.(searched).FocusSearch()
}

// handOver prints or mails the PDF of the job in sight.
func (f *frame) handOver(how func(*view.Job)) {
	if p, ok := f.leaf.Page.(*jobsPage); ok {
		how(p.one)
	}
}

// capture begins a capture request: for new photos of the job in sight, if it needs
// some.
func (f *frame) capture() {
	if p, ok := f.leaf.Page.(*jobsPage); ok && p.one.NeedsPhotos() {
		f.d.AskForPhotos(p.one.ID())
		return
	}
	f.d.NewCapture()
}

// searched is a page with a search box.
type searched interface{ FocusSearch() }

// back undoes what covers something else.
func (f *frame) back() {
	switch p, ok := f.leaf.Page.(interface{ Back() bool }); {
	case f.layout.open:
		f.layout.open = false
		f.root.Refresh()
	case f.bar.content.Visible():
		f.bar.hide()
	case ok && p.Back():
	default:
		f.d.window.Canvas().Unfocus()
	}
}

// refresh asks Hover now for what was missed.
func (f *frame) refresh() {
	f.news()
	f.d.deps.Go(func(ctx context.Context) {
		if err := f.d.wiring.Desk.CatchUp(ctx); err != nil && ctx.Err() == nil {
			f.d.deps.Tell(err)
		}
	})
}

// trouble says below the page that something went wrong.
func (f *frame) trouble(text string) { f.bar.show(parts.MarkFailed, text, nil) }

// say says something below the page, with a button for what can be done.
func (f *frame) say(text string, do *parts.Button) { f.bar.show(parts.MarkMail, text, do) }
