package fetch

import (
	"archive/zip"
	"bytes"
	"errors"
	"strings"
	"testing"

	_ "dormer/internal/hermetic"
	"dormer/internal/hover"
)

func archive(t testing.TB, names ...string) string {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, n := range names {
		w, err := z.Create(n)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(strings.Repeat("cell ", 500))); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestEveryFormatIsKnownByItsBytes(t *testing.T) {
	const page = "\n <!doctype HTML><html><body>sign in</body></html>"
	book := archive(t, "xl/workbook.xml")
	png := "\x89PNG\r\n\x1a\n....IHDR....IEND\xaeB`\x82"
	for _, c := range []struct {
		what   string
		format hover.Format
		body   string
		want   error // nil, or what it is refused for
	}{
		{"a PDF", hover.FormatPDF, pdf("x"), nil},
		{"a PDF with bytes after its end", hover.FormatPDF, pdf("x") + strings.Repeat("\x00", 500), nil},
		{"a PDF without its end", hover.FormatPDF, "%PDF-1.7 x", errCut},
		{"a page for a PDF", hover.FormatPDF, page, errKind},
		{"a workbook", hover.FormatXLSX, book, nil},
		{"a workbook cut short", hover.FormatXLSX, book[:len(book)-30], errCut},
		{"an empty archive", hover.FormatXLSX, archive(t), errKind},
		{"an archive with nothing in its directory", hover.FormatXLSX, "PK\x03\x04" + archive(t), errNoEntries},
		{"a page for a workbook", hover.FormatXLSX, page, errKind},
		{"an ESX", hover.FormatESX, archive(t, "XACTDOC.ZIPXML"), nil},
		{"an ESX that is not one", hover.FormatESX, "not ready", errKind},
		{"JSON", hover.FormatJSON, ` {"roof":{"pitch":[{"area":1}]}} `, nil},
		{"a JSON list", hover.FormatJSON, `[1]`, errNotObject},
		{"a JSON text", hover.FormatJSON, `"processing"`, errNotObject},
		{"two JSON objects", hover.FormatJSON, `{}{}`, errNotObject},
		{"JSON cut short", hover.FormatJSON, `{"roof":{"pitch":[1`, errCut},
		{"JSON cut between values", hover.FormatJSON, `{"roof":{}`, errCut},
		{"much JSON", hover.FormatJSON, `{"roof":["` + strings.Repeat("x", atOnce) + `"]}`, nil},
		{"much JSON cut short", hover.FormatJSON, `{"roof":["` + strings.Repeat("x", atOnce) + `"]`, errCut},
		{"white space for JSON", hover.FormatJSON, "  ", errCut},
		{"a page for JSON", hover.FormatJSON, page, errAny},
		{"XML", hover.FormatXML, "\xef\xbb\xbf<?xml version=\"1.0\"?>\n<EAGLEVIEW_EXPORT/>\n", nil},
		{"XML in UTF-16", hover.FormatXML, "\xff\xfe<\x00a\x00/\x00>\x00", nil},
		{"XML cut short", hover.FormatXML, "<?xml version=\"1.0\"?><ROOF><FA", errCut},
		{"XHTML for XML", hover.FormatXML, `<?xml version="1.0"?><html xmlns="x"></html>`, errHTML},
		{"JSON for XML", hover.FormatXML, `{"error":"x"}`, errKind},
		{"a PNG", hover.FormatWireframe, png, nil},
		{"a PNG cut short", hover.FormatWireframe, png[:20], errCut},
		{"a JPEG", hover.FormatPhoto, "\xff\xd8\xff\xe0 pixels", nil},
		{"a page for a photo", hover.FormatPhoto, page, errKind},
		{"SketchUp", hover.FormatSKP, "\xff\xfe\xff\x0eS\x00k\x00e\x00t\x00c\x00h\x00", nil},
		{"a page for SketchUp", hover.FormatSKP, page, errHTML},
		{"a JSON reply for a drawing", hover.FormatDWG, `{"error":"processing"}`, errReply},
		{"DXF", hover.FormatDXF, "  0\nSECTION\n", nil},
		{"FML", hover.FormatFML, `{"floors":[]}`, nil},
		{"a page for FML", hover.FormatFML, page, errHTML},
	} {
		err := check(strings.NewReader(c.body), int64(len(c.body)), c.format, "application/octet-stream")
		if c.want == errAny && err != nil {
			continue
		}
		if !errors.Is(err, c.want) || c.want == nil && err != nil {
			t.Errorf("%s: %v, want %v", c.what, err, c.want)
		}
	}
	if err := check(strings.NewReader("sorry"), 5, hover.FormatSKP, "text/html; charset=utf-8"); !errors.Is(err, errHTML) {
		t.Errorf("what calls itself a page: %v", err)
	}
}

var errAny = errors.New("any error")

func FuzzCheck(f *testing.F) {
	for _, s := range []string{"", pdf("x"), archive(f, "a"), `{"a":[1]}`, "<a/>", "\x89PNG\r\n\x1a\nIEND", "\xff\xd8\xff"} {
		f.Add([]byte(s))
		f.Add([]byte(s + "\n" + pdf("x")))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		passed := 0
		for _, format := range []hover.Format{hover.FormatPDF, hover.FormatXLSX, hover.FormatJSON, hover.FormatXML, hover.FormatPhoto} {
			if check(bytes.NewReader(b), int64(len(b)), format, "") == nil {
				passed++
			}
		}
		if passed > 1 { // their first bytes exclude each other
			t.Errorf("%q passes for %d formats", b, passed)
		}
	})
}
