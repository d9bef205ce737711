package signin

import (
	"context"
	"slices"
	"time"

	"dormer/internal/hover"
	"dormer/internal/hoverapi"
	"dormer/internal/records"
)

// nameWithin bounds how long Hover may take to tell a name.
const nameWithin = 5 * time.Second

// learnOrg asks Hover what the company is called that has signed in, until that is
// known: people know it by its name, and not by Hover's number. Where Hover tells none
// it is asked once in a run.
func (s *SignIn) learnOrg(ctx context.Context) {
	id := s.o.Tokens.OrgID()
	if id == "" || s.o.Records.Org(id).Name != "" || s.nameless(id) {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, nameWithin)
	defer cancel()
	orgs, err := s.o.API.Orgs(ctx)
	switch hoverapi.KindOf(err) {
	case "", hoverapi.Unauthorized, hoverapi.Forbidden, hoverapi.NotFound, hoverapi.Invalid, hoverapi.BadReply:
	default:
		return // the next catch-up asks again
	}
	name := nameOf(orgs, id)
	if name == "" {
		s.o.Log.Info("Hover does not tell what the organisation is called", "organisation", id, "error", err)
		s.mu.Lock()
		s.unnamed = id
		s.mu.Unlock()
		return
	}
	if err := s.o.Records.MeetOrg(ctx, records.Org{ID: id, Name: name}); err != nil {
		s.o.Log.Warn("the organisation's name could not be kept", "error", err)
		return
	}
	s.o.Changed()
}

func nameOf(orgs []hover.Org, id hover.OrgID) string {
	i := slices.IndexFunc(orgs, func(o hover.Org) bool { return o.ID == id })
	if i < 0 {
		return ""
	}
	return orgs[i].Name
}

// nameless says that Hover was asked in vain what an organisation is called.
func (s *SignIn) nameless(id hover.OrgID) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.unnamed == id
}

// nameStranger asks, by the sign-in that waits for a decision, what the company of it is
// called: who decides has to know whose jobs those are. It gives the refusal, with the
// name in it.
func (s *SignIn) nameStranger(ctx context.Context, refusal error) error {
	s.mu.Lock()
	n := s.newcomer
	s.mu.Unlock()
	if n == nil {
		return refusal
	}
	ctx, cancel := context.WithTimeout(ctx, nameWithin)
	defer cancel()
	orgs, _ := s.o.API.OrgsOf(ctx, n.Tokens) // without, it is told by its number
	named := *n
	named.Theirs.Name = nameOf(orgs, n.Theirs.ID)
	s.mu.Lock()
	if s.newcomer == n {
		s.newcomer = &named
	}
	s.mu.Unlock()
	s.o.Changed()
	return strange(named.Stranger)
}
