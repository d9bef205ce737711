package signin

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"log/slog"
	"net/url"
	"strings"
	"sync"
	"time"

	"dormer/internal/hover"
	"dormer/internal/hoverapi"
	"dormer/internal/records"
	"dormer/internal/say"
)

// Options are what SignIn is made of. All are needed.
type Options struct {
	API     *hoverapi.Client
	Tokens  *hoverapi.Tokens
	Records *records.Records

	// Address gives the public address, "" while there is none; failed is why, if only a
	// person can mend it.
	Address func() (url string, failed error)
	// Changes is closed with the next change of anything, so of that address.
	Changes func() <-chan struct{}
	// Reader is whom the last page is told to.
	Reader func() say.Reader

	// Owner gives the organisation whose data this is, empty if nobody has signed in yet.
	Owner func() (hover.OrgID, error)
	// Own writes down whose it is now that somebody has, Began begins what follows from
	// it, and Changed hears of whatever is another thing than before. The last two do not
	// wait.
	Own            func(ctx context.Context, org hover.OrgID) error
	Began, Changed func()
	Log            *slog.Logger
}

// SignIn is the sign-in that is under way, of which there is one at most, and the way
// back from Hover.
type SignIn struct {
	o    Options
	busy chan struct{} // holds a value while a code is being exchanged
	name chan struct{} // has room for one: the company's name may be missing
	back listening

	mu       sync.Mutex // protects all below
	present  *pending
	last     *pending // the one that has ended, for who still waits for it
	newcomer *Newcomer
	unnamed  hover.OrgID // of which Hover tells no name
}

// Login is a sign-in that was begun.
type Login struct {
	ID  string `json:"id"`  // to wait for it
	URL string `json:"url"` // to open in a browser
	// Paste says that the browser will end at an address that Dormer does not
	// hear of: the person has to paste it.
	Paste bool `json:"paste"`
}

type pending struct {
	Login
	oauth hoverapi.Login
	done  chan struct{} // closed when it has succeeded, was refused, or replaced
	err   error         // valid once done is closed
}

// New makes a sign-in; Run listens for browsers on this computer, and asks for names.
func New(o Options) *SignIn {
	return &SignIn{o: o, busy: make(chan struct{}, 1), name: make(chan struct{}, 1)}
}

// TryClient asks Hover whether it knows a client id and secret.
func (s *SignIn) TryClient(ctx context.Context, id, secret string) error {
	id, err := records.CleanSecret(records.KeyClientID, id)
	if err != nil {
		return err
	}
	if secret, err = records.CleanSecret(records.KeyClientSecret, secret); err != nil {
		return err
	}
	err = s.o.Tokens.CheckPair(hoverapi.WithPerson(ctx), id, secret)
	if hoverapi.KindOf(err) != hoverapi.BadClient {
		return ctx.Err()
	}
	return &say.Error{
		What: say.T("hover.not_this_client"),
		Do:   say.T("hover.not_this_client.do"),
	}
}

// Begin starts a sign-in, in the place of the one that is under way.
func (s *SignIn) Begin(ctx context.Context) (Login, error) {
	if err := s.o.Records.SecretsUnread(); err != nil {
		return Login{}, err
	}
	if id, secret := s.o.Records.Client(); id == "" || secret == "" {
		return Login{}, &say.Error{
			What: say.T("signin.no_client"), Err: say.Because("signin.no_client.why"),
			Do: say.T("signin.no_client.do"),
		}
	}
	if err := s.waitRedirect(ctx); err != nil {
		return Login{}, err
	}
	if err := s.listen(); err != nil {
		return Login{}, err
	}
	begun, err := s.o.Tokens.Begin()
	if err != nil {
		return Login{}, err
	}
	var b [8]byte
	_, _ = rand.Read(b[:]) // crypto/rand never fails
	p := &pending{
		Login: Login{ID: hex.EncodeToString(b[:]), URL: begun.URL, Paste: s.pasteNeeded(begun.RedirectURL)},
		oauth: begun, done: make(chan struct{}),
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.end(s.present, &say.Error{What: say.T("signin.over"), Err: say.Because("signin.over.why"), Do: say.T("signin.over.do")})
	s.present = p
	return p.Login, nil
}

// end ends a sign-in, if it is the one that is under way. The caller holds mu.
func (s *SignIn) end(p *pending, err error) {
	if p != nil && p == s.present {
		p.err = err
		close(p.done)
		s.last, s.present = p, nil
	}
}

// Wait waits until the sign-in has succeeded or was refused.
func (s *SignIn) Wait(ctx context.Context, id string) error {
	var p *pending
	present, last := s.now()
	for _, known := range []*pending{present, last} {
		if known != nil && known.ID == id {
			p = known
		}
	}
	if p == nil {
		return &say.Error{What: say.T("signin.over"), Do: say.T("do.begin_with_login")}
	}
	select {
	case <-p.done:
		return p.err
	case <-ctx.Done():
		return &say.Error{What: say.T("signin.nobody_has"), Err: say.Because("signin.nobody_has.why"), Do: say.T("signin.nobody_has.do")}
	}
}

func (s *SignIn) now() (present, last *pending) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.present, s.last
}

