package hover

// Verdict says how far a stored event can be trusted.
type Verdict string

// The verdicts. Only a signed event may be told to the user unconfirmed.
const (
	// VerdictSigned: the signature matched the reading pinned for the webhook.
	VerdictSigned Verdict = "signed"
	// VerdictUnpinned: signed, but no reading of the signature is pinned yet
	// and none matched; a hint to ask the API.
	VerdictUnpinned Verdict = "unpinned"
	// VerdictUnsigned: it came without a signature; a hint to ask the API.
	VerdictUnsigned Verdict = "unsigned"
)
