package fetch_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dormer/internal/fetch"
)

func TestWhatIsMadeHereIsSavedLikeWhatIsFetched(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "12 Oak St (7)")
	write := func(content string) string {
		t.Helper()
		f, err := fetch.Write(dir, "Material list Siding (55643).xlsx", "me", []byte(content))
		if err != nil || f.Size != int64(len(content)) || len(f.SHA256) != 64 {
			t.Fatalf("%+v, %v", f, err)
		}
		if b, err := os.ReadFile(f.Path); err != nil || string(b) != content {
			t.Fatalf("%q, %v", b, err)
		}
		return filepath.Base(f.Path)
	}
	for _, c := range [][2]string{
		{"first", "Material list Siding (55643).xlsx"}, {"second", "Material list Siding (55643) (2).xlsx"},
		{"first", "Material list Siding (55643).xlsx"}, {"second", "Material list Siding (55643) (2).xlsx"},
	} {
		if name := write(c[0]); name != c[1] {
			t.Errorf("%s is saved as %s, not %s", c[0], name, c[1])
		}
	}
	if all, err := os.ReadDir(dir); err != nil || len(all) != 2 {
		t.Errorf("%v, %v", all, err)
	}
	_, err := fetch.Write(filepath.Join(dir, "Material list Siding (55643).xlsx", "in a file"), "x", "me", nil)
	if p, ok := errors.AsType[*fetch.Problem](err); !ok || !p.Disk {
		t.Errorf("into what is no folder: %v", err)
	}
}

func TestPapersHaveNamesThatEveryPlatformTakes(t *testing.T) {
	for _, c := range [][5]string{
		{"Material list", "Siding", "55643", ".xlsx", "Material list Siding (55643).xlsx"},
		{"Checklist", "", "bd24ea34-abba-4b94-a030-397726578522", ".csv", "Checklist (bd24ea34-abba-4b94-a030-397726578522).csv"},
		{"Material list", `a/b\c:"d" (7) ..`, "1", ".json", "Material list a-b-c-'d' 7 (1).json"},
		{"Material list", "\u202eevil\x00\n", "1", ".xlsx", "Material list evil (1).xlsx"},
		{"Material list", strings.Repeat("é", 500), "55643", ".xlsx", "Material list " + strings.Repeat("é", 20) + " (55643).xlsx"},
	} {
		if got := fetch.PaperName(c[0], c[1], c[2], c[3]); got != c[4] {
			t.Errorf("%q is called %q, not %q", c[1], got, c[4])
		}
	}
	if a, b := fetch.PaperName("Material list", "", "A B/../c", ".xlsx"), fetch.PaperName("Material list", "", "A B/..-c", ".xlsx"); a == b || strings.ContainsAny(a+b, `/\`) {
		t.Errorf("odd ids are called %q and %q", a, b)
	}
}
