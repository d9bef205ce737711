package fetch

import (
	"crypto/sha256"
	"encoding/hex"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// How long names of ours are, in bytes. File systems allow 255, but many programs
// on Windows, and OneDrive, refuse a path of 260 characters or more (MAX_PATH), and
// a folder that lies deep (a company's OneDrive) has spent half of them already:
// what it leaves is for the job's folder.
const (
	maxPath   = 259
	maxFile   = 80
	maxFolder = 90
	minFolder = 36 // the id of a job, and a few letters
)

// longestFolder is how long the name of a job's folder in dir may be.
func longestFolder(dir string) int {
	return min(max(maxPath-maxFile-2-utf8.RuneCountInString(dir), minFolder), maxFolder)
}

// component makes one path component of text from outside: valid on Windows,
// macOS and Linux alike, of at most limit bytes, in Unicode's composed form,
// without anything invisible or that changes the direction of reading. It is
// empty if nothing is left. What it gives, it gives back unchanged.
func component(s string, limit int) string {
	s = norm.NFC.String(strings.ToValidUTF8(s, ""))
	s = strings.Map(func(r rune) rune {
		switch {
		case strings.ContainsRune(`/\:|<>*?`, r):
			return '-'
		case r == '"':
			return '\''
		case unicode.IsSpace(r), unicode.Is(unicode.Zs, r):
			return ' '
		case !unicode.IsPrint(r), // controls, format and private characters
			unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector):
			return -1
		}
		return r
	}, s)
	// A character that was dropped may have kept two others from composing.
	s = norm.NFC.String(s)
	s = strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == ' ' }), " ")
	s = strings.TrimLeft(s, ". ")
	s = trimEnd(cut(s, limit))
	if reserved.MatchString(s) {
		base, ext, dot := strings.Cut(s, ".")
		s = strings.TrimRight(base, " ") + "_"
		if dot {
			s += "." + ext
		}
		s = trimEnd(cut(s, limit))
	}
	return s
}

// reserved matches the names that Windows keeps for devices, with any extension
// (Microsoft's "Naming Files, Paths, and Namespaces").
var reserved = regexp.MustCompile(`(?i)^(con|prn|aux|nul|clock\$|conin\$|conout\$|(com|lpt)[0-9¹²³]) *(\.|$)`)

// trimEnd drops what Windows would silently drop from a name's end.
func trimEnd(s string) string { return strings.TrimRight(s, ". ") }

// cut shortens s to at most limit bytes, between two characters.
func cut(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	return s[:limit]
}

// fileName makes a file's name of a stem, words that must survive whatever the
// stem's length, and an extension with its dot.
func fileName(stem, words, ext string) string {
	stem = component(stem, maxFile-len(words)-len(ext))
	return component(stem+words, maxFile-len(ext)) + ext
}

// versionName gives the n-th version of a file name: "House.pdf" (1),
// "House (2).pdf". The name is made safe first, whatever it was.
func versionName(name string, n int) string {
	ext := filepath.Ext(name)
	if !plainExt.MatchString(ext) {
		ext = ""
	}
	words := ""
	if n > 1 {
		words = " (" + strconv.Itoa(n) + ")"
	}
	stem := strings.TrimSuffix(name, ext)
	if component(stem, maxFile) == "" {
		stem = "file"
	}
	return fileName(stem, words, ext)
}

var plainExt = regexp.MustCompile(`^\.[A-Za-z0-9]{1,8}$`)

// foldKey is equal for two names that some file system takes for the same one:
// those that differ by case or by Unicode form. It is stricter than any of them.
func foldKey(name string) string {
	s := strings.Map(smallest, norm.NFKD.String(name))
	return norm.NFKD.String(strings.ReplaceAll(s, "ß", "SS"))
}

// smallest gives one character for all that differ by case alone.
func smallest(r rune) rune {
	least := r
	for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
		least = min(least, f)
	}
	return least
}

// idText makes an id fit for a name without making two ids equal. Hover's ids
// are numbers and UUIDs, which stay as they are; anything else gets a digest.
func idText(id string) string {
	if plainID.MatchString(id) {
		return id
	}
	return strings.TrimLeft(component(strings.Map(idRune, id), 20)+"~"+digest(id), "-")
}

var plainID = regexp.MustCompile(`^[0-9a-z][0-9a-z-]{0,39}$`)

// idRune keeps apart what sets ids off from the words around them.
func idRune(r rune) rune {
	if r == '(' || r == ')' || r == '~' {
		return '-'
	}
	return r
}

// digest tells apart what the names around it may not.
func digest(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:6])
}
