package engine

import (
	"context"

	"dormer/storage"
)

// docKeyring is there once a keyring holds secrets of this installation.
const docKeyring = "keyring"

// InKeyring says whether a keyring holds secrets of this installation; known is
// false where that was never written down, and then whether anybody has signed in.
func InKeyring(store *storage.Store) (holds, known, signedIn bool) {
	_ = store.View(func(tx *storage.Tx) error { // what cannot be read is not known
		known, _ = tx.Doc(docKeyring, &holds)
		return nil
	})
	s, _ := stampOf(store)
	return holds, known, s.Host != ""
}

// NoteKeyring writes down that a keyring holds secrets of this installation.
func NoteKeyring(ctx context.Context, store *storage.Store) error {
	return store.Update(ctx, func(tx *storage.Tx) error { return tx.PutDoc(docKeyring, true) })
}

// runSecrets goes on by itself when the keyring has been read, and judges what
// came before.
func (e *Engine) runSecrets(ctx context.Context) {
	kick(e.judging)
	for {
		select {
		case <-ctx.Done():
			return
		case <-e.secrets.Changes():
			e.secretsChanged(ctx)
		case <-e.judging:
			e.judgeAgain(ctx)
		}
	}
}

// secretsChanged hears of every change of where the secrets are.
func (e *Engine) secretsChanged(ctx context.Context) {
	now := e.secrets.State()
	was := e.keyring
	e.keyring = now
	if now.Waiting == nil && (was.Waiting != nil || was.Kind != now.Kind) {
		if now.Note.IsZero() {
			e.log.Info("the keyring was read")
		} else if !e.o.Demo {
			e.log.Warn(now.Note.String())
		}
		if err := e.signin.AdmitKept(); err != nil {
			e.log.Error("whose sign-in is kept could not be found out", "error", err)
		}
		if e.reach.Outdated() {
			e.reach.Reopen()
		}
		e.subscribe()
		e.catchUpSoon(causeKeyring)
		kick(e.judging)
	}
	e.changed()
}
