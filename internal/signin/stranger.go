package signin

import (
	"errors"

	"dormer/internal/hover"
	"dormer/internal/hoverapi"
	"dormer/internal/records"
	"dormer/internal/say"
)

// Stranger is an account that is not the one this data directory is of.
type Stranger struct {
	Ours, Theirs records.Org
}

// Newcomer is a sign-in for another organisation than the data is of. It is kept
// in memory alone, until somebody decides.
type Newcomer struct {
	Stranger
	Tokens hoverapi.Saved
}

// Newcomer gives the one that waits for a decision, if the account that signed in last is
// another one than the data is of.
func (s *SignIn) Newcomer() (n Newcomer, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.newcomer == nil {
		return n, false
	}
	return *s.newcomer, true
}

// admit lets a sign-in in if it is for the organisation whose data this is, or if
// this is nobody's yet. A stranger has to wait.
func (s *SignIn) admit(tokens hoverapi.Saved) error {
	owner, err := s.o.Owner()
	if err != nil || !foreign(owner, tokens) {
		return err
	}
	return s.halt(owner, tokens)
}

func foreign(owner hover.OrgID, tokens hoverapi.Saved) bool {
	theirs := tokens.Org()
	return owner != "" && theirs != "" && owner != theirs
}

// halt has a stranger wait for a decision, and says so.
func (s *SignIn) halt(owner hover.OrgID, tokens hoverapi.Saved) error {
	stranger := Stranger{Ours: s.o.Records.Org(owner), Theirs: records.Org{ID: tokens.Org()}}
	s.put(&Newcomer{stranger, tokens})
	s.o.Changed()
	return strange(stranger)
}

// errStranger is the cause of refusing a sign-in for another organisation.
var errStranger = errors.New("the sign-in is for another organisation")

func strange(s Stranger) error {
	return &say.Error{
		What: say.T("data.other_org"), Why: say.T("data.other_org.why", "ours", s.Ours.Called(), "theirs", s.Theirs.Called()),
		Do: say.T("data.other_org.do"), Err: errStranger,
	}
}

// put has another sign-in, or none, wait for a decision in the place of the one that
// does, which is revoked.
func (s *SignIn) put(next *Newcomer) {
	s.mu.Lock()
	old := s.newcomer
	s.newcomer = next
	s.mu.Unlock()
	if old != nil && (next == nil || next.Tokens != old.Tokens) {
		s.o.Tokens.Revoke(old.Tokens)
	}
}

// AdmitKept lets the sign-in that is kept be seen, once it can be read and if it is for the
// organisation whose data this is: somebody may have put another database in place. What is
// of two must never come together.
func (s *SignIn) AdmitKept() error {
	if s.o.Records.Keyring().Waiting != nil {
		return nil // as soon as it has been read
	}
	owner, err := s.o.Owner()
	if err != nil {
		return err
	}
	if owner != "" {
		kept, err := s.o.Records.KeptSignIn()
		if err != nil {
			return err
		}
		if foreign(owner, kept) {
			s.o.Records.Secrets().Keep(records.SecretTokens, "")
			s.o.Log.Warn(s.halt(owner, kept).Error())
		}
	}
	s.o.Records.Admit()
	return nil
}
