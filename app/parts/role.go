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

// plain and bold are the styles of all but technical texts.
var plain, bold = fyne.TextStyle{}, fyne.TextStyle{Bold: true}

// roles says how each role is written.
var roles = [...]struct {
	color fyne.ThemeColorName
	size  fyne.ThemeSizeName
	style fyne.TextStyle
}{
	Ink:         {theme.ColorNameForeground, look.SizeText, plain},
	Dim:         {look.ColorDim, look.SizeText, plain},
	Bold:        {theme.ColorNameForeground, look.SizeText, bold},
	Title:       {theme.ColorNameForeground, look.SizeTitle, bold},
	Figure:      {theme.ColorNameForeground, look.SizeFigure, bold},
	Second:      {look.ColorDim, look.SizeSecond, plain},
	SecondBold:  {look.ColorDim, look.SizeSecond, bold},
	DoneText:    {look.ColorDone, look.SizeSecond, plain},
	WorkingText: {look.ColorWorking, look.SizeSecond, plain},
	FailedText:  {look.ColorFailed, look.SizeSecond, plain},
	WaitingText: {look.ColorWaiting, look.SizeSecond, plain},
	DoneWord:    {look.ColorDone, look.SizeSecond, bold},
	WorkingWord: {look.ColorWorking, look.SizeSecond, bold},
	FailedWord:  {look.ColorFailed, look.SizeSecond, bold},
	WaitingWord: {look.ColorWaiting, look.SizeSecond, bold},
	Link:        {theme.ColorNamePrimary, look.SizeText, bold},
	Fixed:       {theme.ColorNameForeground, look.SizeSecond, fyne.TextStyle{Monospace: true}},
}

func (r Role) color() fyne.ThemeColorName { return roles[r].color }
func (r Role) size() fyne.ThemeSizeName   { return roles[r].size }
func (r Role) style() fyne.TextStyle      { return roles[r].style }
