// Package figures holds what a contractor orders by: the squares of a roof, its waste, pitches and lengths. It reads
// them from the JSON that Hover makes of a structure ([Read]), adds up those of several ([Total]) and prints lengths as
// Hover's PDF does ([Feet]).
//
// A figure is there or it is not: what cannot be understood as a whole is left out, and so is a sum with such a part.
// It knows no file and no network.
package figures
