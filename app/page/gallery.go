package page

import (
	"maps"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"dormer/app/parts"
	"dormer/app/view"
	"dormer/internal/words"
)

// jobPhotos is the gallery of a job's photos with its heading.
type jobPhotos struct {
	title   *parts.Text
	grid    *gallery
	content *fyne.Container
}

func newJobPhotos(v *view.Job, enlarge func(list []view.Picture, i int)) *jobPhotos {
	p := &jobPhotos{title: parts.NewText("", parts.Bold), grid: newGallery(v.Pictures, enlarge)}
	p.content = parts.Column(8, p.title, p.grid)
	return p
}

func (p *jobPhotos) draw(s view.JobState) {
	p.title.SetText(words.N("job.photos", len(s.Photos)))
	p.grid.missing = parts.Either(s.Finished, parts.MarkWarn, parts.MarkUpload) // it may be on its way to Hover
	p.grid.set(s.Photos)
	parts.Visible(p.content, len(s.Photos) > 0)
}

// see says which stretch of the content is in sight.
func (p *jobPhotos) see(top, bottom float32) {
	if p.content.Visible() {
		above := p.grid.Position().Y
		p.grid.see(top-above, bottom-above)
	}
}

const (
	thumbWidth = 104 // at least
	thumbGap   = 8
)

// gallery is a grid of small pictures. It has frames only for those that are in
// sight or nearly so: a job may have hundreds.
type gallery struct {
	widget.BaseWidget

	from    *view.Pictures
	open    func(list []view.Picture, i int)
	list    []view.Picture
	missing parts.Mark // stands in place of a picture that cannot be read
	seen    [2]float32 // from where to where it is in sight
	thumbs  map[int]*thumb
	frames  *fyne.Container
}

// thumb is one small picture that can be tapped.
type thumb struct {
	frame   *fyne.Container
	picture *picture
}

func newGallery(from *view.Pictures, open func(list []view.Picture, i int)) *gallery {
	g := &gallery{from: from, open: open, thumbs: map[int]*thumb{}, frames: container.NewWithoutLayout()}
	g.ExtendBaseWidget(g)
	return g
}

// set changes the pictures.
func (g *gallery) set(list []view.Picture) {
	if slices.Equal(list, g.list) {
		return
	}
	g.drop()
	g.list = list
	g.Refresh()
}

// see says which stretch is in sight: what is in it is loaded, what is not let go.
func (g *gallery) see(top, bottom float32) {
	g.seen = [2]float32{top, bottom}
	g.fill()
}

// again has the pictures read once more that could not be.
func (g *gallery) again() {
	for _, t := range g.thumbs {
		t.picture.missing = g.missing
		t.picture.again()
	}
}

// drop lets go of all pictures. They come back when the gallery is seen.
func (g *gallery) drop() {
	for i := range g.thumbs {
		g.remove(i)
	}
	g.seen = [2]float32{}
	g.collect()
}

func (g *gallery) remove(i int) {
	g.thumbs[i].picture.drop()
	delete(g.thumbs, i)
}

// columns gives how many pictures stand beside each other, and their size.
func (g *gallery) columns(width float32) (n int, size fyne.Size) {
	n = max(int((width+thumbGap)/(thumbWidth+thumbGap)), 1)
	w := max((width-float32(n-1)*thumbGap)/float32(n), 1)
	return n, fyne.NewSize(w, w*3/4)
}

// MinSize implements fyne.CanvasObject: as high as it has to be in its width.
func (g *gallery) MinSize() fyne.Size {
	n, size := g.columns(g.Size().Width)
	if len(g.list) == 0 || g.Size().Width <= 0 {
		return fyne.NewSize(thumbWidth, 0)
	}
	rows := (len(g.list) + n - 1) / n
	return fyne.NewSize(thumbWidth, float32(rows)*(size.Height+thumbGap)-thumbGap)
}

// CreateRenderer implements fyne.Widget.
func (g *gallery) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(parts.Watched(func(fyne.Size) { g.fill() }, g.frames))
}

// fill puts a frame where one is in sight, or would be a row further on. Not more:
// each picture that is not in the cache yet is a question to Hover, which answers
// a hundred a minute.
func (g *gallery) fill() {
	n, size := g.columns(g.Size().Width)
	step := size.Height + thumbGap
	first := max(int(g.seen[0]/step)-1, 0) * n
	end := max(min((int(g.seen[1]/step)+2)*n, len(g.list)), 0)
	if g.Size().Width <= 0 || g.seen[1] <= g.seen[0] {
		end = first
	}
	for i := range g.thumbs {
		if i < first || i >= end {
			g.remove(i)
		}
	}
	for i := first; i < end; i++ {
		t := g.thumbs[i]
		if t == nil {
			t = g.newThumb(i)
			g.thumbs[i] = t
			t.picture.show(g.list[i].Ref, false)
		}
		parts.Put(t.frame, float32(i%n)*(size.Width+thumbGap), float32(i/n)*step, size.Width, size.Height)
	}
	g.collect()
}

// collect lists the frames in the order in which they stand.
func (g *gallery) collect() {
	g.frames.Objects = nil
	for _, i := range slices.Sorted(maps.Keys(g.thumbs)) {
		g.frames.Objects = append(g.frames.Objects, g.thumbs[i].frame)
	}
}

func (g *gallery) newThumb(i int) *thumb {
	p := newPicture(g.from)
	p.missing = g.missing
	return &thumb{container.NewStack(p, parts.NewButton("", parts.Quiet, func() { g.open(g.list, i) })), p}
}
