// Package control is how a second dormer talks to the one that runs: HTTP over
// a local socket that only the same user can open. [Serve] offers an
// [engine.Service] there, and [Client] is that service again at the other end:
// whoever holds one cannot tell whether the engine is in this process.
//
// Every method is one POST under /v1/, its arguments a JSON object. An answer
// is one JSON value, or, where it goes on, one JSON object a line: values, then
// either the error or an end mark, so that a stream that was cut off is never
// taken for a whole one. Errors travel in their three parts and come back as
// [say.Error], [engine.ErrUsage] or [engine.ErrUnknown].
package control
