// Package roof reads the shape of a roof, its facets and edges with their places, from what Hover makes of a structure:
// the JSON of its measurements where that tells places, and the XML of the 3D model ([Read]). It is what a roof can be
// drawn from, to scale.
//
// A shape is whole or there is none: a roof of which a part cannot be understood is not drawn as if it were all. It knows
// no file and no network.
package roof
