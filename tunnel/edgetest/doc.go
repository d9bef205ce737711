// Package edgetest is an ngrok edge for tests: it runs on loopback, speaks the
// agent protocol of golang.ngrok.com/ngrok/v2 (v2.4.0) to the unmodified SDK,
// and serves the public side of the endpoints that agents open on it.
//
// It exists to fail. Everything that ngrok or the network does to an agent in
// real life can be done to it here on purpose: a refused token, an address
// that is taken, a cable that is pulled, a network that swallows everything,
// an address that changes behind the SDK's back, a request that is cut in the
// middle. See the methods in faults.go.
//
// A test points the agent at [Edge.ConnectAddr] and makes it trust
// [Edge.CAs] (or a file with [Edge.CAPEM], for a separate process), and posts
// either through [Edge.Client], for which every host name is this edge, or,
// with [Options.LoopbackURLs], with any client at all.
//
// The network between an agent and the edge can have its weather as well: see
// [Edge.SetWeather].
//
// Where the edge is less than the real one: it does not evaluate traffic
// policies, knows no endpoint pools, and knows https endpoints alone; what the
// real service does with stale sessions is only approximated.
//
// It must never be linked into the product.
package edgetest
