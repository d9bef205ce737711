package doctor

import (
	"archive/zip"
	"fmt"
	"io"
	"strings"
	"time"

	"dormer/internal/say"
)

// Document is one file of the diagnostics, redacted.
type Document struct {
	Name  string   `json:"name"`  // "status.json"
	About say.Text `json:"about"` // what is in it, for people
	Text  string   `json:"text"`
}

// ManifestName is the file that lists the others.
const ManifestName = "manifest.txt"

// WithManifest puts a list of the documents before them, for whoever is about to send
// them.
func WithManifest(docs []Document, at time.Time, reader say.Reader) []Document {
	var b strings.Builder
	fmt.Fprintln(&b, say.T("report.title", "at", at.UTC().Format(time.RFC3339)).For(reader))
	fmt.Fprintf(&b, "%s\n\n", say.T("report.says").For(reader))
	for _, d := range docs {
		fmt.Fprintf(&b, "%-14s %8d bytes  %s\n", d.Name, len(d.Text), d.About.For(reader))
	}
	return append([]Document{{Name: ManifestName, About: say.T("report.manifest"), Text: b.String()}}, docs...)
}

// WriteZip writes the documents as a zip file.
func WriteZip(w io.Writer, docs []Document, at time.Time) error {
	z := zip.NewWriter(w)
	for _, d := range docs {
		f, err := z.CreateHeader(&zip.FileHeader{Name: d.Name, Method: zip.Deflate, Modified: at.UTC()})
		if err != nil {
			return err
		}
		if _, err := io.WriteString(f, d.Text); err != nil {
			return err
		}
	}
	return z.Close()
}
