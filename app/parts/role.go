package parts

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"dormer/app/look"
)

// A Role says what a text, a bar or a segment means, and so how it looks.
type Role int

// The roles.
const (
	Ink         Role = iota // what is read first, 14
	Dim                     // beside it, 14
	Bold                    // names, 14
	Title                   // the title of a page or dialog, 20
	Figure                  // figures of tiles, headings within a page, 17
	Second                  // second lines, 12.5
	SecondBold              // a heading above second lines, 12.5
	DoneText                // a sentence about a state, 12.5
	WorkingText             // as DoneText
	FailedText              // as DoneText
	WaitingText             // as DoneText
	DoneWord                // one word of state beside a name: DoneText, bold
	WorkingWord             // as DoneWord
	FailedWord              // as DoneWord
	WaitingWord             // as DoneWord
	Link                    // slate: leads elsewhere, or is the app's own doing
	Fixed                   // technical text in a fixed pitch, 12.5
)

// color gives the colour that a role is written in.
func (r Role) color() fyne.ThemeColorName {
	switch r {
	case Dim, Second, SecondBold:
		return look.ColorDim
	case DoneText, DoneWord:
		return look.ColorDone
	case WorkingText, WorkingWord:
		return look.ColorWorking
	case FailedText, FailedWord:
		return look.ColorFailed
	case WaitingText, WaitingWord:
		return look.ColorWaiting
	case Link:
		return theme.ColorNamePrimary
	}
	return theme.ColorNameForeground
}

// size gives the size that a role is written in.
func (r Role) size() fyne.ThemeSizeName {
	switch r {
	case Ink, Dim, Bold, Link:
		return look.SizeText
	case Title:
		return look.SizeTitle
	case Figure:
		return look.SizeFigure
	}
	return look.SizeSecond
}

// style gives the style that a role is written in.
func (r Role) style() fyne.TextStyle {
	switch r {
	case Bold, Title, Figure, SecondBold, DoneWord, WorkingWord, FailedWord, WaitingWord, Link:
		return fyne.TextStyle{Bold: true}
	case Fixed:
		return fyne.TextStyle{Monospace: true}
	}
	return fyne.TextStyle{}
}
