package main

import (
	"archive/zip"
	"bytes"
	"crypto/rand"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"aead.dev/minisign"

	"dormer/internal/update"
)

func write(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func TestADormerBelievesTheFeedOfARelease(t *testing.T) {
	public, private, err := minisign.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	stranger, _, err := minisign.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	dir, now := t.TempDir(), time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)
	const home = "https://dormer.example"
	if err := writeFeed("1.2.3", home, dir, private, []minisign.PublicKey{public}, now); err == nil {
		t.Error("a release of nothing has a feed")
	}
	write(t, dir, map[string]string{"dormer-1.2.3-setup.exe": "setup", "dormer-1.2.3-linux-amd64.tar.gz": "tar", "dormer_1.2.3_amd64.deb": "deb", "dormer-1.2.2-setup.exe": "old"})
	if err := writeFeed("1.2.3", home, dir, private, []minisign.PublicKey{stranger}, now); err == nil {
		t.Error("it was signed by a key that no Dormer knows")
	}
	if err := writeFeed("1.2.3", home, dir, private, []minisign.PublicKey{stranger, public}, now); err != nil {
		t.Fatal(err)
	}
	text, _ := os.ReadFile(filepath.Join(dir, "feed.json"))
	signature, _ := os.ReadFile(filepath.Join(dir, "feed.json.minisig"))
	f, err := update.Read([]minisign.PublicKey{public}, text, signature)
	if err != nil || f.Version != "1.2.3" || len(f.Files) != 2 || !f.Expires.After(now.AddDate(0, 3, 0)) {
		t.Fatalf("%+v, %v", f, err)
	}
	if w, ok := f.For("windows", "amd64"); !ok || w.Size != 5 || w.URL != home+"/dormer-1.2.3-setup.exe" {
		t.Errorf("for Windows there is %+v", w)
	}
	if _, ok := f.For("darwin", "arm64"); ok {
		t.Error("there is something for a Mac, and there is not")
	}
	if err := writeFeed("1.2.3", home, dir, private, []minisign.PublicKey{public}, now.Add(time.Second)); err != nil {
		t.Fatal(err)
	}
	text, _ = os.ReadFile(filepath.Join(dir, "feed.json"))
	signature, _ = os.ReadFile(filepath.Join(dir, "feed.json.minisig"))
	if again, err := update.Read([]minisign.PublicKey{public}, text, signature); err != nil || again.Serial <= f.Serial {
		t.Errorf("signed once more it has number %d after %d, %v", again.Serial, f.Serial, err)
	}
}

func TestThePackedFolderIsTheSameEveryTime(t *testing.T) {
	one, two := t.TempDir(), t.TempDir()
	files := map[string]string{"dormer.exe": strings.Repeat("program", 1000), "LICENSE.txt": "MIT"}
	write(t, one, files)
	write(t, two, files)
	if err := os.Chtimes(filepath.Join(two, "dormer.exe"), time.Unix(1, 0), time.Unix(1, 0)); err != nil {
		t.Fatal(err)
	}
	out := t.TempDir()
	for name, folder := range map[string]string{"1.zip": one, "2.zip": two} {
		if err := pack(filepath.Join(out, name), []string{folder}); err != nil {
			t.Fatal(err)
		}
	}
	a, _ := os.ReadFile(filepath.Join(out, "1.zip"))
	b, _ := os.ReadFile(filepath.Join(out, "2.zip"))
	if len(a) == 0 || !bytes.Equal(a, b) {
		t.Errorf("%d and %d bytes, and not the same", len(a), len(b))
	}
	z, err := zip.NewReader(bytes.NewReader(a), int64(len(a)))
	if err != nil || len(z.File) != 2 || z.File[0].Name != "LICENSE.txt" || z.File[1].UncompressedSize64 != 7000 {
		t.Errorf("%v", err)
	}
}
