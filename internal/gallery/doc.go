// Package gallery keeps on disk what can be fetched of Hover again: the pictures of
// structures, made small enough to be shown, and the files that their figures are read
// from. Each is fetched once for all who want it, a few at a time, and those that were
// used longest ago go when they become too many. A power cut may take a file, and leaves
// no part of one that is believed.
package gallery
