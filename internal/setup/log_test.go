package setup_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"strings"
	"testing"

	"dormer/internal/setup"
)

// logged gives what the log writes for f, to stderr and to the file.
func logged(t *testing.T, format string, f func(*slog.Logger)) (stderr, file string) {
	t.Helper()
	flags := folder(t)
	flags.LogFormat = format
	c := load(t, flags, nil)
	if err := os.MkdirAll(c.DataDir, 0o700); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	log, closer, err := setup.Logger(c, &out)
	if err != nil {
		t.Fatal(err)
	}
	f(log)
	if err := closer.Close(); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(c.LogFile())
	if err != nil {
		t.Fatal(err)
	}
	private(t, c.LogFile(), 0o600)
	return out.String(), string(b)
}

func TestTheLogDoesNotTellTheWebhooksPath(t *testing.T) {
	const path = "/hover/0123456789abcdef0123456789abcdef"
	for _, format := range []string{"text", "json"} {
		stderr, file := logged(t, format, func(l *slog.Logger) {
			l.Info("at "+path, "url", "https://office.example"+path, "error", errors.New("POST "+path+": 502"))
			l.With("path", path).WithGroup("g").Warn("again", "list", []string{path})
			l.Debug("too quiet " + path)
		})
		if stderr != file || strings.Contains(file, "456789abcdef") || strings.Count(file, "/hover/0123…") != 5 || strings.Contains(file, "too quiet") {
			t.Errorf("%s: the log says\n%s\nand on stderr\n%s", format, file, stderr)
		}
	}
}

func TestNobodyForgesALineOfTheLog(t *testing.T) {
	const evil = "x\n12:00:00 ALERT All is well\r\x1b[2J\u2028\u009b\x00"
	for _, format := range []string{"text", "json"} {
		_, file := logged(t, format, func(l *slog.Logger) {
			l.Info("ALERT "+evil, "says", evil, "error", errors.New(evil), evil, 1)
			l.WithGroup(evil).With(evil, evil).Warn("second")
		})
		lines := strings.Split(strings.TrimSuffix(file, "\n"), "\n")
		if len(lines) != 2 || strings.ContainsAny(file, "\r\x1b\x00") || format == "text" && strings.ContainsAny(file, "\u2028\u009b") {
			t.Errorf("%s: %d lines: %q", format, len(lines), lines)
		}
		if format == "json" && !json.Valid([]byte(lines[0])) {
			t.Errorf("no JSON: %s", lines[0])
		}
	}
}
