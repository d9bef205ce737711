package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"
	"unicode"

	"dormer/internal/engine"
	"dormer/internal/say"
)

// outlet is stdout. It remembers the first write that failed and ends the
// verb's context then: nobody goes on working for a reader that has left.
type outlet struct {
	to   io.Writer
	stop context.CancelCauseFunc
	buf  *bufio.Writer
	err  error
}

// Write buffers p; what fails is found by Flush at the latest.
func (o *outlet) Write(p []byte) (int, error) {
	if o.buf == nil {
		o.buf = bufio.NewWriterSize(o.to, 32<<10)
	}
	n, err := o.buf.Write(p)
	o.note(err)
	return n, err
}

// Flush writes out what is buffered.
func (o *outlet) Flush() {
	if o.buf != nil {
		o.note(o.buf.Flush())
	}
}

func (o *outlet) note(err error) {
	if err != nil && o.err == nil {
		o.err = err
		o.stop(err)
	}
}

// brokenPipe says that the reader of a pipe has left.
func brokenPipe(err error) bool {
	if err == nil {
		return false
	}
	for _, e := range brokenPipes {
		if errors.Is(err, e) {
			return true
		}
	}
	return errors.Is(err, io.ErrClosedPipe)
}

// print writes to stdout.
func (p *program) print(format string, args ...any) { fmt.Fprintf(p.out, format, args...) }

// json writes one value as one line.
func (p *program) json(v any) error {
	b, err := say.Contract(v)
	if err != nil {
		return err
	}
	_, err = p.out.Write(append(b, '\n'))
	return err
}

// blockOfRows is how many rows are aligned with one another: few enough that a
// long list appears at once.
const blockOfRows = 200

// table writes aligned rows as they come.
type table struct {
	w    *tabwriter.Writer
	rows int
}

// table begins a table with the names of its columns.
func (p *program) table(columns ...string) *table { return tableTo(p.out, columns...) }

func tableTo(w io.Writer, columns ...string) *table {
	t := fieldsTo(w)
	t.row(columns...)
	return t
}

// row adds a row.
func (t *table) row(cells ...string) {
	for i, c := range cells {
		if c = oneLine(c); c == "" {
			c = "–"
		}
		cells[i] = c
	}
	fmt.Fprintln(t.w, strings.Join(cells, "\t"))
	if t.rows++; t.rows%blockOfRows == 0 {
		t.end()
	}
}

// end writes out what is not yet written.
func (t *table) end() { _ = t.w.Flush() }

// fields begins a list of names and values: what is shown of one thing.
func (p *program) fields() *table { return fieldsTo(p.out) }

func fieldsTo(w io.Writer) *table { return &table{w: tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)} }

// field adds a line, unless the value is empty.
func (t *table) field(name, value string) {
	if value != "" {
		t.row(name, value)
	}
}

// oneLine makes text from outside fit to be printed: on one line, and without
// what a terminal would obey (control characters, changes of direction).
func oneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r), r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// ago says when something was, as people do.
func (p *program) ago(t engine.Time) string {
	if t.IsZero() {
		return ""
	}
	d := p.Now().Sub(t.Time)
	switch {
	case d < 0:
		return "in " + span(-d)
	case d < 5*time.Second:
		return "just now"
	case d < 14*24*time.Hour:
		return span(d) + " ago"
	}
	return t.Local().Format("2 Jan 2006")
}

// span gives a length of time in its largest unit.
func span(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s", d/time.Second)
	case d < time.Hour:
		return fmt.Sprintf("%d min", d/time.Minute)
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h", d/time.Hour)
	}
	return fmt.Sprintf("%d days", d/(24*time.Hour))
}

// plural gives "1 event" or "3 events".
func plural[N int | uint64](n N, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
