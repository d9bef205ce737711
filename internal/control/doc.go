// Package control is how one Dormer asks another: HTTP over a local socket that
// only the same user can open. [Serve] offers the questions of an [engine.Desk]
// there, and [Client] is that desk again at the other end: whoever holds one cannot
// tell whether the engine is in this process. Beside them stand the few questions
// of [window.Host], to the process that serves.
//
// Every question is one POST to /v1/ and its name, its arguments a JSON array. An
// answer is a JSON array of all that the method gives but its error, or, where it
// is a list or goes on, one JSON object a line: values, then either the error or an
// end mark, so that a stream that was cut off is never taken for a whole one. The
// server reads the questions off the interfaces and knows none by name. Errors
// travel in their three parts, and code finds in them what it would have found
// there: [records.ErrUsage], an ended context, and every cause of [say.Because].
//
// Whoever connects asks /v1/info first: [Info] tells the version and the protocol,
// which follows from the questions and what crosses with them.
package control
