package view

import "dormer/internal/hover"

// FileTag is the files of one format of a structure: one, or for drawings and
// photos many.
type FileTag struct {
	Format hover.Format
	Name   string // "PDF", "Photos"
	State  TagState
	Busy   bool    // it is being fetched
	Done   float64 // how much of it is here meanwhile, 0 to 1
	Count  int     // how many files they are
	Saved  int     // how many of them are on disk
}

// TagState is whether files can be had.
type TagState int

// The states of a tag.
const (
	TagReady       TagState = iota // Hover has them
	TagSaved                       // they are on disk
	TagWaiting                     // Hover is still making them
	TagUnavailable                 // Hover does not give them out to this account
)

// moreFormats are for other programs: they stand behind *More*.
var moreFormats = []hover.Format{
	hover.FormatJSON, hover.FormatXML, hover.FormatESX, hover.FormatSKP, hover.FormatFML, hover.FormatDXF, hover.FormatDWG,
}

// fileOrder names the files of one tag.
type fileOrder struct {
	model  hover.ModelID
	format hover.Format
}
