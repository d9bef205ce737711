package job

import (
	"fmt"
	"time"

	"dormer/internal/hover"
)

// captureStages orders the states of a capture request (Hover's capture guide);
// those that end it come last.
var captureStages = map[hover.CaptureState]int{
	hover.CaptureNew: 1, hover.CaptureConnected: 2, hover.CaptureComplete: 3, hover.CaptureDeleted: 3,
}

// HeardCapture folds an event about a capture request, provisionally. If the
// request is not known, inv is ignored. An event never takes a request back to
// an earlier state, nor out of one that ends it, nor to another one than the API
// has told since it was received: only the API does. changed is
// false if there is nothing to store.
func HeardCapture(
	inv Invitation, known bool, ev hover.CaptureRequestStateChanged, at time.Time,
) (next Invitation, changed bool) {
	if ev.Request == "" || known && ev.Request != inv.ID {
		return inv, false
	}
	if !known {
		inv = Invitation{ID: ev.Request, CreatedAt: plain(at)}
	}
	next = inv
	rank, now := captureStages[ev.State], captureStages[inv.State]
	if fresh := !plain(at).Before(inv.Confirmed); fresh && ev.State != "" &&
		now < captureStages[hover.CaptureComplete] && (rank == 0 || now == 0 || rank >= now) {
		next.State = ev.State
	}
	if next.Job == "" {
		next.Job = ev.Job
	}
	return next, !known || next != inv
}

// LearnedCapture folds what the API tells of a capture request, asked for at
// that time by our clock, and gives the news that its property was captured, if
// nobody has been told. With quiet it counts as told. Texts that the reply leaves
// out are kept: the link is in the details alone.
func LearnedCapture(
	inv Invitation, known bool, reply hover.CaptureRequest, at time.Time, quiet bool,
) (Invitation, []Happening) {
	if known && reply.ID != inv.ID {
		return inv, nil
	}
	if !known {
		inv = Invitation{}
	}
	inv.ID = reply.ID
	inv.Identifier = or(reply.Identifier, inv.Identifier)
	inv.Name, inv.Email, inv.Phone = or(reply.Name, inv.Name), or(reply.Email, inv.Email), or(reply.Phone, inv.Phone)
	inv.JobName, inv.Link = or(reply.JobName, inv.JobName), or(reply.Link, inv.Link)
	inv.Address = address(inv.Address, reply.Address)
	// The draft job is the one that is captured later.
	for _, id := range []hover.JobID{reply.PendingJob, reply.Job} {
		if id != "" {
			inv.Job = id
		}
	}
	if !reply.CreatedAt.IsZero() {
		inv.CreatedAt = plain(reply.CreatedAt)
	} else if inv.CreatedAt.IsZero() {
		inv.CreatedAt = plain(at)
	}
	if reply.State == "" {
		return inv, nil
	}
	inv.State, inv.Confirmed = reply.State, plain(at)
	inv, happenings := ClaimCapture(inv, at)
	if quiet {
		return inv, nil
	}
	return inv, happenings
}

// ClaimCapture gives the news that the property was captured, if that is the
// request's state and nobody has been told, and marks it told.
func ClaimCapture(inv Invitation, at time.Time) (Invitation, []Happening) {
	if inv.State != hover.CaptureComplete || inv.Told {
		return inv, nil
	}
	inv.Told = true
	return inv, []Happening{{
		Key: fmt.Sprintf("capture/%s/%s", inv.ID, hover.CaptureComplete), Outcome: Capture, Job: inv.Job, Capture: inv.ID,
		State: string(inv.State), At: plain(at),
	}}
}
