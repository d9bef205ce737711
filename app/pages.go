//go:build !nogui

package app

import (
	"maps"

	"dormer/app/page"
	"dormer/app/view"
	"dormer/app/wizard"
	"dormer/internal/engine"
	"dormer/internal/hover"
)

// A leaf is a page that has been made, with what reads its news.
type leaf struct {
	page.Page
	reload func()
}

// pages makes the pages when they are first shown. What they show lives on when
// they are made anew, in another language.
type pages struct {
	d         *desktop
	made      map[engine.Page]*leaf
	states    map[engine.Page]any
	downloads *view.Downloads
	picker    *page.Picker // nil while it is closed
}

func newPages(d *desktop) *pages {
	return &pages{d: d, made: map[engine.Page]*leaf{}, states: map[engine.Page]any{}, downloads: view.NewDownloads(d.deps)}
}

// forget has the pages made anew when they are shown next, but for one.
func (p *pages) forget(but engine.Page) {
	maps.DeleteFunc(p.made, func(name engine.Page, _ *leaf) bool { return name != but })
}

// get gives a page.
func (p *pages) get(name engine.Page) *leaf {
	if l := p.made[name]; l != nil {
		return l
	}
	l := p.make(name)
	p.made[name] = l
	return l
}

func (p *pages) make(name engine.Page) *leaf {
	d := p.d
	switch name {
	case engine.PageInbox:
		v := state(p, name, view.NewInbox)
		return &leaf{page.NewInbox(v, d), v.Reload}
	case engine.PageCaptures:
		v := state(p, name, view.NewCaptures)
		return &leaf{page.NewCaptures(v, d), v.Reload}
	case engine.PageActivity:
		v := state(p, name, view.NewActivity)
		return &leaf{page.NewActivity(v, d), v.Reload}
	case engine.PageHealth:
		v := state(p, name, view.NewHealth)
		return &leaf{page.NewHealth(v, d), v.Reload}
	case engine.PageSettings:
		v := state(p, name, func(deps view.Deps) *view.Settings { return view.NewSettings(deps, d.wiring.DataDir) })
		v.Applied = d.applied
		return &leaf{page.NewSettings(v, d), v.Reload}
	case engine.PageWizard:
		v := state(p, name, view.NewWizard)
		v.Applied = d.applied
		return &leaf{wizard.New(v, d, func() { d.frame.show(engine.PageJobs) }), v.Reload}
	}
	both := newJobsPage(p)
	return &leaf{both, both.reload}
}

// state gives what a page shows, made once.
func state[V any](p *pages, name engine.Page, made func(view.Deps) V) V {
	if v, ok := p.states[name].(V); ok {
		return v
	}
	v := made(p.d.deps)
	p.states[name] = v
	return v
}

func (p *pages) jobs() *jobsPage          { return p.get(engine.PageJobs).Page.(*jobsPage) }
func (p *pages) captures() *page.Captures { return p.get(engine.PageCaptures).Page.(*page.Captures) }
func (p *pages) settings() *page.Settings { return p.get(engine.PageSettings).Page.(*page.Settings) }
func (p *pages) activity() *page.Activity { return p.get(engine.PageActivity).Page.(*page.Activity) }

// pick opens the picker of a job.
func (p *pages) pick(id hover.JobID) {
	if p.picker == nil {
		p.picker = page.ShowPicker(view.NewPicker(p.d.deps, p.downloads, id), p.d, func() { p.picker = nil })
	}
}

// news lets what is in sight read what has changed.
func (p *pages) news(in *leaf) {
	in.reload()
	if p.picker != nil {
		p.picker.Reload()
	}
}

// applied hears of a setting that was just chosen in the window.
func (d *desktop) applied(key, value string) {
	s := d.style
	switch key {
	case engine.KeyTheme:
		s.Theme = value
	case engine.KeyLanguage:
		s.Language = value
	case engine.KeyTextSize:
		s.TextSize = value
	}
	if s != d.style {
		d.restyle(s)
	}
}

// jobsPage is the page of all jobs with that of one job at its right.
type jobsPage struct {
	*page.Jobs
	job  *page.Job
	list *view.Jobs
	one  *view.Job
}

func newJobsPage(p *pages) *jobsPage {
	j := &jobsPage{list: state(p, engine.PageJobs, view.NewJobs), one: state(p, "job", view.NewJob)}
	j.job = page.NewJob(j.one, p.d)
	j.Jobs = page.NewJobs(j.list, j.job.Content(), p.d)
	j.OnJob = j.one.Show
	return j
}

// Shown implements [page.Page].
func (j *jobsPage) Shown() {
	j.Jobs.Shown()
	j.job.Shown()
}

// Hidden implements [page.Page].
func (j *jobsPage) Hidden() {
	j.Jobs.Hidden()
	j.job.Hidden()
}

func (j *jobsPage) reload() {
	j.list.Reload()
	j.one.Reload()
}
