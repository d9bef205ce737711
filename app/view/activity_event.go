package view

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/say"
	"dormer/internal/words"
)

// ActivityEvent is one event in full.
type ActivityEvent struct {
	Title   string
	Name    hover.EventName // the technical name
	When    string          // to the second
	Job     hover.JobID     // empty for none
	About   string          // what people call the job; empty for none
	Trust   Trust
	Says    string // what the verdict means
	Twice   string // said of a duplicate; else empty
	Body    string // the body, indented; empty while it is read
	Cut     string // said of a body that is too long to be shown whole; else empty
	Replay  bool   // it can be played again
	Replays Trial  // the last time that it was
}

// selectedEvent is the event that is shown in full.
type selectedEvent struct {
	engine.EventView
	trust   Trust
	text    string
	cut     bool
	replays Trial
	read    bool              // its body
	wanted  func(text string) // is given the text once it is read; may be nil
}

// Select shows an event in full.
func (a *Activity) Select(row int) {
	if row < 0 || row >= len(a.rows) {
		return
	}
	v := a.rows[row].row
	if a.selected != nil && a.selected.Seq == v.Seq {
		return
	}
	e := &selectedEvent{EventView: v, trust: a.trust(v)}
	a.selected = e
	a.Changed()
	a.bodies.ask(a.d, func(ctx context.Context) {
		body, err := a.bodyOf(ctx, e)
		text, whole := readable(body, maxShown)
		a.d.Do(func() {
			switch {
			case e != a.selected:
				return
			case err != nil:
				a.d.tell(ctx, err)
				return
			}
			e.EventView.Body, e.text, e.cut, e.read = body, text, !whole, true
			if e.wanted != nil {
				e.wanted(a.Text())
			}
			a.Changed()
		})
	})
}

// bodyOf reads the body of an event.
func (a *Activity) bodyOf(ctx context.Context, e *selectedEvent) (json.RawMessage, error) {
	var found []engine.EventView
	var err error
	if e.trust == TrustRefused {
		found, err = a.d.Desk.Quarantined(ctx)
	} else {
		found, err = a.d.Desk.EventPage(ctx, engine.EventFilter{}, e.Seq+1, 1)
	}
	if err != nil {
		return nil, err
	}
	if i := slices.IndexFunc(found, func(v engine.EventView) bool { return v.Seq == e.Seq }); i >= 0 {
		return found[i].Body, nil
	}
	return nil, &say.Error{What: say.T("event.not_kept"), Do: say.T("event.not_kept.do")}
}

func (a *Activity) detail() *ActivityEvent {
	e := a.selected
	if e == nil {
		return nil
	}
	at := e.ReceivedAt.Time
	d := &ActivityEvent{
		Title: eventTitle(e.Event, e.State), Name: e.Event, Job: e.JobID, About: a.jobTitle(e.JobID), Trust: e.trust,
		When: words.T("activity.when", "date", words.Date(at), "clock", at.Format("3:04:05 PM")),
		Says: verdictSays(e), Body: e.text, Replay: e.trust != TrustRefused, Replays: e.replays,
	}
	if e.Duplicate {
		d.Twice = words.T("activity.duplicate")
	}
	if e.cut {
		d.Cut = words.T("activity.cut", "size", words.Size(int64(len(e.EventView.Body))))
	}
	return d
}

func verdictSays(e *selectedEvent) string {
	switch e.trust {
	case TrustSigned:
		return words.T("activity.verdict.signed")
	case TrustUnsigned:
		return words.T("activity.verdict.unsigned")
	case TrustRefused:
		return words.T("activity.verdict.refused", "why", words.Say(e.Refused))
	}
	return words.T("activity.verdict.unpinned")
}

// Text gives the body of the chosen event for the clipboard: as it is shown, or
// as it was received where that is too long to be shown whole.
func (a *Activity) Text() string {
	switch e := a.selected; {
	case e == nil:
		return ""
	case e.cut:
		return string(e.EventView.Body)
	default:
		return e.text
	}
}

// Find gives the row of an event, or -1.
func (a *Activity) Find(seq uint64) int { return a.find(seq) }

// WithText chooses the event of a row and gives its text, once it is read.
func (a *Activity) WithText(row int, to func(text string)) {
	a.Select(row)
	switch e := a.selected; {
	case e == nil:
	case e.read:
		to(a.Text())
	default:
		e.wanted = to
	}
}

// Replay runs the chosen event through everything again.
func (a *Activity) Replay() {
	e := a.selected
	if e == nil || e.trust == TrustRefused || e.replays.State == TrialRunning {
		return
	}
	e.replays = Trial{State: TrialRunning}
	a.Changed()
	a.d.Go(func(ctx context.Context) {
		_, err := a.d.Desk.Replay(ctx, []uint64{e.Seq})
		a.d.Do(func() {
			e.replays = tried(err)
			a.Changed()
		})
	})
}

// Bounds on the text of a body: a person does not read further, and outside text
// must not be able to hold up the window.
const (
	maxShown  = 16 << 10
	maxIndent = 12 // levels; what is deeper is indented no further
)

// readable puts JSON on lines, as people read it, until it is limit long. What
// is no JSON stays as it is. whole says that nothing was left out.
func readable(body []byte, limit int) (text string, whole bool) {
	var b strings.Builder
	if !json.Valid(body) {
		s := strings.ToValidUTF8(string(body[:min(len(body), limit)]), "\uFFFD")
		return visible(s), len(body) <= limit
	}
	depth, quoted, escaped := 0, false, false
	line := func() {
		b.WriteByte('\n')
		b.WriteString(strings.Repeat("  ", min(depth, maxIndent)))
	}
	for i, c := range body {
		if b.Len() > limit {
			return visible(strings.ToValidUTF8(b.String(), "")), false
		}
		switch {
		case quoted:
			b.WriteByte(c)
			quoted = escaped || c != '"'
			escaped = !escaped && c == '\\'
			continue
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			continue
		case c == '}' || c == ']':
			depth--
			if last := b.String()[b.Len()-1]; last != '{' && last != '[' {
				line()
			}
			b.WriteByte(c)
		case c == ',':
			b.WriteByte(c)
			line()
		case c == ':':
			b.WriteString(": ")
		case c == '{' || c == '[':
			depth++
			b.WriteByte(c)
			if next := nextByte(body[i+1:]); next != '}' && next != ']' {
				line()
			}
		default:
			quoted = c == '"'
			b.WriteByte(c)
		}
	}
	return visible(b.String()), true
}

// nextByte gives the next byte of JSON that is no white space.
func nextByte(b []byte) byte {
	for _, c := range b {
		if c != ' ' && c != '\t' && c != '\n' && c != '\r' {
			return c
		}
	}
	return 0
}

// visible writes out what would not be seen, or would change how the rest is.
func visible(s string) string {
	hidden := func(r rune) bool { return r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r)) }
	if !strings.ContainsFunc(s, hidden) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if hidden(r) {
			fmt.Fprintf(&b, `\u%04x`, r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}
