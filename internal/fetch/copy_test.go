package fetch

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"dormer/internal/hover"
	"dormer/internal/job"
)

// savedFile is a file that was saved, and an empty folder for its copies.
func savedFile(t *testing.T, content string) (f File, dir string) {
	t.Helper()
	sum := sha256.Sum256([]byte(content))
	f = File{Path: filepath.Join(t.TempDir(), "House measurements.pdf"), SHA256: hex.EncodeToString(sum[:]), Size: int64(len(content))}
	if err := os.WriteFile(f.Path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return f, t.TempDir()
}

// filesIn gives what is below a folder, by its name in it.
func filesIn(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		all[filepath.ToSlash(name)] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestACopyIsWholeAndOverwritesNothing(t *testing.T) {
	f, dir := savedFile(t, pdf("new"))
	name := filepath.Join("Sycamore", "House.pdf")
	if err := os.MkdirAll(filepath.Join(dir, "Sycamore"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name), []byte("somebody's own"), 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 { // a second time finds that it is there
		path, err := Copy(t.Context(), f, dir, name, "me")
		if err != nil || path != filepath.Join(dir, "Sycamore", "House (2).pdf") {
			t.Fatalf("copied to %s, %v", path, err)
		}
	}
	got := filesIn(t, dir)
	if len(got) != 2 || got["Sycamore/House.pdf"] != "somebody's own" || got["Sycamore/House (2).pdf"] != pdf("new") {
		t.Errorf("in the folder are %q", got)
	}
}

func TestACopyThatCannotBeWholeIsNotThere(t *testing.T) {
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	for what, c := range map[string]struct {
		ctx  context.Context
		harm func(f *File, dir *string)
	}{
		"a folder that is not there":       {t.Context(), func(_ *File, dir *string) { *dir = filepath.Join(*dir, "OneDrive") }},
		"a folder that is a file":          {t.Context(), func(f *File, dir *string) { *dir = f.Path }},
		"a file that somebody has changed": {t.Context(), func(f *File, _ *string) { f.Size++ }},
		"a file that somebody has taken":   {t.Context(), func(f *File, _ *string) { f.Path += ".gone" }},
		"the end of the program":           {gone, func(*File, *string) {}},
	} {
		f, dir := savedFile(t, pdf("x"))
		empty := dir
		c.harm(&f, &dir)
		if path, err := Copy(c.ctx, f, dir, "House.pdf", "me"); err == nil || path != "" {
			t.Errorf("%s: copied to %q", what, path)
		}
		if got := filesIn(t, empty); len(got) != 0 {
			t.Errorf("%s leaves %q", what, got)
		}
	}
}

func TestCopiesAreNamedByThePattern(t *testing.T) {
	const house hover.ModelID = "51"
	at := time.Date(2026, 11, 26, 20, 0, 0, 0, time.UTC)
	whole := job.Job{
		ID: "71", Name: "Miller reroof", ExternalID: "R-1042", Customer: hover.Customer{Name: "Dana / Miller"},
		Address:    hover.Address{Line1: "1420 Sycamore Lane", City: "Carmel", Region: "IN", PostalCode: "46033"},
		Structures: []job.Structure{{ID: house, Name: "House"}},
	}
	bare := job.Job{ID: "71", Structures: whole.Structures}
	test := whole
	test.Test = true
	for _, c := range []struct {
		pattern string
		job     job.Job
		want    string
	}{
		{CopyPattern, whole, "1420 Sycamore Lane, Carmel IN 46033/House measurements.pdf"},
		{"{customer} - {street} {structure} {date}", whole, "Dana - Miller - 1420 Sycamore Lane House 2026-11-26.pdf"},
		{"{customer}/{reference} ({number}) {file}", whole, "Dana - Miller/R-1042 (71) House measurements.pdf"},
		{"{customer} - {reference} - {structure} ({city})", bare, "House.pdf"},
		{CopyPattern, bare, "Job (71)/House measurements.pdf"},
		{"{customer}/{reference}", bare, "Job (71)/House measurements.pdf"},
		{CopyPattern, test, "TEST 1420 Sycamore Lane, Carmel IN 46033/TEST House measurements.pdf"},
		{`PDFs\{street}`, whole, "PDFs/1420 Sycamore Lane.pdf"},
		{"../{street}", whole, "Job (71)/1420 Sycamore Lane.pdf"},
	} {
		got := CopyName(c.pattern, c.job, house, hover.Artifact{Format: hover.FormatPDF}, at)
		if c.pattern == "../{street}" {
			c.want = "1420 Sycamore Lane, Carmel IN 46033 (71)/1420 Sycamore Lane.pdf"
		}
		if filepath.ToSlash(got) != c.want {
			t.Errorf("%q gives %q, want %q", c.pattern, got, c.want)
		}
	}
}

func TestAPatternIsCheckedAndShownOnAnExample(t *testing.T) {
	at := time.Date(2026, 11, 26, 20, 0, 0, 0, time.UTC)
	got, err := ExampleCopyName("{customer}/{street} {file}", at)
	if err != nil || filepath.ToSlash(got) != "Dana Miller/1420 Sycamore Lane House measurements.pdf" {
		t.Errorf("the example is %q, %v", got, err)
	}
	for pattern, says := range map[string]string{
		"House": "at least one", "{adress}": "{adress}", "{street": "brace", "a/b/{street}": "one folder",
		"": "at least one", strings.Repeat("{street}", 40): "200",
	} {
		if _, err := ExampleCopyName(pattern, at); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v, want %q", pattern, err, says)
		}
	}
	for _, word := range CopyWords() {
		if err := CheckCopyPattern("{" + word + "}"); err != nil {
			t.Error(err)
		}
	}
}

// Whatever a pattern and a job say, the copy stays in its folder, under a name that
// every platform takes.
func TestNoPatternLeadsOutOfTheFolder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		j := job.Job{
			ID: hover.JobID(id().Draw(t, "id")), Name: hostile().Draw(t, "name"), ExternalID: hostile().Draw(t, "reference"), Test: rapid.Bool().Draw(t, "test"),
			Customer: hover.Customer{Name: hostile().Draw(t, "customer")}, Address: hover.Address{Line1: hostile().Draw(t, "street"), City: hostile().Draw(t, "city")},
			Structures: []job.Structure{{ID: "1", Name: hostile().Draw(t, "structure")}},
		}
		pattern := rapid.OneOf(hostile(), rapid.SampledFrom([]string{
			CopyPattern, "{customer}/{street}", "{name}{name}{name}/{city}", "{reference}", `..\{street}`, "{street}/{street}/{street}",
		})).Draw(t, "pattern")
		name := CopyName(pattern, j, "1", hover.Artifact{Format: hover.FormatPDF}, time.Time{})
		folder, file := filepath.Split(name)
		if wrong := portable(file); wrong != "" {
			t.Errorf("%q gives the file %q: %s", pattern, file, wrong)
		}
		if folder = filepath.Clean(folder); folder != "." {
			if wrong := portable(folder); wrong != "" {
				t.Errorf("%q gives the folder %q: %s", pattern, folder, wrong)
			}
		}
	})
}
