package view

import (
	"context"
	"strings"

	"dormer/internal/engine"
)

// SetTunnel chooses how Hover reaches this computer: "ngrok" or "own". The
// address is asked for anew: one kind's means nothing to the other.
func (s *Settings) SetTunnel(kind string) {
	if kind != s.s.Values[engine.KeyTunnel] {
		s.save(engine.Values{engine.KeyTunnel: kind, engine.KeyPublicURL: ""})
	}
}

// ReplaceToken tries another token of ngrok's, and saves it if it is good.
func (s *Settings) ReplaceToken(text string) {
	token := lastWord(text)
	if token == "" {
		return
	}
	s.s.Token.run(s.d, &s.replace, s.changed, func(ctx context.Context) error {
		if _, err := s.d.Desk.TryToken(ctx, token); err != nil {
			return err
		}
		return s.d.Desk.Set(ctx, engine.Values{engine.KeyNgrokToken: token})
	}, s.replaced)
}

// ReplaceClient asks Hover whether it knows another client id and secret, and
// saves them if it does.
func (s *Settings) ReplaceClient(id, secret string) {
	id, secret = strings.TrimSpace(id), strings.TrimSpace(secret)
	if id == "" || secret == "" {
		return
	}
	s.s.Client.run(s.d, &s.replace, s.changed, func(ctx context.Context) error {
		if err := s.d.Desk.TryClient(ctx, id, secret); err != nil {
			return err
		}
		return s.d.Desk.Set(ctx, engine.Values{engine.KeyClientID: id, engine.KeyClientSecret: secret})
	}, s.replaced)
}

func (s *Settings) replaced(error) {
	s.Changed()
	s.Reload()
}

// KeepSecrets leaves what is saved: what was being tried instead is forgotten.
func (s *Settings) KeepSecrets() {
	s.replace.end()
	s.s.Token, s.s.Client = Trial{}, Trial{}
	s.Changed()
}

// SignOut deletes our webhook at Hover and forgets the sign-in.
func (s *Settings) SignOut() {
	if s.s.Leaving {
		return
	}
	s.s.Leaving = true
	s.Changed()
	s.sets.add(s.d, func(ctx context.Context) func() {
		s.d.tell(ctx, s.d.Desk.Logout(ctx))
		return func() {
			s.s.Leaving = false
			s.Changed()
			s.Reload()
		}
	})
}
