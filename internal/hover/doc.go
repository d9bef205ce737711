// Package hover is Hover's language: typed ids, states, events, the shapes of
// its replies, and its webhook signature. It does no I/O.
//
// Everything here comes from outside and is read liberally: every field is
// optional, "int or string" ids become text, both spellings of a state become
// one, and what is not known is kept rather than refused. Where a fact is not
// in Hover's public documentation the comment beside it says so.
package hover
