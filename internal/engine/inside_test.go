package engine

// RedirectServer is what the tests look at from inside.
var RedirectServer = redirectServer
