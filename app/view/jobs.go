package view

import (
	"context"
	"time"

	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/words"
)

// Jobs is the list of jobs: what is searched for, what was found, and the rows
// that are in sight. It keeps a few hundred rows of those that were found, and
// reads the others, a page at a time, where somebody looks. All methods are called on the window's thread and
// return at once.
type Jobs struct {
	loader
	// Changing is called on the window's thread before other jobs come into the rows.
	Changing func()

	state JobsState
	rows  *jobCache
	busy  doings[pdfRef]

	version uint64 // of the news: what was read before is asked for again
	near    int    // the row that was asked for last
	page    attempt
	loading bool // a page is being read
	broken  bool // they could not be: wait for news before asking again

	atHover attempt
	people  question
	marking series
}

// JobsState is what the list shows beside its rows.
type JobsState struct {
	Loaded   bool // there was an answer
	Search   string
	Group    engine.Group
	Counts   map[engine.Group]int // of all that match Search
	Len      int
	Headings []Heading // by their rows; none in a list by name

	Show       engine.Shown
	ByName     bool
	CapturedBy string       // an e-mail address; "" is everybody
	People     []hover.User // who can have captured a job; nil until Hover has said so

	Selected hover.JobID
	Aside    bool  // what is searched for was found, and the selected job is not in it
	SignedIn bool  // sure only where no job is known at all
	Problem  error // why there is no answer
	AtHover  AtHover
}

// AtHover is a search among all jobs at Hover.
type AtHover struct {
	Running bool
	Ended   bool // it came to its end; Found is final
	Search  string
	Found   int
}

const chunk = 100 // rows that are read at once

// NewJobs gives the list of jobs, empty until [Jobs.Reload].
func NewJobs(d Deps) *Jobs {
	j := &Jobs{Changing: func() {}, rows: newJobCache(jobList{}), busy: doings[pdfRef]{}, version: 1}
	j.begin(d, j.Reload)
	j.ticks = j.Reload
	return j
}

// State gives what the list shows beside its rows.
func (j *Jobs) State() JobsState {
	s := j.state
	s.Loaded, s.Problem = j.loaded, j.problem
	return s
}

// ID gives the job of a row, "" if there is no such row or it is not here yet.
func (j *Jobs) ID(row int) hover.JobID {
	if known := j.rows.at(row); known != nil {
		return known.view.ID
	}
	return ""
}

// Index gives the row of a job, -1 if it is not in the list or not here yet: see
// [Jobs.Seek].
func (j *Jobs) Index(id hover.JobID) int { return j.rows.find(id) }

// Row gives a row for drawing. What is not known or no longer true is read, and
// Changed called when it is there.
func (j *Jobs) Row(row int) JobRow {
	if row < 0 || row >= j.state.Len {
		return JobRow{}
	}
	j.near = row
	known := j.rows.at(row)
	if known == nil || known.version != j.version {
		j.read()
	}
	if known == nil {
		return JobRow{Loading: true}
	}
	r := listedRow(known.view, j.d.Now())
	r.Busy = j.busy[pdfRef{job: known.view.ID}]
	return r
}

// Search looks for a text among the jobs that are known.
func (j *Jobs) Search(text string) {
	if text == j.state.Search {
		return
	}
	j.state.Search = text
	j.state.AtHover.Ended = false
	j.near = 0
	j.find("")
}

// Show lists one group only.
func (j *Jobs) Show(g engine.Group) {
	if g == j.state.Group {
		return
	}
	j.state.Group = g
	j.near = 0
	j.find("")
}

// Select chooses the job whose row is marked; "" is none.
func (j *Jobs) Select(id hover.JobID) {
	if id != j.state.Selected || j.state.Aside {
		j.state.Selected, j.state.Aside = id, false
		j.Changed()
	}
}

// Reload asks again, after news. The old rows stay until the new ones are there.
func (j *Jobs) Reload() {
	j.version++
	j.broken = false
	j.load(j.matching(j.ID(j.near)))
}

// Seek reads the rows around a job, so that Index knows it.
func (j *Jobs) Seek(id hover.JobID) { j.find(id) }

// find asks for other jobs, or others of them: at once, whatever is being searched for.
func (j *Jobs) find(around hover.JobID) { j.insist(j.matching(around)) }

