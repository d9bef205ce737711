package page

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"dormer/app/parts"
	"dormer/app/view"
	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/words"
)

// Jobs is the page of all jobs: the list at the left, one job at the right. On a
// narrow window the job covers the list, with a way back.
type Jobs struct {
	// OnJob is called when a job was chosen. Who draws the job shows it then.
	OnJob func(id hover.JobID)

	splitPage
	v *view.Jobs

	search  *parts.Search
	chips   map[engine.Group]*parts.Chip
	filters *fyne.Container
	view    *parts.Button // what is listed, and in which order
	rows    fyne.CanvasObject
	empty   *emptyPage
	hover   *jobsAtHover
	job     fyne.CanvasObject
	nothing fyne.CanvasObject // at the right, while no job is chosen
	left    *fyne.Container

	drawn view.JobsState // what was drawn last
	top   hover.JobID    // the job of the topmost row in sight
	seeks hover.JobID    // the job that is to be scrolled to once its row is known
	begun bool           // the first answer was drawn
}

// NewJobs gives the page over the state of the list. job is the page of one job,
// which stands at the right.
func NewJobs(v *view.Jobs, job fyne.CanvasObject, nav Nav) *Jobs {
	j := &Jobs{
		splitPage: splitPage{inSight: inSight{state: v}, nav: nav}, OnJob: func(hover.JobID) {}, v: v, job: job,
		chips: map[engine.Group]*parts.Chip{},
	}
	j.search = parts.NewSearch(words.T("jobs.search"))
	j.search.SetShortcut(words.T("jobs.search_key"))
	j.search.SetText(v.State().Search) // the state may be older than the page
	j.search.OnChanged = v.Search
	j.search.OnSubmitted = func(string) { j.focusList() }
	j.search.OnDown = j.focusList
	j.view = parts.NewButton(words.T("jobs.view"), parts.Plain, j.viewMenu)
	j.filters = parts.NewFlow(6)
	for _, g := range engine.Groups() {
		j.chips[g] = parts.NewChip(groupName(g), g == engine.GroupAll, func() { v.Show(g) })
		j.filters.Add(j.chips[g])
	}
	j.list = newRowList(func() int { return j.v.State().Len }, func() rowContent { return newJobRow(j.act) }, j.update)
	j.list.opened = func(row int) { j.choose(v.ID(row)) }
	j.list.menu = func(row int) []*fyne.MenuItem { return j.rowMenu(v.Row(row)) }
	j.list.left = j.FocusSearch
	j.rows = j.list.content()
	j.empty = newEmptyPage(2*rowMargin, parts.Primary)
	j.hover = newJobsAtHover(v)
	j.nothing = parts.NewEmpty(words.T("jobs.pick_title"), words.T("jobs.pick_says"), nil)
	head := parts.Column(0,
		parts.Pad(14, rowMargin, 10, rowMargin, parts.Column(10, parts.Row(8, parts.Fill(j.search), j.view), j.filters)),
		parts.NewLine())
	j.left = parts.Stand(0, head, container.NewStack(j.rows, j.empty.content), j.hover.content)
	j.begin(j.left, container.NewStack(j.nothing, j.job), words.T("jobs.back"), func() {
		j.cover(false)
		j.focusList()
	})
	j.content = j.panes
	j.split.turned = j.list.Refresh
	v.Changing, v.Changed = j.changing, j.draw
	j.draw()
	return j
}

// Shown implements [Page].
func (j *Jobs) Shown() {
	j.inSight.Shown()
	j.v.AskPeople()
}

// FocusSearch puts the cursor into the search box.
func (j *Jobs) FocusSearch() {
	j.cover(false)
	j.search.Focus()
}

// Show chooses a job, and shows where it is in the list.
func (j *Jobs) Show(id hover.JobID) {
	j.choose(id)
	j.seeks = id
	if !j.sought() {
		j.v.Seek(id)
	}
}

// sought scrolls to the job that is to be shown, once its row is known.
func (j *Jobs) sought() bool {
	row := j.v.Index(j.seeks)
	if row < 0 {
		return false
	}
	j.seeks = ""
	j.list.at = row
	j.list.ScrollTo(row)
	return true
}

