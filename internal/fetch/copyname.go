package fetch

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/internal/say"
)

// CopyPattern is what copies are named by unless a person has said otherwise.
const CopyPattern = "{address}/{file}"

// copyWords are what a pattern may hold, with what each stands for.
var copyWords = map[string]func(c copied) string{
	"address":   func(c copied) string { return c.job.Address.String() },
	"street":    func(c copied) string { return c.job.Address.Line1 },
	"city":      func(c copied) string { return c.job.Address.City },
	"name":      func(c copied) string { return c.job.Name },
	"customer":  func(c copied) string { return c.job.Customer.Name },
	"reference": func(c copied) string { return c.job.ExternalID },
	"number":    func(c copied) string { return c.job.ID.String() },
	"structure": func(c copied) string { return labels(c.job.Structures)[c.model] },
	"file":      func(c copied) string { return c.file },
	"date":      func(c copied) string { return c.at.Format(time.DateOnly) },
}

// CopyWords lists what a pattern may hold in braces, as people see them.
func CopyWords() []string {
	return []string{"address", "street", "city", "name", "customer", "reference", "number", "structure", "file", "date"}
}

// copied is the file that a name is made for.
type copied struct {
	job   job.Job
	model hover.ModelID
	file  string // its name in the job's folder, without the ending
	at    time.Time
}

var (
	braced = regexp.MustCompile(`\{[^{}/\\]*\}`)
	// hollow and seam are what an empty word leaves: brackets around nothing, and two
	// separators in a row.
	hollow = regexp.MustCompile(`\(\s*\)|\[\s*\]`)
	seam   = regexp.MustCompile(`(\s*[-–_,;+]\s*)(?:[-–_,;+]\s*)+`)
)

// maxPattern is how long a pattern may be, in bytes.
const maxPattern = 200

// CheckCopyPattern says what is wrong with a pattern for the names of copies: "{address}
// {file}", with at most one / for a folder.
func CheckCopyPattern(pattern string) error {
	if len(pattern) > maxPattern {
		return say.Because("copy.pattern.long", "n", maxPattern)
	}
	words := braced.FindAllString(pattern, -1)
	for _, word := range words {
		if _, known := copyWords[strings.Trim(word, "{}")]; !known {
			return say.Because("copy.pattern.word", "word", word, "list", "{"+strings.Join(CopyWords(), "}, {")+"}")
		}
	}
	rest := braced.ReplaceAllString(pattern, "")
	switch {
	case strings.ContainsAny(rest, "{}"):
		return say.Because("copy.pattern.brace")
	case strings.Count(strings.ReplaceAll(rest, `\`, "/"), "/") > 1:
		return say.Because("copy.pattern.folders")
	case len(words) == 0:
		return say.Because("copy.pattern.none", "word", "{street}")
	}
	return nil
}

// CopyName gives the name of a copy of a file of a job that was saved at a time: at most
// one folder, and a file in it, valid on every platform. What the job lacks is left out;
// where nothing is left the name is the file's own, and the folder the job's. A test job's
// says TEST.
func CopyName(pattern string, j job.Job, model hover.ModelID, a hover.Artifact, at time.Time) string {
	own := Names(j)(model, a)
	ext := filepath.Ext(own)
	c := copied{job: j, model: model, file: strings.TrimSuffix(own, ext), at: at}
	folder, file, nested := strings.Cut(strings.ReplaceAll(pattern, `\`, "/"), "/")
	if !nested {
		folder, file = "", folder
	}
	test := ""
	if j.Test {
		test = "TEST "
	}
	name := c.fill(file, maxFile-len(ext)-len(test))
	if name == "" {
		name = c.file
	}
	name = fileName(test+name, "", ext)
	if !nested {
		return name
	}
	in := component(test+c.fill(folder, maxFolder-len(test)), maxFolder)
	if in == strings.TrimSpace(test) {
		in = filepath.Base(Folder(".", j, ByAddress))
	}
	return filepath.Join(in, name)
}

// fill puts the words into one component of a pattern.
func (c copied) fill(pattern string, limit int) string {
	s := braced.ReplaceAllStringFunc(pattern, func(word string) string {
		if value := copyWords[strings.Trim(word, "{}")]; value != nil {
			return strings.TrimSpace(strings.NewReplacer("/", "-", `\`, "-").Replace(value(c)))
		}
		return ""
	})
	s = seam.ReplaceAllString(hollow.ReplaceAllString(s, ""), "$1")
	return component(strings.Trim(s, " -–_,;+"), limit)
}

// ExampleCopyName shows what a pattern makes of a house: the error says what is wrong
// with it.
func ExampleCopyName(pattern string, now time.Time) (string, error) {
	if err := CheckCopyPattern(pattern); err != nil {
		return "", err
	}
	const house hover.ModelID = "88120034"
	j := job.Job{
		ID: "19402492", Name: "Miller reroof", ExternalID: "R-1042", Customer: hover.Customer{Name: "Dana Miller"},
		Address:    hover.Address{Line1: "1420 Sycamore Lane", City: "Carmel", Region: "IN", PostalCode: "46033"},
		Structures: []job.Structure{{ID: house, Name: "House"}},
	}
	return CopyName(pattern, j, house, hover.Artifact{Format: hover.FormatPDF}, now), nil
}

// CopyFormats says whether files of a format are copied: the key is that of an artifact.
func CopyFormats(formats []hover.Format, key string) bool {
	format, _, _ := strings.Cut(key, "/")
	return slices.Contains(formats, hover.Format(format))
}
