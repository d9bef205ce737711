package setup_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

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

// stalled is a terminal that was stopped, until it goes on.
type stalled struct {
	on    chan struct{}
	taken chan string
}

func (s stalled) Write(p []byte) (int, error) {
	<-s.on
	s.taken <- string(p)
	return len(p), nil
}

func TestNobodyWhoLogsWaitsForATerminalThatStandsStill(t *testing.T) {
	for _, format := range []string{"text", "json"} {
		flags := folder(t)
		flags.LogFormat = format
		c := load(t, flags, nil)
		if err := os.MkdirAll(c.DataDir, 0o700); err != nil {
			t.Fatal(err)
		}
		terminal := stalled{make(chan struct{}), make(chan string, 100)}
		log, closer, err := setup.Logger(c, terminal)
		if err != nil {
			t.Fatal(err)
		}
		const many, long = 2_000, 2_000 // four times what may wait
		for range many {
			log.Info("a line " + strings.Repeat("x", long))
		}
		await(t, "the file has what the terminal does not take", func() bool {
			b, err := os.ReadFile(c.LogFile())
			return err == nil && strings.Count(string(b), "a line ")+leftOut(string(b)) == many
		})
		close(terminal.on) // Ctrl-Q
		said := ""
		await(t, "the terminal is told how much it has missed", func() bool {
			select {
			case more := <-terminal.taken:
				said += more
			default:
			}
			return leftOut(said) > 0
		})
		if told := strings.Count(said, "a line "); told+leftOut(said) != many || told < 400 {
			t.Errorf("%s: %d lines were told and %d left out, of %d", format, told, leftOut(said), many)
		}
		if last := said[strings.LastIndex(strings.TrimSpace(said), "\n")+1:]; format == "json" && !json.Valid([]byte(last)) {
			t.Errorf("no JSON: %s", last)
		}
		if err := closer.Close(); err != nil {
			t.Error(err)
		}
	}
}

// leftOut adds up how many lines a log says that it has left out.
func leftOut(log string) (n int) {
	for _, m := range regexp.MustCompile(`(\d+) lines left out`).FindAllStringSubmatch(log, -1) {
		left, _ := strconv.Atoi(m[1]) // digits
		n += left
	}
	return n
}

func TestAStalledTerminalKeepsTheLogFromNoEnd(t *testing.T) {
	c := load(t, folder(t), nil)
	if err := os.MkdirAll(c.DataDir, 0o700); err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		terminal := stalled{make(chan struct{}), make(chan string, 100)}
		log, closer, err := setup.Logger(c, terminal)
		if err != nil {
			t.Fatal(err)
		}
		log.Info("last words")
		began := time.Now()
		if err := closer.Close(); err != nil {
			t.Error(err)
		}
		if took := time.Since(began); took > time.Second {
			t.Errorf("closing the log took %s", took)
		}
		if b, err := os.ReadFile(c.LogFile()); err != nil || !strings.Contains(string(b), "last words") {
			t.Errorf("the file says %q (%v)", b, err)
		}
		close(terminal.on)
	})
}

func TestALogThatIsDeletedOrMovedAwayIsMadeAgain(t *testing.T) {
	c := load(t, folder(t), nil)
	if err := os.MkdirAll(c.DataDir, 0o700); err != nil {
		t.Fatal(err)
	}
	log, closer, err := setup.Logger(c, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	defer closer.Close()
	says := func(what string) func() bool {
		return func() bool {
			b, err := os.ReadFile(c.LogFile())
			return err == nil && strings.Contains(string(b), what)
		}
	}
	log.Info("first")
	await(t, "the log is written", says("first"))
	for _, gone := range []func() error{
		func() error { return os.Remove(c.LogFile()) },
		func() error { return os.Rename(c.LogFile(), c.LogFile()+".1") },
		func() error { // by an editor, say
			return errors.Join(os.Remove(c.LogFile()), os.WriteFile(c.LogFile(), nil, 0o600))
		},
	} {
		if err := gone(); err != nil {
			t.Fatal(err)
		}
		log.Info("second")
		await(t, "there is a log again", says("second"))
		private(t, c.LogFile(), 0o600)
	}
}

func TestALineOfTheLogSaysTheDay(t *testing.T) {
	_, file := logged(t, "text", func(l *slog.Logger) { l.Info("ready") })
	if !regexp.MustCompile(`^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d ready\n$`).MatchString(file) {
		t.Errorf("the log says %q", file)
	}
}

// await waits until something has happened beside the test.
func await(t *testing.T, what string, happened func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !happened(); time.Sleep(5 * time.Millisecond) { // sleep: a file tells nobody that it changes
		if time.Now().After(end) {
			t.Fatalf("after a minute still not: %s", what)
		}
	}
}
