package view

import (
	"errors"
	"slices"
	"strings"

	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/say"
	"dormer/internal/words"
)

// JobState is what the page of one job shows.
type JobState struct {
	ID      hover.JobID // "" if no job is shown
	Loaded  bool        // there was an answer
	Gone    bool        // it is not known, or not any more
	Problem error       // why there is no answer

	Title    string
	Second   string // the rest of the address, customer, reference
	Contact  Contact
	Standing Standing
	Finished bool    // Hover is done with it
	Says     string  // its state in plain words, as the list has them
	Bar      float64 // how much of it is done, 0 to 1; 0 is no bar
	// Failure is what to tell and to do about a job that could not be measured.
	Failure *Failure
	// Turn says what somebody has to do at Hover first, who, and what happens then.
	Turn string

	HasPDF    bool // there is a PDF to open
	PDFBusy   bool // it is being fetched
	CanChoose bool // there are files to choose among
	Several   bool // it has several structures
	HasView   bool // Hover has a 3D view
	HasFolder bool // something is saved
	Busy      bool // Hover is being asked
	Address   string
	// Round is another one when pictures that were not there may have come.
	Round int

	Phases     []Phase
	Story      string // from when to when
	Figures    FiguresState
	Copied     string // the key of the figure that was just copied
	Drawing    DrawingState
	Structures []StructureCard
	Photos     []Picture
	Papers     []PaperCard
	Events     EventsState
}

// Contact is how to reach the customer and the house. What has no address cannot be opened, only read.
type Contact struct {
	Phone, CallURL string
	Mail, MailURL  string
	MapURL         string
	Captured       string // "captured by sam@example.com"
}

// StructureCard is what is shown of one structure.
type StructureCard struct {
	ID       hover.ModelID
	Name     string
	Standing Standing
	State    string      // a word or two: "measured"
	Second   string      // what was ordered, and how many photos there are
	Failure  string      // why it could not be measured
	Preview  engine.Part // the picture of its card, "" if there is none
	Pictures []Picture   // all of them, drawings first
	Files    []FileTag
	More     []FileTag // those that fewer people want
	MoreOpen bool
}

// State gives what the page shows now.
func (j *Job) State() JobState {
	s := JobState{ID: j.id, Loaded: j.loaded, Problem: j.problem, Busy: j.refreshing, Round: j.pictured}
	if errors.Is(j.problem, engine.ErrUnknown) {
		s.Gone, s.Problem = true, nil
	}
	if !j.loaded {
		return s
	}
	now, d := j.d.Now(), j.detail
	s.Title, s.Second = heading(d.JobView)
	s.Contact = contact(d)
	s.Standing, s.Says = standingOf(d.JobView), RowOf(d.JobView, now).Second
	s.Finished = d.State.Finished()
	if d.Progress != nil && !s.Finished {
		s.Bar = min(max(*d.Progress, 0), 1)
	}
	if d.State == hover.JobFailed {
		s.Failure = failure(d.JobView)
	}
	s.Turn = turn(d.JobView)
	s.HasView = viewURL(d, j.figures.shown()) != ""
	s.Address = oneLine(d.Address)
	s.Phases, s.Story = phases(d, now), story(d, now)
	s.Figures = j.figures.state(d, j.copied.ordered)
	s.Copied = j.copied.key
	s.Events = j.events.state(now)
	s.Papers = j.papers()

	pdf := mainPDF(d.JobView)
	for i, m := range d.Models {
		card := j.card(m, detailOf(d, i))
		if s.Standing == StandingWaiting && card.Standing == StandingWorking {
			card.Standing, card.State = StandingNone, "" // it is not being built while the job waits for somebody
		}
		s.Structures = append(s.Structures, card)
		for _, p := range card.Pictures {
			if p.Ref.Photo() {
				s.Photos = append(s.Photos, p)
			}
		}
		for _, f := range slices.Concat(card.Files, card.More) {
			s.HasFolder = s.HasFolder || f.Saved > 0
			s.CanChoose = s.CanChoose || f.State == TagReady || f.State == TagSaved
		}
		if pdf != nil && pdf.Model == m.ID {
			s.HasPDF = true
			_, s.PDFBusy = j.fetching[fileOrder{m.ID, hover.FormatPDF}]
		}
	}
	s.Several = len(d.Models) > 1
	s.Drawing = j.drawing(s.Structures)
	return s
}

