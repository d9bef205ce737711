// Package health says how Dormer is, to a person who looks (status, lamps), to one who
// asks why (the doctor, link by link in the order of an event's way) and to a stranger
// who is to help (diagnostics, redacted).
//
// State, lamps and headline come from one function of one value, [Facts.Health], so that
// none of them can say what another one denies. What is looked at without the engine is
// [Checkup]; the engine adds what only a running Dormer can look at. The probes
// themselves are package doctor, below.
package health
