// Package secret keeps the product's secrets: in the keyring of the operating
// system or, where there is none, in a file that only its owner can read.
//
// A keyring may be locked, may ask a person, and may not answer for hours. So it
// is read once, by one reader in the background, and what it holds is kept in
// memory: nobody else waits for it. Until it has been read, who asks for a secret
// hears [ErrUnread]; once it is unlocked all goes on by itself.
//
// The file is for an installation that has nothing in a keyring. What a run
// without one left there is moved into the keyring as soon as there is one.
package secret

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"dormer/internal/say"
)

// ErrNotFound says that there is no secret of that name.
var ErrNotFound = errors.New("no such secret")

// ErrUnread says that the keyring could not be read yet: whether there is a
// secret of that name is not known.
var ErrUnread = say.New("keyring.not_read")

// ErrLocked says that the keyring is locked.
var ErrLocked = say.New("keyring.locked")

// ErrSilent says that the keyring does not answer.
var ErrSilent = say.New("keyring.silent")

// The kinds of stores, and the values of Options.Want.
const (
	Keyring = "keyring"
	File    = "file"
)

// Store keeps secrets by name. It is safe for concurrent use. No error of it
// holds a secret.
type Store interface {
	// Get gives a secret and never waits; ErrNotFound if there is none, ErrUnread
	// while that cannot be known.
	Get(name string) (string, error)
	// Set keeps a secret, and waits until a crash cannot lose it: as long as ctx
	// allows, and some seconds at most. After an error the old one stays in force.
	// The empty secret is the same as none.
	Set(ctx context.Context, name, value string) error
	// Keep has a secret in force at once, and written down as soon as that is
	// possible; a crash before loses it. It never waits.
	Keep(name, value string)
	// State tells how the store is.
	State() State
	// Changes gets a value after every change of the state. It has one reader.
	Changes() <-chan struct{}
}

// State is how a store is.
type State struct {
	// Kind says where secrets are kept now: "keyring" or "file".
	Kind string
	// Waiting is why the keyring has not been read yet, such as ErrLocked or
	// ErrSilent; nil once it has been, or is not used. Until then nothing that it
	// may hold is known.
	Waiting error
	// Stuck is why something cannot be written down; nil if nothing waits for it.
	Stuck error
	// Note says in plain words what a person should know: why the keyring is not
	// used, or that a damaged file was set aside; "" if there is nothing.
	Note say.Text
}

// Options says where to keep secrets.
type Options struct {
	// Want is Keyring (which falls back to the file) or File.
	Want string
	// Installation tells this installation's secrets from those of others on
	// the same machine.
	Installation string
	// Dir is the directory of secrets.json; it exists and is the owner's alone.
	Dir string
	// Names are the secrets that there may be: not every keyring can list them.
	Names []string
	// Held says that the keyring is known to hold secrets of this installation: it
	// is waited for, however long it takes. Holds is called as soon as that is so.
	Held  bool
	Holds func()
	// Patience is how long Open waits for the keyring, which mostly answers within
	// milliseconds; 0 means half a second. It bounds nothing but Open.
	Patience time.Duration
}

// FileName is the name of the file in Options.Dir.
const FileName = "secrets.json"

// Open opens the store. Whoever opened it closes it.
func Open(o Options) (*Vault, error) {
	f := &file{path: filepath.Join(o.Dir, FileName)}
	switch {
	case o.Want != File && o.Want != Keyring:
		return nil, fmt.Errorf("secrets: %q is neither %q nor %q", o.Want, Keyring, File)
	case o.Want == Keyring && o.Installation == "":
		return nil, errors.New("secrets: the keyring needs the installation's id")
	}
	note, err := f.prepare(time.Now())
	if err != nil {
		return nil, err
	}
	return open(o, f, note, newRing("dormer-"+o.Installation))
}
