package view

// What stories ask of the inside: how much is kept, read and fetched at once.
const (
	MaxRows = maxRows
	Chunk   = chunk
	AtOnce  = atOnce
)

// KeptRows gives how many rows are kept: as they are found, and as they were used.
func (j *Jobs) KeptRows() (kept, used int) { return len(j.rows.known), j.rows.used.Len() }
