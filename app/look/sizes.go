package look

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// The text sizes.
const (
	SizeTitle  fyne.ThemeSizeName = "dormer.title"  // the title of a page, 20
	SizeFigure fyne.ThemeSizeName = "dormer.figure" // the figure of a tile, 17
	SizeText                      = theme.SizeNameText
	SizeSecond fyne.ThemeSizeName = "dormer.second" // a second line, 13
)

// The measures, in Fyne's pixels. All distances are multiples of Grid.
const (
	Grid         float32 = 4
	RowHeight    float32 = 64  // every row of every list
	Widest       float32 = 960 // of what is read on a page
	PageMargin   float32 = 20
	CardRadius   float32 = 10
	ButtonRadius float32 = 8
	ButtonHeight float32 = 34
)

// sizes holds the measures by name.
var sizes = map[fyne.ThemeSizeName]float32{
	SizeTitle:  20,
	SizeFigure: 17,
	SizeText:   14,
	SizeSecond: 13,

	theme.SizeNameHeadingText:        20,
	theme.SizeNameSubHeadingText:     17,
	theme.SizeNameCaptionText:        13,
	theme.SizeNamePadding:            Grid,
	theme.SizeNameInnerPadding:       2 * Grid,
	theme.SizeNameSeparatorThickness: 1,
	theme.SizeNameButtonRadius:       ButtonRadius,
	theme.SizeNameInputRadius:        ButtonRadius,
	theme.SizeNameCardRadius:         CardRadius,
	theme.SizeNameDialogRadius:       CardRadius,
	theme.SizeNamePopupRadius:        CardRadius,
	theme.SizeNameMenuRadius:         ButtonRadius,
	theme.SizeNameSelectionRadius:    Grid,
	theme.SizeNameScrollBar:          2 * Grid,
	theme.SizeNameScrollBarSmall:     Grid,
	theme.SizeNameScrollBarRadius:    Grid,
	theme.SizeNameModalBlurRadius:    0,
}
