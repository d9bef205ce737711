package engine

// Login is a sign-in that was begun.
type Login struct {
	ID  string `json:"id"`  // for WaitLogin
	URL string `json:"url"` // to open in a browser
	// Paste says that the browser will end at an address that Dormer does not
	// hear of: the person has to paste it.
	Paste bool `json:"paste"`
}

// Stranger is an account that is not the one this data directory is of.
type Stranger struct {
	Ours, Theirs Org
}