func (j *Job) card(m engine.ModelView, about engine.StructureDetail) StructureCard {
	c := StructureCard{
		ID: m.ID, Name: words.Say(m.Title()), Standing: modelStanding(m.State), State: words.ModelState(m.State),
		Preview: about.Preview, MoreOpen: j.more[m.ID],
	}
	for _, t := range j.tags(m, about) {
		if slices.Contains(moreFormats, t.Format) {
			c.More = append(c.More, t)
		} else {
			c.Files = append(c.Files, t)
		}
	}
	photos := ""
	if n := photosOf(about); n > 0 {
		photos = words.N("job.photos", n)
	}
	c.Second = joined(about.Deliverable.For(words.Reader()), photos)
	if m.State == hover.ModelFailed {
		c.Failure = reason(m.Why())
	}
	for _, part := range about.Pictures {
		c.Pictures = append(c.Pictures, Picture{Ref: PictureRef{Job: j.id, Model: m.ID, Part: part}, Of: c.Name})
	}
	return c
}

// heading gives what people call the job, and where it is, for whom and by which
// number of the contractor's own. A job without a name is called by its street.
func heading(v engine.JobView) (title, second string) {
	title, where := called(v)
	reference := ""
	if v.ExternalID != "" {
		reference = words.T("job.reference", "id", oneLine(v.ExternalID))
	}
	return title, joined(oneLine(where), oneLine(v.Customer), reference)
}

// contact gives how to reach the customer and the house, and who captured it.
func contact(d engine.JobDetail) Contact {
	c := Contact{
		Phone: oneLine(d.CustomerPhone), CallURL: d.CallURL, Mail: oneLine(d.CustomerEmail), MailURL: d.MailURL, MapURL: d.MapURL,
	}
	var by []string
	for _, who := range d.CapturedBy[:min(len(d.CapturedBy), 3)] {
		by = append(by, oneLine(who))
	}
	if len(by) > 0 {
		c.Captured = words.T("job.captured_by", "who", strings.Join(by, ", "))
	}
	return c
}

// failure says what happened to a job that could not be measured, why, and what
// to do.
func failure(v engine.JobView) *Failure {
	title, _ := heading(v)
	return &Failure{What: words.T("job.failed_what", "job", title), Why: reason(v.Why()), Do: words.T("job.failed_do")}
}

// turn says what a job waits for a person to do at Hover, "" if it does not.
func turn(v engine.JobView) string {
	switch {
	case v.State == hover.JobWaitingApproval && v.PhotosOnly:
		return words.T("job.orderable_says")
	case v.State == hover.JobWaitingApproval:
		return words.T("job.approval_says")
	case v.State == hover.JobPaymentFailed:
		return words.T("job.payment_failed_says")
	case v.Unpaid:
		return words.T("job.payment_says")
	}
	return ""
}

// reason says why, also where Hover did not.
func reason(why say.Text) string {
	if why.IsZero() {
		return words.T("job.why_unknown")
	}
	return words.Say(why)
}

// drawing finds the drawing among the pictures of the structures.
func (j *Job) drawing(all []StructureCard) (s DrawingState) {
	if j.roof.plan != nil {
		i := slices.IndexFunc(all, func(c StructureCard) bool { return c.ID == j.roof.of })
		if i < 0 {
			return s
		}
		s.Plan, s.Layers, s.Layer = j.roof.plan, layersOf(*j.roof.plan), j.layer
		if len(all) > 1 {
			s.Of = all[i].Name
		}
		return s
	}
	if j.roof.loading { // no picture is fetched that nobody will look at
		s.Waiting = true
		return s
	}
	of := j.figures.shown()
	i := slices.IndexFunc(all, func(c StructureCard) bool { return (of == "" || c.ID == of) && len(hoversDrawings(c)) > 0 })
	if i < 0 {
		return s
	}
	there := hoversDrawings(all[i])
	for _, l := range []Layer{LayerAreas, LayerLengths, LayerPitches} {
		if there[l] != "" {
			s.Layers = append(s.Layers, l)
		}
	}
	s.Pictures, s.Layer = all[i].Pictures, j.layer
	if there[s.Layer] == "" {
		s.Layer = LayerNone
	}
	part := there[s.Layer]
	if part == "" {
		s.Layer = s.Layers[0] // Hover has no plain one
		part = there[s.Layer]
	}
	s.Ref = PictureRef{Job: j.id, Model: all[i].ID, Part: part}
	if len(all) > 1 {
		s.Of = all[i].Name
	}
	return s
}

// hoversDrawings finds Hover's drawings of a structure's roof.
func hoversDrawings(c StructureCard) map[Layer]engine.Part {
	there := map[Layer]engine.Part{}
	for layer, parts := range drawings {
		for _, part := range parts {
			if there[layer] == "" && slices.ContainsFunc(c.Pictures, func(p Picture) bool { return p.Ref.Part == part }) {
				there[layer] = part
			}
		}
	}
	return there
}
