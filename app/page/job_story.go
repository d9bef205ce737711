package page

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"dormer/app/look"
	"dormer/app/parts"
	"dormer/app/view"
	"dormer/internal/words"
)

// jobStory is a job's life as a line of its phases, and from when to when.
type jobStory struct {
	line    *parts.Timeline
	says    *parts.Text
	legend  *parts.Paragraph // the phases in words, where they do not fit into the line
	room    *fyne.Container
	content *fyne.Container
	phases  []view.Phase
	width   float32 // that the labels were chosen for
}

func newJobStory() *jobStory {
	s := &jobStory{
		line: parts.NewTimeline(), says: parts.NewText("", parts.Second), legend: parts.NewParagraph("", parts.Second),
	}
	s.room = parts.Watched(func(size fyne.Size) { s.label(size.Width) }, s.line)
	s.content = parts.Column(4, s.room, s.says, s.legend)
	return s
}

func (t *jobStory) draw(s view.JobState) {
	t.phases = s.Phases
	parts.Visible(t.room, len(s.Phases) > 0)
	t.says.Say(s.Story)
	parts.Visible(t.content, len(s.Phases) > 0 || s.Story != "")
	t.width = -1
	t.label(t.line.Size().Width)
}

// label says in each phase as much as it has room for: its name and how long it
// took, or only the latter. Then all is said below as well.
func (t *jobStory) label(width float32) {
	if width == t.width {
		return
	}
	t.width = width
	segments, inWords, all := make([]parts.Segment, len(t.phases)), "", true
	for i, p := range t.phases {
		labels := phaseLabels(p)
		segments[i] = parts.Segment{Label: labels[0], Share: p.Share, Role: phaseRole(p.Kind), Mark: phaseMark(p.Kind)}
		if len(labels) == 1 {
			continue
		}
		if inWords != "" {
			inWords += " · "
		}
		inWords += labels[0]
		if labelWidth(labels[0]) > width*float32(p.Share) {
			segments[i].Label, all = labels[1], false
		}
	}
	t.line.SetSegments(segments...)
	t.legend.SetText(inWords)
	parts.Visible(t.legend, !all)
}

// labelWidth is the room that a label needs in the line.
func labelWidth(label string) float32 {
	size := theme.SizeForWidget(look.SizeSecond, nil)
	return fyne.MeasureText(label, size, fyne.TextStyle{Bold: true}).Width + 8
}

// phaseMark gives the mark whose sign stands in a phase instead of words: in one
// that is an end, and lasts no time.
func phaseMark(k view.PhaseKind) parts.Mark {
	switch k {
	case view.PhaseMeasured:
		return parts.MarkDone
	case view.PhaseFailed:
		return parts.MarkFailed
	case view.PhaseCancelled:
		return parts.MarkOff
	}
	return parts.MarkNone
}

// phaseLabels gives what may stand in a phase: all of it, and the shorter form if
// there is one.
func phaseLabels(p view.Phase) []string {
	if phaseMark(p.Kind) != parts.MarkNone {
		return []string{""}
	}
	span := words.Span(p.Took)
	return []string{words.T("job.phase_took", "name", p.Name, "time", span), span}
}

func phaseRole(k view.PhaseKind) parts.Role {
	switch k {
	case view.PhaseWaiting:
		return parts.WaitingText
	case view.PhaseBuilding:
		return parts.WorkingText
	case view.PhaseFinishing:
		return parts.Link
	case view.PhaseMeasured:
		return parts.DoneText
	case view.PhaseFailed:
		return parts.FailedText
	}
	return parts.Dim
}
