// Package hoverapi is Hover over HTTP: the calls of its REST API, its OAuth
// sign-in, the request budget, and one error type for all that can go wrong.
//
// Three rules hold for every request that it sends:
//
//   - The bearer goes to the base URL's origin alone (scheme, host and port),
//     and never again once a redirect has left it.
//   - Every request to that origin waits for its turn in the [Budget].
//   - A call is sent twice only where that cannot do harm: reads, PUT and
//     DELETE after a failure of the network or of the server; any call once
//     after a 401, with a renewed token.
//
// What Hover's pages do not say is read liberally; see the comments for what is
// documented and what was only observed.
package hoverapi
