// Package form names the blanks in the simulator's sample files: the
// placeholders that samplegen writes and the simulator fills in.
//
// In a PDF, where positions count, a word is cut or padded to its placeholder's
// length.
package form

// The blanks.
const (
	Street    = "@street...................................@"
	Town      = "@town.....................................@"
	Structure = "@structure...................@"
	Job       = "@job...........@"
	Reference = "@reference.........@"
	Date      = "@date..............@"
)
