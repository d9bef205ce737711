package doctor

import (
	"archive/zip"
	"fmt"
	"io"
	"strings"
	"time"
)

// Document is one file of the diagnostics, redacted.
type Document struct {
	Name  string `json:"name"`  // "status.json"
	About string `json:"about"` // what is in it, for people
	Text  string `json:"text"`
}

// ManifestName is the file that lists the others.
const ManifestName = "manifest.txt"

// WithManifest puts a list of the documents before them.
func WithManifest(docs []Document, at time.Time) []Document {
	var b strings.Builder
	fmt.Fprintf(&b, "Dormer's diagnostics of %s.\n", at.UTC().Format(time.RFC3339))
	b.WriteString("Secrets, customers and the contents of events were taken out. This is all that is in it:\n\n")
	for _, d := range docs {
		fmt.Fprintf(&b, "%-14s %8d bytes  %s\n", d.Name, len(d.Text), d.About)
	}
	return append([]Document{{Name: ManifestName, About: "this list", Text: b.String()}}, docs...)
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
