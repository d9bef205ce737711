package view

import (
	"context"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/words"
)

// Picker is the choice of a job's structures and formats, and the downloads that
// follow from it. All methods are called on the window's thread and return at
// once.
type Picker struct {
	loader
	downloads   *Downloads
	id          hover.JobID
	remembering series

	detail  engine.JobDetail
	chosen  map[hover.ModelID]bool // what a person said; others are chosen if they are ready
	formats []hover.Format
}

// PickerState is what the picker shows.
type PickerState struct {
	Loaded     bool
	Problem    error // why nothing can be shown
	Title      string
	Second     string // where the house is
	Structures []PickerStructure
	Formats    []PickerFormat
	Files      int // that were chosen
	Saved      int // of them are here already
	Transfers  []Transfer
	Running    bool   // a transfer has not ended
	Path       string // a file that is here, for its folder
}

// PickerStructure is one structure to choose.
type PickerStructure struct {
	ID       hover.ModelID
	Name     string
	Says     string // what it is and how it stands
	Standing Standing
	Ready    bool // it can be chosen
	Chosen   bool
	Note     string // how much of what is chosen is here
}

// PickerFormat is one format to choose.
type PickerFormat struct {
	Format  hover.Format
	Label   string
	On      bool
	Offered bool // Hover has it for at least one structure that is ready
}

// NewPicker gives the picker of a job, empty until [Picker.Reload].
func NewPicker(d Deps, downloads *Downloads, id hover.JobID) *Picker {
	p := &Picker{downloads: downloads, id: id, chosen: map[hover.ModelID]bool{}}
	p.begin(d, p.Reload)
	return p
}

// Job gives the job whose structures are to choose.
func (p *Picker) Job() hover.JobID { return p.id }

// Shown begins: it reads the job and draws its downloads.
func (p *Picker) Shown() {
	was := p.downloads.Running(p.id)
	p.downloads.Listen(p.id, func() {
		now := p.downloads.Running(p.id)
		if was && !now {
			p.Reload() // what has been saved is there to be opened
		}
		was = now
		p.Changed()
	})
	p.Reload()
}

// Hidden ends it. Downloads go on; those that have ended are forgotten.
func (p *Picker) Hidden() {
	p.forget()
	p.downloads.Listen(p.id, nil)
	p.downloads.Forget(p.id)
}

// Reload reads the job again, after news. What a person has chosen stays.
func (p *Picker) Reload() {
	id := p.id
	p.load(func(ctx context.Context) (take func(), err error) {
		detail, err := p.d.Desk.Detail(ctx, id)
		formats := p.lastFormats(ctx)
		return func() {
			if p.detail.ID == "" { // what was chosen since then stays
				p.formats = formats
			}
			p.detail = detail
		}, err
	})
}

// lastFormats are those that were chosen last, for whichever job.
func (p *Picker) lastFormats(ctx context.Context) []hover.Format {
	value, err := p.d.setting(ctx, engine.KeyFormats)
	if err == nil {
		if formats, err := engine.ParseFormats(value); err == nil && len(formats) > 0 {
			return formats
		}
	}
	return []hover.Format{hover.FormatPDF}
}

// State gives what the picker shows.
func (p *Picker) State() PickerState {
	s := PickerState{Loaded: p.loaded, Problem: p.problem, Transfers: p.downloads.Of(p.id), Running: p.downloads.Running(p.id)}
	if !p.loaded {
		if p.problem != nil {
			s.Title = words.T("picker.title", "job", TitleOf(engine.JobView{ID: p.id}))
		}
		return s
	}
	title, where := called(p.detail.JobView)
	s.Title, s.Second = words.T("picker.title", "job", title), placed(where)
	for i, m := range p.detail.Models {
		s.Structures = append(s.Structures, p.structure(m, detailOf(p.detail, i)))
	}
	for _, f := range hover.Formats() {
		if known, offered := p.offers(f); known {
			s.Formats = append(s.Formats, PickerFormat{Format: f, Label: FormatName(f), On: offered && p.on(f), Offered: offered})
		}
	}
	for i, m := range p.detail.Models {
		if !p.picked(m) {
			continue
		}
		for _, f := range p.formats {
			_, offered := p.offers(f)
			n, saved, path := filesOf(m, detailOf(p.detail, i), f)
			if !offered || n == 0 {
				continue
			}
			s.Files += n
			s.Saved += saved
			if s.Path == "" {
				s.Path = path
			}
		}
	}
	for _, t := range s.Transfers {
		if s.Path == "" {
			s.Path = t.Path
		}
	}
	return s
}

// Toggle chooses a structure or leaves it out.
func (p *Picker) Toggle(id hover.ModelID) {
	for _, m := range p.detail.Models {
		if m.ID == id && measured(m) {
			p.chosen[id] = !p.picked(m)
			p.Changed()
		}
	}
}

// ToggleFormat chooses a format or leaves it out, and remembers it.
func (p *Picker) ToggleFormat(f hover.Format) {
	was := p.formats
	p.formats = nil
	for _, known := range hover.Formats() {
		if slices.Contains(was, known) != (known == f) {
			p.formats = append(p.formats, known)
		}
	}
	p.Changed()
	if len(p.formats) > 0 {
		p.remember(p.formats)
	}
}

