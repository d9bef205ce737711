// Package tell tells people what happened: each happening once, after its PDFs are on
// disk, several of one absence in one summary, and many of one minute in one notification
// that grows in place; not in the quiet hours, and again where nobody took it.
//
// What is to be told is work in the store ([Queue]), written in the transaction that found
// it out. alerts.go decides what is told when, show.go shows it beside whoever has news,
// quiet.go and gate.go say what has to wait.
package tell
