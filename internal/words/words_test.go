package words

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"dormer/internal/hover"
	"dormer/internal/say"
)

// speak has a test speak a language, and English again afterwards.
func speak(t *testing.T, language string) {
	t.Helper()
	if err := Use(language); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = Use(English) })
}

func TestTheLanguageIsSwitchedWhileDormerRuns(t *testing.T) {
	now := time.Date(2025, 11, 21, 12, 0, 0, 0, time.UTC)
	speak(t, English)
	if got := Ago(now.Add(-2*time.Minute), now); got != "2 min ago" {
		t.Errorf("in English it is %q", got)
	}
	speak(t, Spanish)
	if got := Ago(now.Add(-2*time.Minute), now); got != "hace 2 min" {
		t.Errorf("in Spanish it is %q", got)
	}
	if got := T("Cancel"); got != "Cancelar" {
		t.Errorf("Fyne's own word is %q", got)
	}
	speak(t, English)
	if got := T("Cancel"); got != "Cancel" {
		t.Errorf("back in English, Fyne's own word is %q", got)
	}
	if err := Use("fr"); err == nil || Language() != English {
		t.Errorf("French was taken: %v, and %q is spoken", err, Language())
	}
}

func TestTheSystemsLanguageIsSpokenWhereWeHaveIt(t *testing.T) {
	for locale, want := range map[string]string{
		"es_MX.UTF-8": Spanish, "es": Spanish, "en_US.UTF-8": English, "fr_FR.UTF-8": English, "pt_BR.UTF-8": English,
		"zh_CN.UTF-8": English, "C": English, "POSIX": English, "": English,
	} {
		t.Setenv("LC_ALL", "")
		t.Setenv("LANGUAGE", "")
		t.Setenv("LC_MESSAGES", "")
		t.Setenv("LANG", locale)
		speak(t, System)
		if Language() != want {
			t.Errorf("with %q %s is spoken, want %s", locale, Language(), want)
		}
		speak(t, Spanish)
		if got := N("times.days", 1); got != "1 día" {
			t.Errorf("with %q one day is %q", locale, got)
		}
		speak(t, English)
		if got := N("times.days", 1); got != "1 day" {
			t.Errorf("with %q one day is %q", locale, got)
		}
	}
}

func TestTextsAreReadWhileTheLanguageIsSwitched(t *testing.T) {
	speak(t, English)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 200 {
				if got := T("times.now"); got != "just now" && got != "ahora mismo" {
					t.Errorf("read %q", got)
				}
				_ = Say(say.T("do.nothing_goes_on"))
			}
		})
	}
	for i := range 10 {
		if err := Use([]string{Spanish, English}[i%2]); err != nil {
			t.Error(err)
		}
	}
	wg.Wait()
}

func TestTimesAreSaidAsPeopleSayThem(t *testing.T) {
	speak(t, English)
	zone := time.FixedZone("CST", -6*3600)
	now := time.Date(2025, 11, 21, 10, 30, 0, 0, zone)
	for _, c := range []struct{ at, want string }{
		{"2025-11-21T10:29:40-06:00", "just now"},
		{"2025-11-21T10:30:20-06:00", "just now"}, // a clock that is a little ahead
		{"2025-11-21T10:28:00-06:00", "2 min ago"},
		{"2025-11-21T09:31:00-06:00", "59 min ago"},
		{"2025-11-21T15:12:00Z", "today 9:12 AM"}, // in the reader's own zone
		{"2025-11-21T05:59:00Z", "yesterday 11:59 PM"},
		{"2025-11-20T17:40:00-06:00", "yesterday 5:40 PM"},
		{"2025-11-18T17:40:00-06:00", "Tue, Nov 18"},
		{"2024-11-18T17:40:00-06:00", "Nov 18, 2024"},
		{"2025-11-21T18:00:00-06:00", "today 6:00 PM"},
	} {
		at, err := time.Parse(time.RFC3339, c.at)
		if err != nil {
			t.Fatal(err)
		}
		if got := Ago(at, now); got != c.want {
			t.Errorf("%s is %q, want %q", c.at, got, c.want)
		}
	}
	if got := Ago(time.Time{}, now); got != "" {
		t.Errorf("no time is %q", got)
	}
	if got := Ago(time.Date(2025, 11, 20, 23, 50, 0, 0, zone), time.Date(2025, 11, 21, 0, 10, 0, 0, zone)); got != "20 min ago" {
		t.Errorf("over midnight it is %q", got)
	}
	speak(t, Spanish)
	if got := Ago(time.Date(2025, 11, 18, 1, 0, 0, 0, zone), now); got != "mar 18 nov" {
		t.Errorf("in Spanish it is %q", got)
	}
}

