package secret

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"dormer/internal/say"
)

// ring is the keyring of an operating system, seen from one installation. Its
// calls end with their context, at our end at least: one that was given up never
// overtakes a later one.
type ring interface {
	// locked says whether a person would have to unlock it. It asks nobody.
	locked(ctx context.Context) (bool, error)
	// unlock asks a person to unlock it: errDismissed if they would not.
	unlock(ctx context.Context) error
	// any says whether there is an entry of the installation, also in a locked
	// one; false where that cannot be told.
	any(ctx context.Context) bool
	// load gives the entries of these names that there are.
	load(ctx context.Context, names []string) (map[string]string, error)
	put(ctx context.Context, name, value string) error
	// drop deletes an entry; one that does not exist is no error.
	drop(ctx context.Context, name string) error
	close()
}

var (
	// errAbsent says that this computer has no keyring just now.
	errAbsent = say.New("keyring.none")
	// errDismissed says that a person was asked, and would not.
	errDismissed = say.New("keyring.dismissed")
)

// probe is an entry that stays: where it is found the keyring is known to keep
// what it is given.
const probe = "probe"

// proven finds out, of a keyring with nothing of ours in it, whether it keeps what
// it is given.
func proven(ctx context.Context, r ring) error {
	value := random()
	if err := r.put(ctx, probe, value); err != nil {
		return err
	}
	got, err := r.load(ctx, []string{probe})
	if err == nil && got[probe] != value {
		err = say.New("keyring.forgets")
	}
	return err
}

const (
	// partSize is how much goes into one entry: Windows takes 2,560 bytes,
	// macOS some 2,900. A longer secret is kept in parts.
	partSize = 2000
	// partsMark begins the entry of a secret that is kept in parts.
	partsMark = "dormer-parts:"
	maxParts  = 64
)

// readAll gives the secrets of these names, whole, and the entries as they are.
// A secret of which a part is missing is none.
func readAll(ctx context.Context, r ring, names []string) (secrets, entries map[string]string, err error) {
	if entries, err = r.load(ctx, names); err != nil {
		return nil, nil, err
	}
	secrets = map[string]string{}
	for _, name := range names {
		v := entries[name]
		if !strings.HasPrefix(v, partsMark) {
			if v != "" {
				secrets[name] = v
			}
			continue
		}
		list := partNames(name, v)
		parts, err := r.load(ctx, list)
		if err != nil {
			return nil, nil, fmt.Errorf("a part of a secret: %w", err)
		}
		var whole strings.Builder
		for _, part := range list {
			if parts[part] == "" {
				whole.Reset()
				break
			}
			whole.WriteString(parts[part])
		}
		if whole.Len() > 0 {
			secrets[name] = whole.String()
		}
	}
	return secrets, entries, nil
}

// write writes an entry. Parts are written before the entry that names them, and
// those of the value before are deleted after it: a crash leaves one or the
// other value whole. The empty value deletes it.
func write(ctx context.Context, r ring, name, value string) error {
	old, err := r.load(ctx, []string{name})
	if err != nil {
		return err
	}
	switch {
	case value == "":
		err = r.drop(ctx, name)
	case len(value) > partSize || strings.HasPrefix(value, partsMark):
		err = writeParts(ctx, r, name, value)
	default:
		err = r.put(ctx, name, value)
	}
	if err != nil || !strings.HasPrefix(old[name], partsMark) {
		return err
	}
	for _, part := range partNames(name, old[name]) {
		_ = r.drop(ctx, part) // what remains of an old value does no harm
	}
	return nil
}

func writeParts(ctx context.Context, r ring, name, value string) error {
	n := (len(value) + partSize - 1) / partSize
	if n > maxParts {
		return say.Because("keyring.too_long")
	}
	entry := partsMark + strconv.Itoa(n) + ":" + random()
	for i, part := range partNames(name, entry) {
		if err := r.put(ctx, part, value[i*partSize:min((i+1)*partSize, len(value))]); err != nil {
			return err
		}
	}
	return r.put(ctx, name, entry)
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
