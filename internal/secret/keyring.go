package secret

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/zalando/go-keyring"
)

const (
	// opLimit bounds a single call: the keyring may have been locked meanwhile,
	// and then asks a person for its password.
	opLimit = 20 * time.Second
	// partSize is how much goes into one entry: Windows takes 2,560 bytes,
	// macOS some 2,900. A longer secret is kept in parts.
	partSize = 2000
	// partsMark begins the entry of a secret that is kept in parts.
	partsMark = "dormer-parts:"
	maxParts  = 64
)

// put is the keyring's writing end; tests break it.
var put = keyring.Set

// ring keeps secrets in the operating system's keyring, one entry each (or
// several, for long ones). What is still in the file is newer than what is in
// the keyring: a run without a keyring put it there.
type ring struct {
	service string
	file    *file
	// turn makes the calls come one after the other, so that one that was given
	// up cannot overtake, and overwrite, a later one.
	turn chan struct{}
}

func newKeyring(service string, f *file) *ring {
	return &ring{service: service, file: f, turn: make(chan struct{}, 1)}
}

func (k *ring) Kind() string { return Keyring }

// probe finds out whether the keyring keeps what it is given.
func (k *ring) probe(limit time.Duration) error {
	const name = "probe"
	value := random()
	return k.within(limit, func() error {
		if err := put(k.service, name, value); err != nil {
			return err
		}
		got, err := keyring.Get(k.service, name)
		if err == nil && got != value {
			err = errors.New("it does not give back what it was given")
		}
		return errors.Join(err, keyring.Delete(k.service, name))
	})
}

// moveIn moves what is in the file into the keyring.
func (k *ring) moveIn() error {
	secrets, err := k.file.all()
	if err != nil {
		return err
	}
	var failed error
	for name, value := range secrets {
		failed = errors.Join(failed, k.Set(name, value))
	}
	return failed
}

func (k *ring) Get(name string) (string, error) {
	if v, err := k.file.Get(name); !errors.Is(err, ErrNotFound) {
		return v, err
	}
	var value string
	err := k.within(opLimit, func() (err error) {
		value, err = k.get(name)
		return err
	})
	if err != nil {
		return "", err
	}
	return value, nil
}

func (k *ring) Set(name, value string) error {
	if value == "" {
		return k.Delete(name)
	}
	if err := k.within(opLimit, func() error { return k.set(name, value) }); err != nil {
		return err
	}
	return k.file.Delete(name)
}

func (k *ring) Delete(name string) error {
	if err := k.file.Delete(name); err != nil {
		return err
	}
	return k.within(opLimit, func() error {
		parts := k.parts(name)
		err := keyring.Delete(k.service, name)
		if errors.Is(err, keyring.ErrNotFound) {
			err = nil
		}
		return errors.Join(err, k.drop(parts))
	})
}

// get reads an entry and its parts, if it has some.
func (k *ring) get(name string) (string, error) {
	v, err := keyring.Get(k.service, name)
	if err != nil {
		return "", err
	}
	if v == "" {
		return "", ErrNotFound
	}
	if !strings.HasPrefix(v, partsMark) {
		return v, nil
	}
	names := partNames(name, v)
	if names == nil {
		return "", fmt.Errorf("%w: its parts cannot be told", ErrNotFound)
	}
	var whole strings.Builder
	for _, part := range names {
		p, err := keyring.Get(k.service, part)
		if err != nil {
			return "", fmt.Errorf("a part of it: %w", err)
		}
		whole.WriteString(p)
	}
	return whole.String(), nil
}

// set writes an entry. Parts are written before the entry that names them, and
// those of the value before are deleted after it: a crash leaves one or the
// other value whole.
func (k *ring) set(name, value string) error {
	old := k.parts(name)
	entry := value
	if len(value) > partSize || strings.HasPrefix(value, partsMark) {
		n := (len(value) + partSize - 1) / partSize
		if n > maxParts {
			return errors.New("too long to keep")
		}
		entry = partsMark + strconv.Itoa(n) + ":" + random()
		for i, part := range partNames(name, entry) {
			if err := put(k.service, part, value[i*partSize:min((i+1)*partSize, len(value))]); err != nil {
				return err
			}
		}
	}
	if err := put(k.service, name, entry); err != nil {
		return err
	}
	_ = k.drop(old) // what remains of an old value does no harm
	return nil
}

// parts names the parts that an entry has now.
func (k *ring) parts(name string) []string {
	v, err := keyring.Get(k.service, name)
	if err != nil || !strings.HasPrefix(v, partsMark) {
		return nil
	}
	return partNames(name, v)
}

func (k *ring) drop(parts []string) error {
	var failed error
	for _, part := range parts {
		if err := keyring.Delete(k.service, part); err != nil && !errors.Is(err, keyring.ErrNotFound) {
			failed = errors.Join(failed, err)
		}
	}
	return failed
}

// partNames reads "dormer-parts:3:9f2c…" into the names of three entries.
func partNames(name, entry string) []string {
	count, generation, ok := strings.Cut(strings.TrimPrefix(entry, partsMark), ":")
	n, err := strconv.Atoi(count)
	if !ok || err != nil || n < 1 || n > maxParts {
		return nil
	}
	names := make([]string, n)
	for i := range names {
		names[i] = name + "." + generation + "." + strconv.Itoa(i)
	}
	return names
}

func random() string {
	b := make([]byte, 8)
	_, _ = rand.Read(b) // never fails: it ends the program rather
	return hex.EncodeToString(b)
}

// errSilent is a keyring that does not answer.
var errSilent = errors.New("it does not answer; is it locked?")

// within makes a call of the keyring and gives up on it after the limit. The
// call itself cannot be ended: its goroutine, of which there is at most one,
// goes on until the keyring answers.
func (k *ring) within(limit time.Duration, call func() error) error {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case k.turn <- struct{}{}:
	case <-timer.C:
		return fmt.Errorf("keyring: %w", errSilent)
	}
	answer := make(chan error, 1)
	go func() {
		defer func() { <-k.turn }()
		answer <- call()
	}()
	select {
	case err := <-answer:
		if errors.Is(err, keyring.ErrNotFound) {
			return ErrNotFound
		}
		if err != nil {
			return fmt.Errorf("keyring: %w", err)
		}
		return nil
	case <-timer.C:
		return fmt.Errorf("keyring: %w", errSilent)
	}
}