// Finish completes a sign-in with what a person pasted.
func (s *SignIn) Finish(ctx context.Context, pasted string) error {
	code, state, err := hoverapi.ParsePasted(pasted)
	p, _ := s.now()
	ours := p != nil && (state == "" || p.oauth.Matches(state))
	switch {
	case hoverapi.KindOf(err) == hoverapi.Forbidden && (ours || p == nil):
		return s.notLetIn(p, err)
	case err != nil && hoverapi.KindOf(err) != hoverapi.Forbidden:
		return &say.Error{What: say.T("signin.no_end"), Err: err, Do: say.T("signin.no_end.do")}
	}
	if ours {
		return s.exchange(ctx, p, p.oauth, code, state == "")
	}
	if p != nil || state != "" {
		return &say.Error{What: say.T("signin.other"), Do: say.T("do.begin_with_login")}
	}
	// No sign-in of this process: a code that was got by hand, for the
	// registered redirect address, without PKCE.
	return s.exchange(ctx, nil, hoverapi.Login{RedirectURL: s.Redirect()}, code, true)
}

// notLetIn ends a sign-in that Hover or the person refused.
func (s *SignIn) notLetIn(p *pending, err error) error {
	s.o.Tokens.Refused(err)
	said := &say.Error{What: say.T("signin.not_allowed"), Err: err, Do: say.T("signin.not_allowed.do")}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.end(p, said)
	return said
}

// exchange spends a code, and ends the sign-in whether that succeeds or not: but
// for a code that a person typed wrongly, who may try again. Whoever is first wins:
// a code that comes again spends nothing.
func (s *SignIn) exchange(ctx context.Context, p *pending, login hoverapi.Login, code string, typed bool) error {
	select {
	case s.busy <- struct{}{}:
		defer func() { <-s.busy }()
	case <-ctx.Done():
		return ctx.Err()
	}
	if p != nil {
		select {
		case <-p.done: // the code came twice at the same time
			return p.err
		default:
		}
	}
	ctx = hoverapi.WithPerson(ctx)
	err := s.o.Tokens.Exchange(ctx, login, code, s.admit)
	again := typed && hoverapi.KindOf(err) == hoverapi.SignInAgain
	if errors.Is(err, errStranger) {
		err = s.nameStranger(ctx, err)
	} else if _, said := errors.AsType[*say.Error](err); !said {
		if err != nil {
			err = hoverapi.Asking(say.T("signin.not_accepted"), err, say.T("do.begin_with_login"))
		} else {
			err = s.signedIn(ctx)
		}
	}
	if again {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.end(p, err)
	return err
}

// signedIn begins the life with an account.
func (s *SignIn) signedIn(ctx context.Context) error {
	org := s.o.Tokens.OrgID()
	if err := s.o.Own(ctx, org); err != nil {
		return err
	}
	s.put(nil)
	s.o.Log.Info("signed in to Hover", "organisation", org)
	s.Learn(ctx)
	s.o.Began()
	return nil
}

// peopleWithin bounds how long a sign-in or a catch-up waits for the people of an account:
// without, it goes on in nobody's name, and the next catch-up asks again.
const peopleWithin = 15 * time.Second

// Learn asks Hover for what is not known yet of whoever has signed in: in whose name Hover
// is to be asked, which it waits for, and what the company is called, which Run asks for:
// no sign-in and no catch-up waits for a name.
func (s *SignIn) Learn(ctx context.Context) {
	select {
	case s.name <- struct{}{}:
	default:
	}
	ctx, cancel := context.WithTimeout(ctx, peopleWithin)
	defer cancel()
	s.chooseActingUser(ctx)
}

// Redirect gives the address that Hover sends the browser back to; "" while
// there is no tunnel for it.
func (s *SignIn) Redirect() string {
	if v := s.o.Records.Value(records.KeyRedirectURL); v != "" {
		return v
	}
	return s.throughTunnel()
}

// throughTunnel gives the public address of our own page; "" while there is none.
func (s *SignIn) throughTunnel() string {
	base, _ := s.o.Address()
	if base == "" {
		return ""
	}
	return strings.TrimSuffix(base, "/") + CallbackPath
}

// pasteNeeded says that we do not hear of the address that the browser ends at.
func (s *SignIn) pasteNeeded(redirect string) bool {
	u, err := url.Parse(redirect)
	return err == nil && !isOwn(u) && s.o.Records.Value(records.KeyRedirectURL) != "" && redirect != s.throughTunnel()
}

// waitRedirect waits until there is an address to send the browser back to.
func (s *SignIn) waitRedirect(ctx context.Context) error {
	for {
		changed := s.o.Changes()
		if s.Redirect() != "" {
			return nil
		}
		if _, failed := s.o.Address(); failed != nil {
			return failed
		}
		select {
		case <-ctx.Done():
			return &say.Error{
				What: say.T("signin.not_begun"), Err: say.Because("signin.not_begun.why"),
				Do: say.T("signin.not_begun.do"),
			}
		case <-changed:
		}
	}
}