// choose marks a job and has it shown.
func (j *Jobs) choose(id hover.JobID) {
	if id == "" {
		return
	}
	j.v.Select(id)
	j.v.Opened(id)
	j.cover(true)
	j.OnJob(id)
}

// act does what a row's button says.
func (j *Jobs) act(r view.JobRow) {
	switch r.Action {
	case view.RowOpenPDF:
		j.v.OpenPDF(r.ID)
	case view.RowChoose:
		j.nav.Pick(r.ID)
	case view.RowAtHover:
		j.v.OpenAtHover(r.ID)
	case view.RowExplain:
		explainFailure(j.v, j.nav, r.ID)
	}
}

func (j *Jobs) update(row int, o fyne.CanvasObject) {
	r := j.v.Row(row)
	s, heading := j.v.State(), ""
	for _, h := range s.Headings {
		if h.Row == row {
			heading = h.Says
		}
	}
	chosen := r.ID != "" && r.ID == s.Selected
	o.(*jobRow).show(r, chosen, j.rowStyle(chosen), heading)
}

// rowStyle is how strongly a row's button speaks. There is one strong button in sight:
// that of the job's page, and where the list is alone, that of the chosen row.
func (j *Jobs) rowStyle(chosen bool) parts.Style {
	if chosen && j.narrow() {
		return parts.Primary
	}
	return parts.Plain
}

// changing notes what is in sight, so that news above it does not move it from
// under the pointer.
func (j *Jobs) changing() { j.top = j.v.ID(j.topRow()) }

func (j *Jobs) topRow() int { return j.list.rowAt(j.list.GetScrollOffset()) }

// draw shows the state of the list.
func (j *Jobs) draw() {
	s := j.v.State()
	was := j.drawn
	j.drawn = s
	for _, g := range engine.Groups() {
		text := groupName(g)
		if n := s.Counts[g]; n > 0 {
			text = words.T("jobs.group", "name", text, "n", words.Count(n))
		}
		j.chips[g].SetText(text)
		j.chips[g].SetOn(g == s.Group)
	}
	j.hover.draw(s)
	j.view.SetText(viewName(s))
	headed := make([]int, len(s.Headings))
	for i, h := range s.Headings {
		headed[i] = h.Row
	}
	j.list.setHeaded(headed)
	if s.Len > 0 {
		j.empty.hide()
	} else {
		j.empty.show(j.whyEmpty(s))
	}
	parts.Visible(j.rows, s.Len > 0)
	shown := s.Selected != "" && !s.Aside // else another house's figures would stand beside what was found
	parts.Visible(j.nothing, !shown && s.Len > 0)
	parts.Visible(j.job, shown)
	if s.Search != was.Search || s.Group != was.Group || s.Show != was.Show || s.ByName != was.ByName ||
		s.CapturedBy != was.CapturedBy {
		j.list.at, j.seeks = 0, ""
		j.list.ScrollToOffset(0)
	} else if row := j.topRow(); row > 0 && j.top != "" && j.v.ID(row) != j.top {
		if now := j.v.Index(j.top); now >= 0 {
			j.list.moved(row, now)
		}
	}
	if j.seeks != "" {
		j.sought()
	}
	j.list.at = max(0, min(j.list.at, s.Len-1))
	relayout(j.filters)
	relayout(j.left)
	j.list.Refresh()
	j.first(s)
}

// first shows the newest job beside the list when it is drawn for the first time.
func (j *Jobs) first(s view.JobsState) {
	if j.begun || s.Len == 0 || s.Selected != "" || j.content.Size().Width == 0 {
		return
	}
	j.begun = true
	if !j.narrow() {
		id := j.v.ID(0)
		j.v.Select(id)
		j.OnJob(id)
	}
}

func groupName(g engine.Group) string {
	switch g {
	case engine.GroupInProgress:
		return words.T("jobs.in_progress")
	case engine.GroupFinished:
		return words.T("jobs.finished_group")
	case engine.GroupFailed:
		return words.T("jobs.failed_group")
	case engine.GroupApproval:
		return words.T("jobs.approval_group")
	}
	return words.T("jobs.all")
}
