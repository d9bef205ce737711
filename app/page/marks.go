package page

import (
	"dormer/app/parts"
	"dormer/app/view"
	"dormer/internal/engine"
)

// standingMark gives the mark of how a job or a structure stands.
func standingMark(s view.Standing) parts.Mark {
	switch s {
	case view.StandingUploading:
		return parts.MarkUpload
	case view.StandingWorking:
		return parts.MarkWorking
	case view.StandingDone:
		return parts.MarkDone
	case view.StandingFailed:
		return parts.MarkFailed
	case view.StandingWaiting:
		return parts.MarkWaiting
	}
	return parts.MarkOff
}

// stateWord gives how the word of a structure's state is told: the sign before it, and
// its colour.
func stateWord(s view.Standing) (parts.Mark, parts.Role) {
	mark := standingMark(s)
	switch mark {
	case parts.MarkDone:
		return mark, parts.DoneWord
	case parts.MarkFailed:
		return mark, parts.FailedWord
	case parts.MarkWorking, parts.MarkUpload:
		return mark, parts.WorkingWord
	case parts.MarkWaiting:
		return mark, parts.WaitingWord
	}
	return mark, parts.Second
}

// newsMark gives the mark of the kind of news that it is.
func newsMark(s view.Standing) parts.Mark {
	if s == view.StandingNone {
		return parts.MarkMail
	}
	return standingMark(s)
}

// colourMark gives the mark of a lamp or a finding.
func colourMark(c engine.Colour) parts.Mark {
	switch c {
	case engine.Green:
		return parts.MarkDone
	case engine.Red:
		return parts.MarkFailed
	}
	return parts.MarkWarn
}
