//go:build !windows && !darwin

package opener_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"dormer/internal/opener"
	"dormer/internal/say"
)

// script puts a program of that name on the PATH, and nothing else.
func script(t *testing.T, name, text string) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"+text), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir)
}

// pdf makes a file whose name has what a shell would trip over.
func pdf(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "-5 Harbor St; $(touch x) 'a' \"b\" & c.pdf")
	if err := os.WriteFile(path, []byte("%PDF-1.4"), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestAFileIsOpenedByThePlatformsProgramWithoutOurSecrets(t *testing.T) {
	said := filepath.Join(t.TempDir(), "said")
	script(t, "xdg-open", `{ echo "$#"; echo "$1"; export; } > "`+said+`"`)
	t.Setenv("NGROK_AUTHTOKEN", "hush-1")
	t.Setenv("DORMER_HOVER_CLIENT_ID", "hush-2")
	t.Setenv("DORMER_HOVER_CLIENT_SECRET", "hush-3")
	t.Setenv("DISPLAY", ":7")
	path := pdf(t)
	if err := (opener.Opener{}).Open(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(said)
	if err != nil {
		t.Fatal(err)
	}
	if got := string(b); !strings.HasPrefix(got, "1\n"+path+"\n") || strings.Contains(got, "hush") || !strings.Contains(got, "DISPLAY") {
		t.Errorf("the program was given %s", got)
	}
}

func TestAnAddressGoesToThePlatformsProgramAndNothingElseDoes(t *testing.T) {
	said := filepath.Join(t.TempDir(), "said")
	script(t, "xdg-open", `echo "$#" "$1" >> "`+said+`"`)
	for address, opens := range map[string]bool{
		"https://hover.to/3d/1?a=b&c=$(touch x)": true, "http://127.0.0.1:4040/": true,
		"": false, "file:///etc/hosts": false, "mailto:a@example.com": true, "tel:+13175550142": true, "mailto:a@example.com?attach=/etc/hosts": false, "--help": false, "https:": false, "hover.to": false,
	} {
		if err := (opener.Opener{}).OpenURL(t.Context(), address); (err == nil) != opens {
			t.Errorf("%q: %v", address, err)
		}
	}
	b, err := os.ReadFile(said)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(b)), "\n")
	slices.Sort(lines)
	if !slices.Equal(lines, []string{"1 http://127.0.0.1:4040/", "1 https://hover.to/3d/1?a=b&c=$(touch x)", "1 mailto:a@example.com", "1 tel:+13175550142"}) {
		t.Errorf("the program was given %q", lines)
	}
}

func TestOpeningSaysWhatIsMissing(t *testing.T) {
	path := pdf(t)
	script(t, "something-else", "")
	if err := (opener.Opener{}).Open(t.Context(), path); !errors.Is(err, opener.ErrNone) || !strings.Contains(err.Error(), "xdg-open is missing") {
		t.Errorf("without a program: %v", err)
	}
	script(t, "xdg-open", "echo no application is registered >&2; exit 3")
	if err := (opener.Opener{}).Open(t.Context(), path); err == nil || !strings.Contains(err.Error(), "no application is registered") {
		t.Errorf("with a program that fails: %v", err)
	}
	for what, says := range map[string]string{
		path: "no program for PDF files is set up", filepath.Dir(path): "no file manager", "https://hover.to/": "no web browser",
		"mailto:a@example.com": "no mail program", "tel:3175550142": "makes calls",
	} {
		open := (opener.Opener{}).Open
		if _, address := opener.Address(what); address {
			open = (opener.Opener{}).OpenURL
		}
		err := open(t.Context(), what)
		told := say.Of(err).String()
		if !strings.Contains(told, says) || strings.Contains(told, "registered") || strings.Contains(told, "opening ") {
			t.Errorf("a person is told of %s: %q", what, told)
		}
		if inSpanish := say.Of(err).For(say.Reader{Language: say.Spanish}); !strings.Contains(inSpanish, "computadora") {
			t.Errorf("in Spanish: %q", inSpanish)
		}
	}
	if err := (opener.Opener{}).Open(t.Context(), path+".gone"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
	if err := (opener.Opener{}).Open(t.Context(), filepath.Base(path)); err == nil {
		t.Error("a path that depends on where we stand was opened")
	}
}

// The program that shows the file has xdg-open's output, and may live for hours.
func TestOpeningDoesNotWaitForTheProgramThatShowsTheFile(t *testing.T) {
	sleep, err := exec.LookPath("sleep")
	if err != nil {
		t.Skip("no program here that can be kept open: ", err)
	}
	shows := filepath.Join(t.TempDir(), "pid")
	script(t, "xdg-open", sleep+` 600 & echo $! > "`+shows+`"`)
	if err := (opener.Opener{}).Open(t.Context(), pdf(t)); err != nil {
		t.Error(err)
	}
	said, err := os.ReadFile(shows)
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(said)))
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Errorf("the program had ended before opening returned: %v", err)
	}
}

// Where xdg-open knows no desktop it runs the program itself and waits for it.
func TestAnOpenerThatStaysHasOpened(t *testing.T) {
	t.Cleanup(opener.HandOver(200 * time.Millisecond))
	sleep, err := exec.LookPath("sleep")
	if err != nil {
		t.Skip("no program here that can be kept open: ", err)
	}
	script(t, "xdg-open", "exec "+sleep+" 60") // ended by the opener's own bound
	if err := (opener.Opener{}).Open(t.Context(), pdf(t)); err != nil {
		t.Error(err)
	}
}

func TestOpeningEndsWithItsContext(t *testing.T) {
	script(t, "xdg-open", "while :; do :; done")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := (opener.Opener{}).Open(ctx, pdf(t)); err == nil {
		t.Error("it was opened")
	}
}

func TestChildrenGetEverythingButOurSecrets(t *testing.T) {
	kept := opener.Scrubbed([]string{"PATH=/bin", "NGROK_AUTHTOKEN=a", "DORMER_HOVER_CLIENT_ID=b", "DORMER_HOVER_CLIENT_SECRET=c=d", "NGROK_REGION=eu", "EMPTY=", "ODD"})
	if !slices.Equal(kept, []string{"PATH=/bin", "NGROK_REGION=eu", "EMPTY=", "ODD"}) {
		t.Errorf("kept %q", kept)
	}
}

func TestTheDesktopsOwnOpenerGoesFirst(t *testing.T) {
	said := filepath.Join(t.TempDir(), "said")
	dir := t.TempDir()
	for name, text := range map[string]string{
		"gio":      `echo gio "$1" "$2" >> "` + said + `"; case "$2" in *pdf) ;; *) exit 2;; esac`,
		"xdg-open": `echo xdg-open "$1" >> "` + said + `"`,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"+text), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", dir)
	path := pdf(t)
	if err := (opener.Opener{}).Open(t.Context(), path); err != nil {
		t.Error(err)
	}
	if err := (opener.Opener{}).OpenURL(t.Context(), "https://hover.to/"); err != nil { // the desktop knows no browser
		t.Error(err)
	}
	b, err := os.ReadFile(said)
	if want := "gio open " + path + "\ngio open https://hover.to/\nxdg-open https://hover.to/\n"; err != nil || string(b) != want {
		t.Errorf("asked were %q, %v", b, err)
	}
}
