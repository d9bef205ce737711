package update

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"regexp"
	"time"

	"aead.dev/minisign"
)

// Feed is what the maintainers say there is.
type Feed struct {
	// Serial grows with every feed, also where the version stays: an older feed
	// than the last is somebody's who wants an old Dormer to stay.
	Serial uint64 `json:"serial"`
	// Expires is when the feed is to be taken for held back.
	Expires time.Time `json:"expires"`
	Version string    `json:"version"` // "1.2.3"
	Page    string    `json:"page"`    // where a person reads of it
	Files   []File    `json:"files"`
}

// File is one download.
type File struct {
	Name   string `json:"name"` // what it is called on the disk
	OS     string `json:"os"`   // as Go names it
	Arch   string `json:"arch"`
	URL    string `json:"url"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"` // in hex digits
}

// The largest of each that is read.
const (
	maxFeed      = 64 << 10
	maxSignature = 4 << 10
	maxFile      = 1 << 30
	maxFiles     = 64
)

var (
	goodVersion = regexp.MustCompile(`^(0|[1-9][0-9]{0,5})\.(0|[1-9][0-9]{0,5})\.(0|[1-9][0-9]{0,5})$`)
	goodName    = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$`)
	goodHash    = regexp.MustCompile(`^[0-9a-f]{64}$`)
	goodWord    = regexp.MustCompile(`^[a-z0-9]{1,20}$`)
)

// Keys reads the public keys of a build: minisign's lines ("RW…"), joined by
// commas. None is an empty list.
func Keys(lines string) (keys []minisign.PublicKey, err error) {
	for line := range bytes.SplitSeq([]byte(lines), []byte(",")) {
		if line = bytes.TrimSpace(line); len(line) == 0 {
			continue
		}
		var k minisign.PublicKey
		if err := k.UnmarshalText(line); err != nil {
			return nil, fmt.Errorf("update: a public key: %w", err)
		}
		keys = append(keys, k)
	}
	return keys, nil
}

// Read takes a feed that one of the keys has signed, and checks that it makes
// sense. Whether it is of now is for whoever knows the time; see [Known.Takes].
func Read(keys []minisign.PublicKey, text, signature []byte) (Feed, error) {
	signed := false
	for _, k := range keys {
		signed = signed || minisign.Verify(k, text, signature)
	}
	if !signed {
		return Feed{}, refused(Unsigned, nil)
	}
	return parse(text)
}

// parse reads a feed whose signature is good.
func parse(text []byte) (f Feed, err error) {
	dec := json.NewDecoder(bytes.NewReader(text))
	if err := dec.Decode(&f); err != nil {
		return Feed{}, refused(Nonsense, err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return Feed{}, refused(Nonsense, errors.New("there is something behind it"))
	}
	if err := f.check(); err != nil {
		return Feed{}, refused(Nonsense, err)
	}
	return f, nil
}

// check says what in a feed makes no sense.
func (f Feed) check() error {
	switch {
	case f.Serial == 0:
		return errors.New("it has no serial number")
	case f.Expires.IsZero():
		return errors.New("it never runs out")
	case !goodVersion.MatchString(f.Version):
		return fmt.Errorf("%q is no version", f.Version)
	case len(f.Files) > maxFiles:
		return fmt.Errorf("it has %d files", len(f.Files))
	}
	if err := secure(f.Page); err != nil {
		return err
	}
	for _, file := range f.Files {
		if err := file.check(); err != nil {
			return fmt.Errorf("%q: %w", file.Name, err)
		}
	}
	return nil
}

func (f File) check() error {
	switch {
	case !goodName.MatchString(f.Name):
		return errors.New("that is no name for a file")
	case !goodWord.MatchString(f.OS) || !goodWord.MatchString(f.Arch):
		return fmt.Errorf("for which computer is it? (%q, %q)", f.OS, f.Arch)
	case f.Size <= 0 || f.Size > maxFile:
		return fmt.Errorf("it would have %d bytes", f.Size)
	case !goodHash.MatchString(f.SHA256):
		return errors.New("its hash is none")
	}
	return secure(f.URL)
}

// secure refuses what is no https address.
func secure(address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" || u.Hostname() == "" || u.User != nil {
		return fmt.Errorf("%q is no https address", address)
	}
	return nil
}

// For gives the file for a computer; ok is false if there is none.
func (f Feed) For(os, arch string) (file File, ok bool) {
	for _, file := range f.Files {
		if file.OS == os && file.Arch == arch {
			return file, true
		}
	}
	return File{}, false
}

// digest tells two feeds of one serial number apart.
func digest(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}
