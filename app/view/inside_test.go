package view

// What stories ask of the inside: how much is kept, read and fetched at once.
const (
	MaxRows = maxRows
	Chunk   = chunk
	AtOnce  = atOnce
)

// KeptRows gives how many rows are kept.
func (j *Jobs) KeptRows() int { return len(j.rows.rows) }
