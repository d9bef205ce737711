package main

// The blanks: words that the simulator fills in, which knows them by the same names.
// In a PDF, where positions count, a word is cut or padded to its blank's length.
const (
	blankStreet    = "@street...................................@"
	blankTown      = "@town.....................................@"
	blankStructure = "@structure...................@"
	blankJob       = "@job...........@"
	blankReference = "@reference.........@"
	blankDate      = "@date..............@"
)
