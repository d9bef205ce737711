// Package reach is the way in: it keeps a tunnel open by the settings in force, posts
// pings of its own through the public address, and knows from them, and from what Hover
// has signed, whether a webhook posted now would get here ([Facts]).
//
// proof.go has what is known of the present connection, and when it is to be checked.
package reach
