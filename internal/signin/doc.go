// Package signin is how a person signs in at Hover: it begins a sign-in, listens where the
// browser comes back or takes what was pasted, spends the code, and shows the last page. It
// knows whose sign-in may be used with this data, and in whose name Hover is asked.
//
// What a sign-in changes elsewhere (whose data this is, the webhook, what is asked of Hover
// first) is the engine's: it is told by [Options].
package signin
