package setup

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"
)

// Logger makes the log: lines for people (or JSON) to stderr and to a rotating
// file in the data directory, which has to exist. Nobody who logs waits for either
// of them. Closing it gives them a moment to take what is left.
func Logger(c Config, stderr io.Writer) (*slog.Logger, io.Closer, error) {
	file, err := openLogFile(c.LogFile())
	if err != nil {
		return nil, nil, err
	}
	out := &outputs{newBacklog(file, c.leftOut), newBacklog(struct{ io.Writer }{stderr}, c.leftOut)}
	return slog.New(c.logHandler(&shortening{out})), out, nil
}

func (c Config) logHandler(out io.Writer) slog.Handler {
	if c.LogFormat == "json" {
		return slog.NewJSONHandler(out, &slog.HandlerOptions{Level: c.LogLevel})
	}
	return &lines{out: out, level: c.LogLevel}
}

// leftOut is the line that stands for lines that nobody took in time.
func (c Config) leftOut(n int) []byte {
	var line bytes.Buffer
	r := slog.NewRecord(time.Now(), slog.LevelWarn, fmt.Sprintf("%d lines left out: nobody took them in time", n), 0)
	_ = c.logHandler(&line).Handle(context.Background(), r) // a buffer takes all
	return line.Bytes()
}

// outputs are where the log goes. Each is written to by itself: a terminal that
// stands still keeps nothing from the file, nor a full disk from the terminal.
type outputs [2]*backlog

func (o *outputs) Write(line []byte) (int, error) {
	for _, b := range o {
		_, _ = b.Write(line) // never fails
	}
	return len(line), nil
}

// Close lets go of both.
func (o *outputs) Close() error {
	var both sync.WaitGroup
	for _, b := range o {
		both.Go(func() { _ = b.Close() }) // never fails
	}
	both.Wait()
	return nil
}

// hookPath is the webhook's secret path; whoever reads a log must not learn it.
var hookPath = regexp.MustCompile(`/hover/([0-9a-f]{4})[0-9a-f]{28}`)

// shortening shortens the secret path in everything that is written. A write is
// one whole line.
type shortening struct{ to io.Writer }

func (s *shortening) Write(p []byte) (int, error) {
	if _, err := s.to.Write(hookPath.ReplaceAll(p, []byte("/hover/$1…"))); err != nil {
		return 0, err
	}
	return len(p), nil
}

// lines is a slog.Handler that writes lines for people: when, the message, and
// what else there is as name=value. The level is named from a warning up. A line
// is one write.
type lines struct {
	out   io.Writer
	level slog.Level
	attrs string
	group string
}

func (h *lines) Enabled(_ context.Context, l slog.Level) bool { return l >= h.level }

func (h *lines) Handle(_ context.Context, r slog.Record) error {
	var b bytes.Buffer
	b.WriteString(r.Time.Format(time.DateTime + " "))
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
