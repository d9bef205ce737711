// Package fetch brings Hover's files (measurement PDFs, spreadsheets, drawings,
// photos) to disk, whole or not at all, under names that every platform takes.
//
// [Save] fetches one file: it streams into a hidden temporary file beside its
// destination, checks that what came is what was asked for and all of it, and
// only then gives it its name. It never overwrites a different file and leaves
// nothing behind when it fails; what a crash leaves, [Sweep] removes.
//
// [Folder] and [Names] make the names. They are functions of the job alone, so
// every run and every machine comes to the same ones.
//
// Downloads are the user's documents, unlike what is in the data directory:
// files are made 0644 and directories 0755, less the user's umask.
//
// The package knows when an answer is final ([Problem]) and how long to wait
// after one that is not ([Backoff]); it keeps no clock and no queue of its own.
package fetch
