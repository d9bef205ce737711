package opener

import (
	"context"
	"net/url"
	"strings"
)

// Letter is a letter that a person goes on with in their mail program.
type Letter struct {
	To      string // an address, or ""
	Subject string
	Body    string // plain text
	// Attach are the paths of files, absolute and there; the first is shown in its
	// folder where none can be attached.
	Attach []string
}

// Mail begins a letter in the person's mail program. Where that cannot be given the
// files, attached is false and the first of them is shown in its folder beside it.
func (o Opener) Mail(ctx context.Context, l Letter) (attached bool, err error) {
	for _, path := range l.Attach {
		if err := there(path); err != nil {
			return false, err
		}
	}
	l.Subject = strings.Join(strings.Fields(l.Subject), " ")
	if begun(ctx, l) {
		return true, nil
	}
	if err := run(ctx, mailto(l)); err != nil || len(l.Attach) == 0 {
		return false, err
	}
	return false, o.Reveal(ctx, l.Attach[0])
}

// maxMailto is how long an address may be that begins a letter: Windows takes no
// more than 2,048 characters.
const maxMailto = 1900

// mailto gives the address that begins a letter in any mail program (RFC 6068). A body
// that is too long ends after a whole line.
func mailto(l Letter) string {
	begin := "mailto:" + url.PathEscape(l.To) + "?subject=" + escaped(shortened(l.Subject, 200))
	body := strings.TrimRight(strings.ReplaceAll(l.Body, "\r\n", "\n"), "\n")
	for {
		address := begin
		if body != "" {
			address += "&body=" + escaped(strings.ReplaceAll(body, "\n", "\r\n"))
		}
		if len(address) <= maxMailto || body == "" {
			return address
		}
		body = body[:max(strings.LastIndexByte(body, '\n'), 0)]
	}
}

// escaped writes a text as these addresses want it: a blank is %20 and never a plus.
func escaped(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }

func shortened(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}
