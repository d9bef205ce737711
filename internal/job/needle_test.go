package job

import (
	"strings"
	"testing"
)

func FuzzTheSearchFindsWhatTheLibraryFinds(f *testing.F) {
	for _, s := range [][2]string{
		{"", ""}, {"", "a"}, {"a", ""}, {"residence 1\nelm lane", "elm"}, {"elm", "elm lane"}, {"lane", "lane"}, {"xxaxa", "xa"},
		{"aab", "ab"}, {"zz", "zzz"}, {"\xff\x00", "\x00"}, {"abcabd", "abd"},
	} {
		f.Add(s[0], s[1])
	}
	f.Fuzz(func(t *testing.T, hay, search string) {
		if got, want := contains(hay, search), strings.Contains(hay, search); got != want {
			t.Errorf("%q in %q: %v, want %v", search, hay, got, want)
		}
	})
}

func contains(hay, search string) bool {
	n := newNeedle(search)
	return n.in([]byte(hay))
}
