// Package sheet writes tables that a spreadsheet opens: CSV as this person's spreadsheet reads it, and XLSX, in which
// numbers are numbers whatever the locale. The XLSX writer knows one sheet of texts and numbers, which is all that
// Dormer has to say; a library for all that Excel can do would add 4 MB to the program.
package sheet

import "fmt"

// Column is one column of a table.
type Column struct {
	Name   string // for programs: the head of a CSV
	Title  string // for people: the head of an XLSX
	Format Format
}

// Format is how the numbers of a column are shown.
type Format int

// The formats. What is no number is a text in any of them.
const (
	Plain      Format = iota
	Whole             // 2,847
	Tenths            // 28.5
	Hundredths        // 251.42
)

// A Table takes rows, one after the other, until it is closed.
type Table interface {
	// Row adds a row. A cell is a string, an int, a float64, or nil where there is nothing to say.
	Row(cells ...any) error
	// Close writes what is still to be written; it leaves the writer below open.
	Close() error
}

// of refuses what is no cell: it is a slip in the program.
func of(cell any) any {
	switch cell.(type) {
	case nil, string, int, float64:
		return cell
	}
	panic(fmt.Sprintf("sheet: a %T is no cell", cell))
}
