package engine

import "dormer/storage"

// The kinds of queued work. A row's key is what the work is about, so that two
// causes of one work are one row.
const (
	workRefresh storage.WorkKind = "refresh" // ask Hover for a job; key: job id
	workCapture storage.WorkKind = "capture" // ask Hover for a capture request; key: its id
	// tell of a signed event that Hover could not be asked about; key: job id, payload: the state that it told
	workClaim   storage.WorkKind = "claim"
	workPhotos  storage.WorkKind = "capture-claim" // the same for a capture request that was completed; key: its id
	workPayment storage.WorkKind = "payment"       // look again at a job that is being paid for; key: job id
	workFigures storage.WorkKind = "figures"       // ask for the figures of one structure; key: job/model
	workFile    storage.WorkKind = "file"          // fetch one file; key: job/model/artifact
	workCopy    storage.WorkKind = "copy"          // copy a saved file to the second folder; key: job/model/artifact
	workPaper   storage.WorkKind = "paper"         // ask for a paper of a job and save it; key: its kind and id
	workJudge   storage.WorkKind = "judge"         // judge deliveries again: see judge.go
	workEvent   storage.WorkKind = "event"         // fold an event that could not be folded; key: its number
)