// matching gives the question for the jobs that match, and for the page around one of
// them or else around the row that was asked for last.
func (j *Jobs) matching(around hover.JobID) asks {
	j.page.end()
	j.loading = false
	q, days, version := j.question(around), stretches(j.d.Now()), j.version
	if !q.ByName {
		for _, s := range days {
			q.Since = append(q.Since, s.since)
		}
	}
	return func(ctx context.Context) (take func(), err error) {
		signedIn := false
		f, err := j.d.Desk.FindJobs(ctx, q)
		if err == nil && f.Len == 0 && listOf(q) == (jobList{}) {
			var status engine.Status
			status, err = j.d.Desk.Status(ctx)
			signedIn = status.Hover.SignedIn
		}
		return func() {
			j.state.Headings, j.state.SignedIn = headings(days, f.Since, f.Len), signedIn
			j.found(q, f, version)
		}, err
	}
}

// question is what is searched for, with the page around a row.
func (j *Jobs) question(around hover.JobID) engine.JobSearch {
	return engine.JobSearch{
		Text: j.state.Search, Group: j.state.Group, From: max(0, min(j.near-chunk/2, j.state.Len-chunk)), Limit: chunk,
		Around: around, Show: j.state.Show, ByName: j.state.ByName, CapturedBy: j.state.CapturedBy,
	}
}

func (j *Jobs) found(q engine.JobSearch, f engine.Found, version uint64) {
	j.Changing()
	list := listOf(q)
	another := list != j.rows.of
	if another {
		j.rows = newJobCache(list)
	}
	j.put(f, version)
	if another {
		j.state.Aside = j.state.Selected != "" && list != (jobList{byName: list.byName}) && j.rows.find(j.state.Selected) < 0
	}
}

func (j *Jobs) put(f engine.Found, version uint64) {
	j.state.Len, j.state.Counts = f.Len, f.Counts
	j.rows.put(f, version)
}

// read reads the page around the row that was asked for last. Only one such
// question is under way: when it is answered, drawing asks for what is in sight
// then.
func (j *Jobs) read() {
	if j.loading || j.asking || j.broken {
		return
	}
	j.loading = true
	q, version := j.question(""), j.version
	j.page.begin(j.d, func(ctx context.Context, post func(func())) {
		f, err := j.d.Desk.FindJobs(ctx, q)
		j.d.tell(ctx, err)
		post(func() {
			j.loading = false
			if err != nil {
				j.broken = true
				return
			}
			j.put(f, version)
			j.Changed()
		})
	})
}

// SearchAtHover asks Hover for all jobs that match what is searched for; they
// come into the list.
func (j *Jobs) SearchAtHover() {
	search := j.state.Search
	j.state.AtHover = AtHover{Running: true, Search: search}
	j.atHover.begin(j.d, func(ctx context.Context, post func(func())) {
		var said time.Time
		found := 0
		for n, err := range j.d.Desk.SearchHover(ctx, search) {
			if err != nil {
				j.d.tell(ctx, err)
				post(func() { j.endAtHover(found, false) })
				return
			}
			found = n
			if now := j.d.Now(); now.Sub(said) >= redraw {
				said = now
				post(func() {
					j.state.AtHover.Found = n
					j.Changed()
				})
			}
		}
		post(func() { j.endAtHover(found, true) })
	})
	j.Changed()
}

func (j *Jobs) endAtHover(found int, whole bool) {
	j.state.AtHover.Running = false
	if whole {
		j.state.AtHover.Found, j.state.AtHover.Ended = found, true
	}
	j.Reload()
	j.Changed()
}

// CancelAtHover ends the search at Hover, or takes back what it said. What it has
// found stays in the list.
func (j *Jobs) CancelAtHover() {
	j.atHover.end()
	j.state.AtHover = AtHover{}
	j.Changed()
}

// OpenPDF opens a PDF of a job, fetching it first if none is saved yet.
func (j *Jobs) OpenPDF(id hover.JobID) { j.d.openPDF(j.busy, pdfRef{job: id}, func() { j.Changed() }) }

// OpenAtHover opens a job's page at Hover in the browser.
func (j *Jobs) OpenAtHover(id hover.JobID) { j.d.atHover(id) }

// Explain says what happened to a job that could not be measured, why, and what
// to do.
func (j *Jobs) Explain(id hover.JobID) Failure {
	e := Failure{Why: words.T("jobs.why_unknown"), Do: words.T("jobs.do_new_photos")}
	known := j.rows.get(id)
	if known == nil {
		known = &cachedJob{view: engine.JobView{ID: id}}
	}
	e.What = words.T("jobs.what_failed", "job", TitleOf(known.view))
	if why := known.view.Why(); !why.IsZero() {
		e.Why = sentence(words.Say(why))
	}
	return e
}
