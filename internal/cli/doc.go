// Package cli is Dormer's command line: the verbs of the operator's contract
// over the running instance's control socket, or over the data directory where
// nothing runs and the verb can do with that.
//
// Its rules: results go to stdout and everything said besides to stderr; what
// failed is one line that says what, why and what to do next; wrong usage is
// found before anything is touched. Exit codes: 0 done, 1 failed, 2 wrong
// usage, 3 no running instance.
//
// A file per group of verbs; program.go holds what they share, wiring.go what
// they use of the rooms below.
package cli
