package setup

import (
	"runtime"
	"testing"
)

func TestATableIsSeparatedAsTheSpreadsheetOfItsReaderWantsIt(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows names the separator itself")
	}
	for _, c := range []struct {
		all, numeric, lang string
		want               rune
	}{
		{"", "", "", ','},
		{"", "", "C.UTF-8", ','},
		{"", "", "POSIX", ','},
		{"", "", "en_US.UTF-8", ','},
		{"", "", "es_US.UTF-8", ','},
		{"", "", "es_MX.UTF-8", ','},
		{"", "", "es_ES.UTF-8@euro", ';'},
		{"", "de_DE.UTF-8", "en_US.UTF-8", ';'},
		{"en_US.UTF-8", "de_DE.UTF-8", "de_DE.UTF-8", ','},
		{"fr_CA", "", "", ';'},
		{"nonsense!", "", "", ','},
	} {
		env := map[string]string{"LC_ALL": c.all, "LC_NUMERIC": c.numeric, "LANG": c.lang}
		if got := separatorOf(func(name string) string { return env[name] }); got != c.want {
			t.Errorf("%v: %q, want %q", env, got, c.want)
		}
	}
}
