// Package secret keeps the product's secrets: in the keyring of the operating
// system or, where there is none, in a file that only its owner can read.
//
// Which of the two it is, is decided once, at Open. Secrets that a run without
// a keyring left in the file are moved into the keyring by the next run that
// has one.
package secret

import (
	"errors"
	"fmt"
	"path/filepath"
	"time"
)

// ErrNotFound says that there is no secret of that name.
var ErrNotFound = errors.New("no such secret")

// The kinds of stores, and the values of Options.Want.
const (
	Keyring = "keyring"
	File    = "file"
)

// Store keeps secrets by name. It is safe for concurrent use. No error of it
// holds a secret.
type Store interface {
	// Get gives a secret; ErrNotFound if there is none.
	Get(name string) (string, error)
	// Set keeps a secret. It returns nil only once the secret is where a crash
	// does not reach it. The empty secret is the same as none.
	Set(name, value string) error
	// Delete deletes a secret; one that does not exist is no error.
	Delete(name string) error
	// Kind says where the secrets are: "keyring" or "file".
	Kind() string
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
	// Limit is how long the keyring may take to prove that it works; 0 means
	// 2 s. A locked keyring may ask a person, who may not be there.
	Limit time.Duration
}

// FileName is the name of the file in Options.Dir.
const FileName = "secrets.json"

// probeLimit is Options.Limit where that is not given.
const probeLimit = 2 * time.Second

// Open opens the store. note says in plain words what a person should know: why
// the keyring is not used, or that a damaged file was set aside; "" if there is
// nothing.
func Open(o Options) (s Store, note string, err error) {
	if o.Limit <= 0 {
		o.Limit = probeLimit
	}
	f := &file{path: filepath.Join(o.Dir, FileName)}
	if note, err = f.prepare(time.Now()); err != nil {
		return nil, "", err
	}
	switch o.Want {
	case File:
		return f, note, nil
	case Keyring:
	default:
		return nil, "", fmt.Errorf("secrets: %q is neither %q nor %q", o.Want, Keyring, File)
	}
	if o.Installation == "" {
		return nil, "", errors.New("secrets: the keyring needs the installation's id")
	}
	k := newKeyring("dormer-"+o.Installation, f)
	if err := k.probe(o.Limit); err != nil {
		return f, joined(note, fmt.Sprintf("The keyring of this computer cannot be used (%v). Secrets are kept in %s, which only you can read.", err, f.path)), nil
	}
	if err := k.moveIn(); err != nil {
		note = joined(note, fmt.Sprintf("Not all secrets in %s could be moved into the keyring (%v); it is tried again at the next start.", f.path, err))
	}
	return k, note, nil
}

func joined(a, b string) string {
	if a == "" {
		return b
	}
	return a + " " + b
}
