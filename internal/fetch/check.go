package fetch

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"dormer/internal/hover"
)

// edge is how much of a file's beginning and of its end is looked at. PDF
// readers look for the end marker in the last 1024 bytes.
const edge = 1024

var (
	errHTML      = errors.New("it is a web page")
	errReply     = errors.New("it is a JSON reply")
	errKind      = errors.New("it begins like something else")
	errCut       = errors.New("its end is missing")
	errNotObject = errors.New("it is not one JSON object")
	errNoEntries = errors.New("the archive has no entries")
)

// Check says whether the bytes are a whole file of the format, as far as can be told
// without understanding it; contentType is what the server called it, if it was asked.
func Check(b []byte, format hover.Format, contentType string) error {
	return check(bytes.NewReader(b), int64(len(b)), format, contentType)
}

// check says whether the bytes are a whole file of the format, as far as can be
// told without understanding it. A server that answers 200 with a page "please
// sign in" or "come back later" must not end as a PDF that does not open.
func check(f io.ReaderAt, size int64, format hover.Format, contentType string) error {
	head, tail := make([]byte, min(size, edge)), make([]byte, min(size, edge))
	if _, err := f.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if _, err := f.ReadAt(tail, size-int64(len(tail))); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	err := checkKind(f, size, head, tail, format)
	if (err == nil || errors.Is(err, errKind)) && !hasMagic(format) {
		page := strings.HasPrefix(strings.ToLower(contentType), "text/html")
		if page || isHTML(head) {
			return errHTML
		}
	}
	return err
}

// hasMagic says that the format's first bytes are its own, so that bytes which
// have them need no further doubt.
func hasMagic(format hover.Format) bool {
	switch format {
	case hover.FormatPDF, hover.FormatXLSX, hover.FormatESX, hover.FormatWireframe, hover.FormatPhoto:
		return true
	}
	return false
}

func checkKind(f io.ReaderAt, size int64, head, tail []byte, format hover.Format) error {
	switch format {
	case hover.FormatPDF:
		return checkPDF(f, size, head)
	case hover.FormatWireframe, hover.FormatPhoto:
		if bytes.HasPrefix(head, []byte("\x89PNG")) {
			return marked(head, tail, "\x89PNG\r\n\x1a\n", "IEND")
		}
		// A JPEG may have anything after its end marker, so only its start tells.
		return marked(head, tail, "\xff\xd8\xff", "")
	case hover.FormatXLSX, hover.FormatESX:
		if err := marked(head, tail, "PK\x03\x04", ""); err != nil {
			return err
		}
		return checkZip(f, size)
	case hover.FormatJSON:
		return checkJSON(io.NewSectionReader(f, 0, size))
	case hover.FormatXML:
		return checkXML(head, tail)
	case hover.FormatFML: // itself JSON
		return nil
	}
	if t := text(head); len(t) > 0 && t[0] == '{' {
		return errReply
	}
	return nil
}

// checkPDF takes what PDF readers open: lines before the first one, and blanks
// after the last.
func checkPDF(f io.ReaderAt, size int64, head []byte) error {
	at := bytes.Index(head, []byte("%PDF-"))
	if at < 0 || at > 0 && otherKind(head) {
		return errKind
	}
	tail := make([]byte, edge)
	for end := size; end > 0 && end > size-maxBlanks; end -= int64(len(tail)) {
		tail = tail[:min(end, edge)]
		if _, err := f.ReadAt(tail, end-int64(len(tail))); err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		if bytes.Contains(tail, []byte("%%EOF")) {
			return nil
		}
		if len(bytes.Trim(tail, " \t\r\n\x00")) > 0 {
			break
		}
	}
	return errCut
}

// maxBlanks is how much may follow a PDF's end that is nothing.
const maxBlanks = 64 << 10

// otherKind says that the bytes begin another kind of file, in which a PDF, or a
// word of one, may stand.
func otherKind(head []byte) bool {
	for _, magic := range []string{"PK\x03\x04", "\x89PNG", "\xff\xd8\xff"} {
		if bytes.HasPrefix(head, []byte(magic)) {
			return true
		}
	}
	t := text(head)
	return len(t) > 0 && (t[0] == '<' || t[0] == '{' || t[0] == '[')
}

// isHTML says that a browser would take the bytes for a web page.
func isHTML(head []byte) bool {
	return strings.HasPrefix(http.DetectContentType(text(head)), "text/html") ||
		bytes.Contains(bytes.ToLower(head), []byte("<html"))
}

// marked checks for the bytes that a format begins with and has near its end.
func marked(head, tail []byte, begin, end string) error {
	if !bytes.HasPrefix(head, []byte(begin)) {
		return errKind
	}
	if !bytes.Contains(tail, []byte(end)) {
		return errCut
	}
	return nil
}

func checkZip(f io.ReaderAt, size int64) error {
	z, err := zip.NewReader(f, size)
	if errors.Is(err, zip.ErrFormat) {
		return errCut // the directory stands at the end
	}
	if err != nil {
		return err
	}
	if len(z.File) == 0 {
		return errNoEntries
	}
	return nil
}

// atOnce is how large a JSON file may be, in bytes, to be checked as one piece: in a
// tenth of the time.
const atOnce = 8 << 20

// checkJSON reads the whole file. Of a large one it never holds more than one value.
func checkJSON(r *io.SectionReader) error {
	if r.Size() <= atOnce {
		b := make([]byte, r.Size())
		if _, err := io.ReadFull(r, b); err == nil && bytes.HasPrefix(text(b), []byte("{")) && json.Valid(b) {
			return nil
		}
		if _, err := r.Seek(0, io.SeekStart); err != nil {
			return err
		}
	}
	d := json.NewDecoder(r) // it knows what is wrong
	for depth, first := 0, true; ; first = false {
		t, err := d.Token()
		switch {
		case errors.Is(err, io.EOF) && !first && depth == 0:
			return nil
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			return errCut
		case err != nil:
			return fmt.Errorf("it is not JSON: %w", err)
		case first && t != json.Delim('{'):
			return errNotObject
		case !first && depth == 0:
			return errNotObject // one object, then something more
		}
		switch t {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
	}
}

func checkXML(head, tail []byte) error {
	if h := text(head); len(h) == 0 || h[0] != '<' {
		return errKind
	}
	// The NUL is half of a UTF-16 character.
	if t := bytes.TrimRight(tail, " \t\r\n\x00"); len(t) == 0 || t[len(t)-1] != '>' {
		return errCut
	}
	return nil
}

// text skips what may stand before the first character of a text: a byte order
// mark and white space.
func text(b []byte) []byte {
	for _, mark := range []string{"\xef\xbb\xbf", "\xff\xfe", "\xfe\xff\x00", "\xfe\xff"} {
		if rest, found := bytes.CutPrefix(b, []byte(mark)); found {
			b = rest
			break
		}
	}
	return bytes.TrimLeft(b, " \t\r\n")
}
