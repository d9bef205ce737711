// Package engine runs the product: it opens the tunnel, keeps one verified
// webhook registered, turns stored events into confirmed news, has the PDFs on
// disk before it tells of them, and heals what breaks. It is the one façade
// that the desktop and the command line talk to.
//
// Data flows one way. A delivery is stored by the inbox together with its fold
// and the work that it causes; workers take the work from the store, ask Hover,
// and store what they learnt together with the next work; alerts come last.
// Readers are told "changed" by [Engine.Watch] and ask again.
//
// A file per concern: receive.go (what the public address answers), fold.go
// (what a stored event causes), work.go (the queue's workers), refresh.go
// (asking Hover), catchup.go (finding what was missed), files.go (prefetch and
// download), alerts.go (telling people), link.go (tunnel and self-check),
// signin.go, status.go (lamps), doctor.go (every link looked at),
// diagnostics.go (what may be shown to a stranger), settings.go.
package engine
