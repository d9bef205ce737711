package engine

// What the tests look at from inside.
var (
	ReadMeasurements = readMeasurements
	Shrink           = shrink
)
