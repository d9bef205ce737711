// Command samplegen draws, measures and writes the files that the simulator serves:
// reports, spreadsheets, figures, drawings and photos of ten made-up houses.
// The words that differ from job to job are left blank; see blanks.go.
//
// It is run by hand, by go generate, when the samples change. It is a module of its
// own, so that the libraries that write PDF and XLSX are none of the product's.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	out := flag.String("out", "samples", "the folder to write to")
	flag.Parse()
	for _, p := range plans {
		if err := write(filepath.Join(*out, p.name), build(p)); err != nil {
			fmt.Fprintf(os.Stderr, "samplegen: %s: %v\n", p.name, err)
			os.Exit(1)
		}
	}
}

// write makes a house's folder of files.
func write(dir string, h house) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	files, err := h.wireframes()
	if err != nil {
		return err
	}
	photos, err := h.photos()
	if err != nil {
		return err
	}
	for name, b := range photos {
		files[name] = b
	}
	for name, make := range map[string]func() ([]byte, error){
		"measurements.pdf": h.pdf, "measurements.xlsx": h.xlsx, "model.xml": h.model,
		"full.json":       func() ([]byte, error) { return indented(h.full()) },
		"summarized.json": func() ([]byte, error) { return indented(h.summary()) },
	} {
		if files[name], err = make(); err != nil {
			return err
		}
	}
	for name, b := range files {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o644); err != nil {
			return err
		}
	}
	return nil
}
