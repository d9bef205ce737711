package engine

import (
	"context"
	"slices"
	"time"

	"dormer/internal/hover"
	"dormer/internal/hoverapi"
	"dormer/internal/records"
)

// nameWithin bounds how long a sign-in or a catch-up waits for a name.
const nameWithin = 5 * time.Second

// learnOrg asks Hover what the company is called that has signed in, until that is
// known: people know it by its name, and not by Hover's number. Where Hover tells none
// it is asked once in a run.
func (e *Engine) learnOrg(ctx context.Context) {
	id := e.o.Tokens.OrgID()
	if id == "" || e.Org(id).Name != "" || e.login.isNameless(id) {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, nameWithin)
	defer cancel()
	orgs, err := e.o.API.Orgs(ctx)
	switch hoverapi.KindOf(err) {
	case "", hoverapi.Unauthorized, hoverapi.Forbidden, hoverapi.NotFound, hoverapi.Invalid, hoverapi.BadReply:
	default:
		return // the next catch-up asks again
	}
	name := nameOf(orgs, id)
	if name == "" {
		e.log.Info("Hover does not tell what the organisation is called", "organisation", id, "error", err)
		e.login.nameless(id)
		return
	}
	if err := e.MeetOrg(ctx, records.Org{ID: id, Name: name}); err != nil {
		e.log.Warn("the organisation's name could not be kept", "error", err)
		return
	}
	e.watchers.changed()
}

func nameOf(orgs []hover.Org, id hover.OrgID) string {
	i := slices.IndexFunc(orgs, func(o hover.Org) bool { return o.ID == id })
	if i < 0 {
		return ""
	}
	return orgs[i].Name
}

// isNameless says that Hover was asked in vain what an organisation is called.
func (l *logins) isNameless(id hover.OrgID) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.unnamed == id
}

func (l *logins) nameless(id hover.OrgID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.unnamed = id
}

// nameStranger asks, by the sign-in that waits for a decision, what the company of it is
// called: who decides has to know whose jobs those are. It gives the refusal, with the
// name in it.
func (e *Engine) nameStranger(ctx context.Context, refusal error) error {
	e.login.mu.Lock()
	n := e.login.newcomer
	e.login.mu.Unlock()
	if n == nil {
		return refusal
	}
	ctx, cancel := context.WithTimeout(ctx, nameWithin)
	defer cancel()
	orgs, _ := e.o.API.OrgsOf(ctx, n.tokens) // without, it is told by its number
	named := *n
	named.Theirs.Name = nameOf(orgs, n.Theirs.ID)
	e.login.mu.Lock()
	defer e.login.mu.Unlock()
	if e.login.newcomer == n {
		e.login.newcomer = &named
		e.watchers.changed()
	}
	return strange(named.Stranger)
}
