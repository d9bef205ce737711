// Package update finds out whether there is a newer Dormer, and fetches it where a
// person asks for that. It installs nothing.
//
// What there is stands in a feed: a small file that a maintainer signs (minisign)
// and puts on any web server. The server is not trusted, nor the way to it: a feed
// that is not signed by one of the two keys in this program, that has run out, that
// is older than the last one, too large, too slow or not there changes nothing, and
// is an [Refused] that says which of it. A file of the feed is taken only whole and
// with the hash that the feed has for it.
//
// A request tells the server this computer's address and nothing else: no version,
// no id.
package update
