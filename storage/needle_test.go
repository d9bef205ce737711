package storage_test

import (
	"strings"
	"testing"

	"dormer/storage"
)

func FuzzTheSearchFindsWhatTheLibraryFinds(f *testing.F) {
	for _, s := range [][2]string{
		{"", ""}, {"", "a"}, {"a", ""}, {"residence 1\nelm lane", "elm"}, {"elm", "elm lane"}, {"lane", "lane"}, {"xxaxa", "xa"},
		{"aab", "ab"}, {"zz", "zzz"}, {"\xff\x00", "\x00"}, {"abcabd", "abd"},
	} {
		f.Add(s[0], s[1])
	}
	f.Fuzz(func(t *testing.T, hay, search string) {
		if got, want := storage.Finds(hay, search), strings.Contains(hay, search); got != want {
			t.Errorf("%q in %q: %v, want %v", search, hay, got, want)
		}
	})
}
