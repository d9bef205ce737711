package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"aead.dev/minisign"

	"dormer/internal/update"
)

// feedLasts is how long a feed is believed. Who releases nothing new for so long
// signs the same once more: docs/release.md.
const feedLasts = 120 * 24 * time.Hour

// forWhom are the files of a release that a running Dormer may fetch, and for which
// computers. The packages of distributions are not among them: those tell.
func forWhom(version string) map[string][][2]string {
	return map[string][][2]string{
		"dormer-" + version + "-setup.exe":          {{"windows", "amd64"}},
		"dormer-" + version + "-linux-amd64.tar.gz": {{"linux", "amd64"}},
		"dormer-" + version + ".dmg":                {{"darwin", "arm64"}, {"darwin", "amd64"}},
	}
}

// writeFeed writes the feed of the release that lies in dir, and its signature. keys
// are the public ones that are in the program: what they do not take is not written.
func writeFeed(version, home, dir string, key minisign.PrivateKey, keys []minisign.PublicKey, now time.Time) error {
	f := update.Feed{
		Serial: uint64(now.Unix()), Expires: now.Add(feedLasts).UTC().Truncate(time.Second),
		Version: strings.TrimSuffix(version, "-dev"), Page: home,
	}
	for name, computers := range forWhom(version) {
		size, sum, err := measured(filepath.Join(dir, name))
		if errors.Is(err, fs.ErrNotExist) {
			continue // a .dmg is made on a Mac
		}
		if err != nil {
			return err
		}
		for _, c := range computers {
			f.Files = append(f.Files, update.File{Name: name, OS: c[0], Arch: c[1], URL: home + "/" + name, Size: size, SHA256: sum})
		}
	}
	if len(f.Files) == 0 {
		return fmt.Errorf("there is nothing of %s in %s", version, dir)
	}
	text, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		return err
	}
	text = append(text, '\n')
	signature := minisign.SignWithComments(key, text, fmt.Sprintf("Dormer %s, feed %d", version, f.Serial), "Dormer's updates")
	if _, err := update.Read(keys, text, signature); err != nil {
		return fmt.Errorf("no Dormer would believe this feed: %w", err)
	}
	if err := os.WriteFile(filepath.Join(dir, "feed.json"), text, 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "feed.json.minisig"), signature, 0o644)
}

// measured gives a file's size and SHA-256.
func measured(path string) (size int64, sum string, err error) {
	file, err := os.Open(path)
	if err != nil {
		return 0, "", err
	}
	defer file.Close()
	h := sha256.New()
	size, err = io.Copy(h, file)
	return size, hex.EncodeToString(h.Sum(nil)), err
}

// feed is the command: VERSION HOME FOLDER KEYFILE PUBLIC,PUBLIC. The key's password
// is in MINISIGN_PASSWORD.
func feed(args []string) error {
	if len(args) != 5 {
		return errors.New("feed takes a version, an address, a folder, a key file and two public keys")
	}
	text, err := os.ReadFile(args[3])
	if err != nil {
		return err
	}
	var key minisign.PrivateKey
	if minisign.IsEncrypted(text) {
		key, err = minisign.DecryptKey(os.Getenv("MINISIGN_PASSWORD"), text)
	} else {
		err = key.UnmarshalText(text)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", args[3], err)
	}
	keys, err := update.Keys(args[4])
	if err != nil {
		return err
	}
	return writeFeed(args[0], args[1], args[2], key, keys, time.Now())
}
