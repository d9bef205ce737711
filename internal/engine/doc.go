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
// It keeps what makes events into confirmed news: receive.go (what the public address
// answers), reader.go and fold.go (what a stored event causes), work.go (the queue's
// workers), asking.go and refresh.go (asking Hover), catchup.go (finding what was missed),
// files.go (prefetch and download). The rooms below each do one thing beside that, with a lock of
// their own: records, gallery, reach, signin, tell, health. names.go gives their answers the
// façade's names.
package engine
