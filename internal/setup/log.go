package setup

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"unicode"

	"gopkg.in/natefinch/lumberjack.v2"
)

// Logger makes the log: lines for people (or JSON) to stderr and to a rotating
// file in the data directory, which has to exist.
func Logger(c Config, stderr io.Writer) (*slog.Logger, io.Closer, error) {
	// lumberjack makes its file by the umask; ours is for its owner alone.
	f, err := os.OpenFile(c.LogFile(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, nil, err
	}
	_ = f.Chmod(0o600)
	if err := f.Close(); err != nil {
		return nil, nil, err
	}
	file := &lumberjack.Logger{Filename: c.LogFile(), MaxSize: 10, MaxBackups: 5}
	out := &shortening{to: []io.Writer{file, stderr}}
	if c.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(out, &slog.HandlerOptions{Level: c.LogLevel})), file, nil
	}
	return slog.New(&lines{out: out, level: c.LogLevel, mu: new(sync.Mutex)}), file, nil
}

// hookPath is the webhook's secret path; whoever reads a log must not learn it.
var hookPath = regexp.MustCompile(`/hover/([0-9a-f]{4})[0-9a-f]{28}`)

// shortening shortens the secret path in everything that is written. A write is
// one whole line. A terminal that has gone must not keep the file from the log,
// nor a full disk the terminal, so each is written to by itself.
type shortening struct{ to []io.Writer }

func (s *shortening) Write(p []byte) (int, error) {
	line := hookPath.ReplaceAll(p, []byte("/hover/$1…"))
	var errs []error
	for _, w := range s.to {
		_, err := w.Write(line)
		errs = append(errs, err)
	}
	return len(p), errors.Join(errs...)
}

// lines is a slog.Handler that writes lines for people: the time, the message,
// and what else there is as name=value. The level is named from a warning up.
type lines struct {
	out   io.Writer
	level slog.Level
	attrs string
	group string
	mu    *sync.Mutex // protects out: one line at a time
}

func (h *lines) Enabled(_ context.Context, l slog.Level) bool { return l >= h.level }

func (h *lines) Handle(_ context.Context, r slog.Record) error {
	var b bytes.Buffer
	b.WriteString(r.Time.Format("15:04:05 "))
	if r.Level >= slog.LevelWarn || r.Level < slog.LevelInfo {
		b.WriteString(r.Level.String() + " ")
	}
	b.WriteString(oneLine(r.Message))
	b.WriteString(h.attrs)
	r.Attrs(func(a slog.Attr) bool {
		b.WriteString(attr(h.group, a))
		return true
	})
	b.WriteByte('\n')
	h.mu.Lock()
	defer h.mu.Unlock()
	_, err := h.out.Write(b.Bytes())
	return err
}

func (h *lines) WithAttrs(attrs []slog.Attr) slog.Handler {
	next := *h
	for _, a := range attrs {
		next.attrs += attr(h.group, a)
	}
	return &next
}

func (h *lines) WithGroup(name string) slog.Handler {
	next := *h
	next.group += name + "."
	return &next
}

// attr writes one attribute; an empty value says nothing and is left out.
func attr(group string, a slog.Attr) string {
	v := a.Value.Resolve()
	if v.Kind() == slog.KindAny && v.Any() == nil {
		return ""
	}
	s := v.String()
	if s == "" {
		return ""
	}
	if strings.ContainsFunc(s, func(r rune) bool { return r == ' ' || r == '"' || !unicode.IsPrint(r) }) {
		s = strconv.Quote(s)
	}
	return "  " + oneLine(group+a.Key) + "=" + s
}

// oneLine keeps outside text from looking like lines of ours, or from steering
// the terminal that shows it.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, s)
}
