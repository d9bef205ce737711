package engine_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/simulator"
)

// wild are names as an attacker, another alphabet or a careless person writes
// them.
var wild = []string{
	"../../x", `..\..\x`, "/etc/passwd", `C:\Windows`, "CON", "con.pdf", "LPT1 ", "nul", "a/b", "A/B", "trailing dots...", "trailing dots", "a\x00b",
	strings.Repeat("long ", 60), strings.Repeat("é", 300), "\u202egnp.exe", "\u200fx\u2066", ".", "..", "~", "-rf", "$(reboot)", "%APPDATA%", "desktop.ini",
	"caf\u00e9", "cafe\u0301", "Straße", "STRASSE", "🏠", "\u200d", "?*<>|\"", "a\nb",
}

// TestNamesFromHoverStayInTheDownloadFolderAndNeverCollide fetches the files of
// jobs whose addresses and structures have every one of the wild names, twice,
// so that there are two jobs at each address, and of which each has a structure
// of that name in two cases.
func TestNamesFromHoverStayInTheDownloadFolderAndNeverCollide(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		below := t.TempDir()
		downloads := filepath.Join(below, "Documents", "Dormer")
		w.given[engine.KeyDownloadDir] = downloads
		w.ready()
		w.set(engine.KeyPrefetch, "pdf")
		files := 0
		var ids []hover.JobID
		for _, name := range wild {
			for range 2 {
				id := w.working(simulator.JobSpec{
					Name: name, Address: hover.Address{Line1: name, City: name},
					Structures: []simulator.StructureSpec{{Name: name}, {Name: strings.ToUpper(name)}},
				})
				ids = append(ids, id)
				w.complete(id)
				files += 2
			}
			w.pass(time.Minute) // the budget
		}
		w.pass(5 * time.Minute)

		// Nothing lies beside the folder, and every file in it is a job's.
		saved, folders := map[string]string{}, map[string]bool{}
		fold := cases.Fold()
		err := filepath.WalkDir(below, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			in, err := filepath.Rel(downloads, path)
			if err != nil || !filepath.IsLocal(in) || strings.Count(in, string(filepath.Separator)) != 1 || !d.Type().IsRegular() {
				t.Errorf("%q is not in a job's folder: %v", path, err)
			}
			same := fold.String(norm.NFD.String(in))
			if other, taken := saved[same]; taken {
				t.Errorf("%q and %q are one file where case does not count", other, in)
			}
			saved[same] = in
			folders[filepath.Dir(same)] = true
			for part := range strings.SplitSeq(in, string(filepath.Separator)) {
				if wrong := strings.IndexFunc(part, func(r rune) bool {
					return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || strings.ContainsRune(`<>:"/\|?*`, r)
				}); wrong >= 0 || len(part) > 120 || strings.TrimRight(part, ". ") != part || strings.HasPrefix(part, ".") {
					t.Errorf("%q is no name everywhere", part)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if len(saved) != files || len(folders) != len(ids) {
			t.Errorf("%d files in %d folders, want %d in %d", len(saved), len(folders), files, len(ids))
		}
		// What the program says is where it is.
		told := map[string]hover.JobID{}
		for _, id := range ids {
			for _, m := range w.job(id).Models {
				for _, f := range m.Files {
					if f.Format != "pdf" {
						continue
					}
					if _, err := os.Stat(f.Path); f.State != "saved" || err != nil {
						t.Errorf("job %s, %q: %s %v", id, m.Name, f.State, err)
					}
					if other, taken := told[f.Path]; taken {
						t.Errorf("jobs %s and %s share %q", other, id, f.Path)
					}
					told[f.Path] = id
				}
			}
		}
		if len(told) != files {
			t.Errorf("%d files are listed, want %d", len(told), files)
		}
	})
}