func TestYesterdayIsTheDayBeforeEvenWhenTheClocksChange(t *testing.T) {
	zone, err := time.LoadLocation("America/Chicago")
	if err != nil {
		t.Skip("this computer knows no time zones: " + err.Error())
	}
	speak(t, English)
	now := time.Date(2025, 11, 3, 12, 0, 0, 0, zone) // the day after the clocks went back
	if got := Ago(time.Date(2025, 11, 2, 0, 30, 0, 0, zone), now); got != "yesterday 12:30 AM" {
		t.Errorf("it is %q", got)
	}
}

func TestSpansSizesAndCountsAreShort(t *testing.T) {
	speak(t, English)
	for want, got := range map[string]string{
		"40 s":             Span(40 * time.Second),
		"4 min":            Span(4*time.Minute + 10*time.Second),
		"3 h 41 min":       Span(3*time.Hour + 41*time.Minute),
		"2 h":              Span(2 * time.Hour),
		"2 days":           Span(50 * time.Hour),
		"0 s":              Span(-time.Second),
		"about 1 h 20 min": Left(80 * time.Minute),
		"about 1 min":      Left(0),
		"1 KB":             Size(812),
		"0 KB":             Size(0),
		"482 KB":           Size(482_000),
		"1.2 MB":           Size(1_240_000),
		"1 MB":             Size(999_600),
		"1,200 TB":         Size(1_200_000_000_000_000),
		"1.2 MB/s":         Speed(1.2e6),
		"12,480":           Count(12480),
		"999":              Count(999),
		"-1,000":           Count(-1000),
		"2,418":            Figure(2417.6),
		"31.5":             Figure(31.46),
		"8":                Figure(8.04),
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestEveryStateHasAWordOfItsOwn(t *testing.T) {
	for _, language := range []string{English, Spanish} {
		speak(t, language)
		for _, s := range allJobStates() {
			if got := JobState(s); strings.Contains(got, "states.") || got == string(s) && s != hover.JobCancelled {
				t.Errorf("%s is %q in %s", s, got, language)
			}
		}
		if got := JobState("being_painted"); got != "being painted" {
			t.Errorf("a state that Hover added is %q", got)
		}
	}
	speak(t, English)
	if got := ModelState(hover.ModelFailed); got != "could not be measured" {
		t.Errorf("a failed structure is %q", got)
	}
}

// allJobStates reads the states from where they are declared.
func allJobStates() (all []hover.JobState) {
	file, err := parser.ParseFile(token.NewFileSet(), "../../internal/hover/state.go", nil, 0)
	if err != nil {
		panic(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if v, ok := n.(*ast.ValueSpec); ok && len(v.Values) == 1 {
			if typ, ok := v.Type.(*ast.Ident); ok && typ.Name == "JobState" {
				all = append(all, hover.JobState(literal(v.Values[0])))
			}
		}
		return true
	})
	return all
}

// hole matches a hole of a text.
var hole = regexp.MustCompile(`\{\{\.(\w+)\}\}`)

func holesIn(text string) []string {
	var names []string
	for _, m := range hole.FindAllStringSubmatch(text, -1) {
		if !slices.Contains(names, m[1]) {
			names = append(names, m[1])
		}
	}
	slices.Sort(names)
	return names
}

func TestBothLanguagesHaveTheSameTexts(t *testing.T) {
	english, spanish := all(t, English), all(t, Spanish)
	for key, text := range english {
		other, ok := spanish[key]
		switch {
		case !ok:
			t.Errorf("%s is missing in Spanish", key)
		case !slices.Equal(holesIn(text), holesIn(other)):
			t.Errorf("%s has the holes %v, in Spanish %v", key, holesIn(text), holesIn(other))
		case strings.TrimSpace(text) == "" || strings.TrimSpace(other) == "":
			t.Errorf("%s is empty", key)
		case strings.Contains(hole.ReplaceAllString(text+other, ""), "{{"):
			t.Errorf("%s has a hole that is not written {{.name}}", key)
		}
	}
	for key := range spanish {
		if _, ok := english[key]; !ok {
			t.Errorf("%s is missing in English", key)
		}
	}
}

// all gives the texts of a language, and finds those that stand twice.
func all(t *testing.T, language string) map[string]string {
	t.Helper()
	files, err := filepath.Glob("../../assets/translations/*." + language + ".json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no texts: %v", err)
	}
	seen := map[string]string{}
	for _, name := range files {
		area, _, _ := strings.Cut(filepath.Base(name), ".")
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, key := range keysOf(t, b) {
			if seen[key] != "" {
				t.Errorf("%s stands twice, in %s and %s", key, seen[key], filepath.Base(name))
			}
			seen[key] = filepath.Base(name)
			if area != "fyne" && !strings.HasPrefix(key, area+".") {
				t.Errorf("%s does not belong into %s", key, filepath.Base(name))
			}
		}
	}
	texts, err := texts(language)
	if err != nil {
		t.Fatal(err)
	}
	return texts
}

// keysOf reads the keys of a file one by one: a map would swallow a second one.
func keysOf(t *testing.T, b []byte) (keys []string) {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(string(b)))
	depth, isKey := 0, false
	for {
		tok, err := d.Token()
		if err != nil {
			return keys
		}
		switch tok := tok.(type) {
		case json.Delim:
			if tok == '{' {
				depth++
				isKey = true
			} else if tok == '}' {
				depth--
				isKey = true
			}
		case string:
			if depth == 1 && isKey {
				keys = append(keys, tok)
				isKey = false
			} else if depth == 1 {
				isKey = true
			}
		default:
			isKey = true
		}
	}
}