// remember keeps the formats for the next job, the last choice last.
func (p *Picker) remember(formats []hover.Format) {
	names := make([]string, len(formats))
	for i, f := range formats {
		names[i] = string(f)
	}
	p.remembering.add(p.d, func(ctx context.Context) (then func()) {
		p.d.tell(ctx, p.d.Desk.Set(ctx, engine.Values{engine.KeyFormats: strings.Join(names, ",")}))
		return func() {}
	})
}

// Download fetches what was chosen.
func (p *Picker) Download() { p.downloads.Start(p.id, p.orders()...) }

// Cancel ends one transfer, or without orders all of them; Retry carries one out
// again.
func (p *Picker) Cancel(orders ...Order) { p.downloads.Cancel(p.id, orders...) }

// Retry: see Cancel.
func (p *Picker) Retry(o Order) { p.downloads.Start(p.id, o) }

// Open opens a file that was saved, or the folder that it is in.
func (p *Picker) Open(path string, folder bool) { p.downloads.Open(path, folder) }

// orders are what was chosen, structure by structure.
func (p *Picker) orders() (list []Order) {
	for i, m := range p.detail.Models {
		if !p.picked(m) {
			continue
		}
		for _, f := range hover.Formats() {
			n, _, _ := filesOf(m, detailOf(p.detail, i), f)
			if _, offered := p.offers(f); offered && n > 0 && p.on(f) {
				list = append(list, Order{Model: m.ID, Structure: words.Say(m.Title()), Format: f, Count: n})
			}
		}
	}
	return list
}

func (p *Picker) structure(m engine.ModelView, about engine.StructureDetail) PickerStructure {
	s := PickerStructure{ID: m.ID, Name: words.Say(m.Title()), Ready: measured(m), Chosen: p.picked(m)}
	switch {
	case m.State == hover.ModelFailed:
		s.Standing, s.Says = StandingFailed, words.T("picker.failed_unknown")
		if why := m.Why(); !why.IsZero() {
			s.Says = words.T("picker.failed", "why", words.Say(why))
		}
	case s.Ready:
		s.Standing, s.Says = StandingDone, joined(about.Deliverable.For(words.Reader()), words.T("picker.ready"))
	default:
		s.Standing, s.Says = StandingWorking, joined(about.Deliverable.For(words.Reader()), words.ModelState(m.State))
	}
	wanted, here := 0, 0
	for _, f := range p.formats {
		n, saved, _ := filesOf(m, about, f)
		wanted, here = wanted+n, here+saved
	}
	switch {
	case !s.Ready || here == 0:
	case here == wanted:
		s.Note = words.T("picker.saved")
	default:
		s.Note = words.T("picker.some_saved", "n", words.Count(here), "all", words.Count(wanted))
	}
	s.Says = sentence(s.Says)
	return s
}

func (p *Picker) on(f hover.Format) bool { return slices.Contains(p.formats, f) }

func (p *Picker) picked(m engine.ModelView) bool {
	if said, ok := p.chosen[m.ID]; ok {
		return said && measured(m)
	}
	return measured(m)
}

// offers says whether a format is known for this job, and whether Hover has it
// for a structure that is ready. The PDF can always be asked for.
func (p *Picker) offers(f hover.Format) (known, offered bool) {
	for i, m := range p.detail.Models {
		if f == hover.FormatPhoto && photosOf(detailOf(p.detail, i)) > 0 {
			known, offered = true, offered || measured(m)
		}
		for _, file := range m.Files {
			if file.Format == string(f) {
				known = true
				offered = offered || measured(m) && file.State != engine.FileUnavailable &&
					(file.State != engine.FileWaiting || f == hover.FormatPDF)
			}
		}
	}
	return known, offered
}

// filesOf counts a structure's files of a format that can be had and those of
// them that are here, and gives the path of one of these.
func filesOf(m engine.ModelView, about engine.StructureDetail, f hover.Format) (n, saved int, path string) {
	for _, file := range m.Files {
		if file.Format != string(f) || file.State == engine.FileUnavailable {
			continue
		}
		n++
		if file.State == engine.FileSaved {
			saved++
			path = file.Path
		}
	}
	if f == hover.FormatPhoto {
		n = max(n, photosOf(about))
	}
	return n, saved, path
}

func photosOf(about engine.StructureDetail) (n int) {
	for _, part := range about.Pictures {
		if strings.HasPrefix(string(part), string(hover.FormatPhoto)+"/") {
			n++
		}
	}
	return n
}

func measured(m engine.ModelView) bool { return m.State == hover.ModelCompleted }

// sentence begins a text with a capital letter.
func sentence(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[size:]
}

// FormatName gives what people call a format: "PDF", "Photos".
func FormatName(f hover.Format) string {
	switch f {
	case hover.FormatPhoto:
		return words.T("picker.photos")
	case hover.FormatWireframe:
		return words.T("picker.drawings")
	}
	return strings.ToUpper(string(f))
}
