package page

import (
	"reflect"

	"fyne.io/fyne/v2"

	"dormer/app/look"
	"dormer/app/parts"
	"dormer/app/view"
	"dormer/internal/hover"
	"dormer/internal/words"
)

// Job is the page of one job: what can be done with it, how it stands, its
// figures, its structures with their files, its photos, and what happened.
type Job struct {
	inSight
	v   *view.Job
	nav Nav

	head       *jobHead
	numbers    *jobNumbers
	structures *jobStructures
	photos     *jobPhotos
	papers     *jobPapers
	activity   *jobActivity
	sections   []jobSection // all of these, in their order
	column     *fyne.Container
	scroll     *parts.Scroll
	empty      *emptyPage    // in place of a job that cannot be shown
	large      *largePicture // over the window

	drawn  view.JobState // what was drawn last
	shows  hover.JobID   // the job that stands in the scroll
	hidden bool          // nobody sees it
}

// A jobSection is a part of the page. It shows what the job's state has for it, and hides where that is nothing.
type jobSection struct {
	content fyne.CanvasObject
	draw    func(s view.JobState)
}

// pageTop is the space above and below what scrolls, beside that of a scroll.
const pageTop = look.PageMargin - look.Grid

// NewJob gives the page over the state of one job.
func NewJob(v *view.Job, nav Nav) *Job {
	j := &Job{inSight: inSight{state: v}, v: v, nav: nav}
	j.head = newJobHead(v, nav)
	j.numbers = newJobNumbers(v, nav, j.enlarge)
	j.structures = newJobStructures(v, j.enlarge)
	j.photos = newJobPhotos(v, j.enlarge)
	j.papers = newJobPapers(v, j.enlarge)
	j.activity = newJobActivity(v, nav)
	j.sections = []jobSection{
		{j.head.content, j.head.draw}, {j.numbers.content, j.numbers.draw}, {j.structures.content, j.structures.draw},
		{j.papers.content, j.papers.draw}, {j.photos.content, j.photos.draw}, {j.activity.content, j.activity.draw},
	}
	j.column = parts.Column(14)
	for _, s := range j.sections {
		j.column.Add(s.content)
	}
	m := look.PageMargin
	j.scroll = parts.NewScroll(parts.Pad(pageTop, 0, pageTop, 0, j.column))
	j.scroll.OnScrolled(j.lookAround)
	j.empty = newEmptyPage(m, parts.Primary)
	j.content = parts.Watched(func(fyne.Size) { j.lookAround() }, j.empty.content, parts.Pad(0, m, 0, m, j.scroll))
	v.Changed = j.draw
	j.show(v.State())
	return j
}

// Shown implements [Page].
func (j *Job) Shown() {
	j.hidden = false
	j.draw() // what came meanwhile
	j.inSight.Shown()
	j.numbers.drawing.load()
	j.structures.load()
	j.lookAround()
}

// Hidden implements [Page]: pictures that nobody sees take no memory.
func (j *Job) Hidden() {
	j.hidden = true
	if j.large != nil {
		j.large.close()
	}
	j.photos.grid.drop()
	j.structures.drop()
	j.numbers.drawing.drop()
	j.inSight.Hidden()
}

// draw shows the state of the job, if anybody sees it.
func (j *Job) draw() {
	if s := j.v.State(); !j.hidden && !reflect.DeepEqual(s, j.drawn) {
		j.show(s)
	}
}

func (j *Job) show(s view.JobState) {
	again := s.Round != j.drawn.Round && s.ID == j.shows
	j.drawn = s
	parts.Visible(j.scroll, s.Loaded && !s.Gone)
	if !j.scroll.Visible() {
		j.drawEmpty(s)
		return
	}
	j.empty.hide()
	for _, section := range j.sections {
		section.draw(s)
	}
	j.column.Refresh()
	j.scroll.Refresh()
	if s.ID != j.shows {
		j.shows = s.ID
		j.scroll.ToTop()
	}
	j.lookAround()
	if again {
		j.numbers.drawing.picture.again()
		j.structures.again()
		j.photos.grid.again()
	}
}

// drawEmpty says why there is no job to see.
func (j *Job) drawEmpty(s view.JobState) {
	title, says, action := words.T("job.loading"), "", ""
	switch {
	case s.ID == "":
		title = ""
	case s.Gone:
		title, says = words.T("job.gone_title"), words.T("job.gone_says")
	case s.Problem != nil:
		title, says, action = words.T("job.problem_title"), words.Error(s.Problem), words.T("job.try_again")
	}
	j.empty.show(title, says, action, j.v.Reload)
}

// enlarge shows the i-th of some pictures over the window.
func (j *Job) enlarge(list []view.Picture, i int) { j.large = showLarge(j.v.Pictures, j.nav, list, i) }

// lookAround has the photos that are in sight loaded.
func (j *Job) lookAround() {
	if j.hidden {
		return
	}
	top, bottom := j.scroll.Seen()
	above := pageTop + j.photos.content.Position().Y
	j.photos.see(top-above, bottom-above)
}