// A use is a place in the code that names a text.
type use struct {
	at, key string
	plural  bool
	holes   []string
}

func TestEveryTextThatTheCodeNamesIsThereAndNoOther(t *testing.T) {
	texts := all(t, English)
	uses, literals := usesIn(t, "../..")
	named := map[string]bool{}
	for _, u := range uses {
		forms := []string{u.key}
		if u.plural {
			forms = []string{u.key + ".one", u.key + ".other"}
		}
		for _, key := range forms {
			named[key] = true
			text, ok := texts[key]
			if !ok {
				t.Errorf("%s: there is no text %s", u.at, key)
				continue
			}
			for _, h := range holesIn(text) {
				if !slices.Contains(u.holes, h) {
					t.Errorf("%s: nothing is given for {{.%s}} of %s", u.at, h, key)
				}
			}
		}
	}
	for key := range texts {
		base := strings.TrimSuffix(strings.TrimSuffix(key, ".one"), ".other")
		if strings.Contains(key, ".") && !named[key] && !literals[base] && !ofFyne(key) {
			t.Errorf("nobody says %s", key)
		}
	}
}

func ofFyne(key string) bool {
	return strings.HasSuffix(key, "day") || strings.HasSuffix(key, "day.short") || key == "file.name" || key == "file.parent" || key == "label.description"
}

// usesIn finds every call of T and N below a directory, and all strings: a key
// that a package keeps in a table of its own is seen by those.
func usesIn(t *testing.T, dir string) (uses []use, literals map[string]bool) {
	t.Helper()
	set := token.NewFileSet()
	literals = map[string]bool{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(set, path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.STRING {
				literals[literal(l)] = true
			}
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) == 0 {
				return true
			}
			name := ""
			switch f := call.Fun.(type) {
			case *ast.Ident:
				if file.Name.Name == "words" {
					name = f.Name
				}
			case *ast.SelectorExpr:
				if x, ok := f.X.(*ast.Ident); ok && x.Name == "words" {
					name = f.Sel.Name
				}
			}
			if name != "T" && name != "N" {
				return true
			}
			at := set.Position(call.Pos()).String()
			key := literal(call.Args[0])
			if key == "" {
				if file.Name.Name != "words" {
					t.Errorf("%s: the key is no literal, so nobody can see that its text is there", at)
				}
				return true
			}
			u := use{at: at, key: key, plural: name == "N"}
			rest := call.Args[1:]
			if u.plural {
				u.holes, rest = []string{"n"}, call.Args[2:]
			}
			for i := 0; i < len(rest); i += 2 {
				u.holes = append(u.holes, literal(rest[i]))
			}
			uses = append(uses, u)
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return uses, literals
}

// literal gives the string that an expression is, "" if it is none.
func literal(e ast.Expr) string {
	l, ok := e.(*ast.BasicLit)
	if !ok || l.Kind != token.STRING {
		return ""
	}
	s, err := strconv.Unquote(l.Value)
	if err != nil {
		panic(fmt.Sprintf("%s: %v", l.Value, err))
	}
	return s
}
