package page

import (
	"reflect"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"dormer/app/parts"
	"dormer/app/view"
	"dormer/internal/words"
)

// jobStructures are the cards of a job's structures.
type jobStructures struct {
	v       *view.Job
	enlarge func(list []view.Picture, i int)
	cards   []*structureCard
	content *fyne.Container
}

func newJobStructures(v *view.Job, enlarge func(list []view.Picture, i int)) *jobStructures {
	return &jobStructures{v: v, enlarge: enlarge, content: parts.Column(14)}
}

func (l *jobStructures) draw(s view.JobState) {
	l.cards = kept(l.cards, l.content, s.Structures, func() (*structureCard, fyne.CanvasObject) {
		c := newStructureCard(l.v, l.enlarge)
		return c, c.content
	})
	for _, c := range l.cards[len(s.Structures):] {
		c.picture.drop()
		c.drawn = view.StructureCard{} // or the same one again would come without its picture
	}
	parts.Visible(l.content, len(s.Structures) > 0)
}

// load has the pictures loaded again that drop let go of.
func (l *jobStructures) load() {
	for _, c := range l.cards {
		if c.content.Visible() {
			c.load()
		}
	}
}

// again has the pictures read once more that could not be.
func (l *jobStructures) again() {
	for _, c := range l.cards {
		c.picture.again()
	}
}

func (l *jobStructures) drop() {
	for _, c := range l.cards {
		c.picture.drop()
	}
}

// structureCard is one structure: its picture, how it stands, and its files.
type structureCard struct {
	v           *view.Job
	enlarge     func(list []view.Picture, i int)
	picture     *picture
	look        *parts.Button // over the picture: it is shown large
	name, state *parts.Text
	second      *parts.Text
	failure     *parts.Paragraph
	tags        []*parts.Tag
	more        *parts.Chip // shows the files that fewer people want
	files       *fyne.Container
	content     *parts.Card
	drawn       view.StructureCard
}

// pictureWidth and pictureHeight are the size of a card's picture.
const pictureWidth, pictureHeight float32 = 96, 84

func newStructureCard(v *view.Job, enlarge func(list []view.Picture, i int)) *structureCard {
	c := &structureCard{
		v: v, enlarge: enlarge, picture: newPicture(v.Pictures),
		name: parts.NewText("", parts.Bold), state: parts.NewText("", parts.Second), second: parts.NewText("", parts.Second),
		failure: parts.NewParagraph("", parts.Second), files: parts.NewFlow(6),
	}
	c.look = parts.NewButton("", parts.Quiet, c.large)
	c.more = parts.NewChip(words.T("job.more"), false, func() { v.ToggleMore(c.drawn.ID) })
	frame := container.NewGridWrap(fyne.NewSize(pictureWidth, pictureHeight), container.NewStack(c.picture, c.look))
	says := parts.Beside(12, 0, frame,
		parts.Column(3, parts.Row(6, c.name, c.state), c.second, c.failure, parts.VSpace(3), c.files))
	c.content = parts.NewCard(says).SetPad(12)
	return c
}

func (c *structureCard) draw(s view.StructureCard) {
	if reflect.DeepEqual(s, c.drawn) {
		return
	}
	c.drawn = s
	c.name.SetText(s.Name)
	mark, role := stateWord(s.Standing)
	if s.State == "" { // a sign alone says nothing
		mark = parts.MarkNone
	}
	c.state.SetMark(mark)
	c.state.Set(s.State, role)
	c.second.Say(s.Second)
	c.failure.Say(s.Failure)
	c.drawTags()
	c.load()
	c.content.Refresh()
}

// drawTags shows the files, those that fewer people want only when they are asked for. Tags that are there are kept,
// with the focus that they may have.
func (c *structureCard) drawTags() {
	c.files.Objects = nil
	for i, f := range slices.Concat(c.drawn.Files, c.drawn.More) {
		if i == len(c.tags) {
			c.tags = append(c.tags, parts.NewTag("", parts.TagReady, func() { c.open(i) }))
		}
		c.tags[i].Set(tagLook(f))
		if i < len(c.drawn.Files) || c.drawn.MoreOpen {
			c.files.Objects = append(c.files.Objects, c.tags[i])
		}
	}
	c.more.SetOn(c.drawn.MoreOpen)
	if len(c.drawn.More) > 0 {
		c.files.Objects = append(c.files.Objects, c.more)
	}
	parts.Visible(c.files, len(c.files.Objects) > 0)
}

// open opens the i-th of the files, or fetches it first.
func (c *structureCard) open(i int) {
	if all := slices.Concat(c.drawn.Files, c.drawn.More); i < len(all) {
		c.v.OpenFile(c.drawn.ID, all[i].Format)
	}
}

// load has the card's picture loaded.
func (c *structureCard) load() {
	s := c.drawn
	ref := view.PictureRef{Job: c.v.ID(), Model: s.ID, Part: s.Preview}
	c.picture.missing = parts.Either(s.Standing == view.StandingDone, parts.MarkWarn, standingMark(s.Standing))
	switch {
	case s.Preview == "" || s.Standing == view.StandingFailed:
		c.picture.mark(standingMark(s.Standing))
	default:
		c.picture.show(ref, !ref.Photo())
	}
	parts.Visible(c.look, len(s.Pictures) > 0)
}

// large shows the structure's pictures large, beginning with that of the card.
func (c *structureCard) large() {
	for i, p := range c.drawn.Pictures {
		if p.Ref.Part == c.drawn.Preview {
			c.enlarge(c.drawn.Pictures, i)
			return
		}
	}
}

// tagLook gives what stands on the tag of a format.
func tagLook(f view.FileTag) (text string, style parts.TagStyle) {
	name := f.Name
	if f.Count > 1 {
		name += " " + words.Count(f.Count)
	}
	switch {
	case f.Busy && f.Done > 0:
		return words.T("job.file_busy", "format", f.Name, "percent", int(f.Done*100)), parts.TagWaiting
	case f.Busy:
		return words.T("job.file_fetching", "format", f.Name), parts.TagWaiting
	case f.State == view.TagSaved:
		return name, parts.TagSaved
	case f.State == view.TagWaiting:
		return words.T("job.file_waiting", "format", f.Name), parts.TagWaiting
	case f.State == view.TagUnavailable:
		return words.T("job.file_unavailable", "format", f.Name), parts.TagUnavailable
	}
	return name, parts.TagReady
}
