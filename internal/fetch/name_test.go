package fetch

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"dormer/internal/hover"
	"dormer/internal/job"
)

// portable says what is wrong with a name on some platform; empty if nothing is.
// It is written from the platforms' rules, not from the code it judges.
func portable(name string) string {
	switch {
	case name == "":
		return "empty"
	case len(name) > maxFolder:
		return fmt.Sprintf("%d bytes long", len(name))
	case !utf8.ValidString(name):
		return "not UTF-8"
	case !norm.NFC.IsNormalString(name):
		return "not composed"
	case !filepath.IsLocal(name), filepath.Base(name) != name:
		return "more than one component"
	case strings.ContainsAny(name, `<>:"/\|?*`):
		return "a character that Windows refuses"
	case strings.HasPrefix(name, "."), strings.HasPrefix(name, " "):
		return "hidden"
	case strings.HasSuffix(name, "."), strings.HasSuffix(name, " "):
		return "an end that Windows drops"
	}
	for _, r := range name {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || unicode.Is(unicode.Cf, r) {
			return fmt.Sprintf("%U in it", r)
		}
	}
	base, _, _ := strings.Cut(strings.ToUpper(name), ".")
	base = strings.TrimRight(base, " ")
	devices := []string{"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"}
	for _, d := range "0123456789¹²³" {
		devices = append(devices, "COM"+string(d), "LPT"+string(d))
	}
	if slices.Contains(devices, base) {
		return "a device on Windows"
	}
	return ""
}

// sameOnSomeDisk says that some file system takes two names for one.
func sameOnSomeDisk(a, b string) bool {
	for _, fold := range []func(string) string{
		func(s string) string { return s },
		strings.ToLower,
		strings.ToUpper, // NTFS
		func(s string) string { return norm.NFD.String(strings.ToLower(norm.NFD.String(s))) }, // APFS, HFS+
	} {
		if fold(a) == fold(b) {
			return true
		}
	}
	return false
}

// hostile draws text as a careless person, another alphabet or an attacker
// writes it.
func hostile() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.SampledFrom([]string{
			"", " ", ".", "..", "../../x", `..\x`, "/etc/passwd", "CON", "con.pdf", "nul .txt", "COM¹", "LPT9.", "a/b",
			"House", "house", "HOUSE", "House x", "Garage.", "Straße", "STRASSE", "caf\u00e9", "cafe\u0301", "\u212bngstrom",
			"\u202egnp.exe", "\u200fx", "a\x00b", "~", "x ~0123456789ab", "photo 1", "measurements", "(1)", "a (1)",
			"Structure 1", "House 1", "🏠", strings.Repeat("é", 300), strings.Repeat("long ", 60), "\xff\xfe", "e\u200d\u0301",
		}),
		rapid.String(),
		rapid.StringOfN(rapid.SampledFrom([]rune("aAéÉ\u0301 ./\\:\u202e\u200d\x00\n~()ßſKK")), 0, 200, -1),
	)
}

func id() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.StringMatching(`[1-9][0-9]{0,8}`),
		rapid.SampledFrom([]string{"1", "2", "abc", "ABC", "a/b", "..", "", "Abc", "abc~", "é", "e\u0301", strings.Repeat("9", 128)}),
		rapid.StringMatching(`[!-~]{1,128}`),
	)
}

func TestFolderIsTheAddressAndTheID(t *testing.T) {
	home := hover.Address{Line1: "1420 Sycamore Lane", City: "Carmel", Region: "IN", PostalCode: "46033"}
	for _, c := range []struct {
		job  job.Job
		want string
	}{
		{job.Job{ID: "19402492", Name: "Sycamore", Address: home}, "1420 Sycamore Lane, Carmel IN 46033 (19402492)"},
		{job.Job{ID: "19402492", Name: "Sycamore / rear"}, "Sycamore - rear (19402492)"},
		{job.Job{ID: "19402492"}, "Job (19402492)"},
		{job.Job{ID: "77", Test: true, Address: home}, "TEST 1420 Sycamore Lane, Carmel IN 46033 (77)"},
		{job.Job{ID: "77", Test: true}, "TEST Job (77)"},
		{job.Job{ID: "1", Name: "../../x"}, "-..-x (1)"},
		{job.Job{ID: "1", Name: "CON"}, "CON_ (1)"},
		{job.Job{ID: "1", Name: "\u202etxt.exe"}, "txt.exe (1)"},
	} {
		if got := filepath.Base(Folder("dir", c.job, ByAddress)); got != c.want {
			t.Errorf("folder is %q, want %q", got, c.want)
		}
	}
}

// OneDrive's folder of a company alone may take half of what Windows' viewers open.
func TestPathsAreShortEnoughForEveryViewerOnWindows(t *testing.T) {
	long := strings.Repeat("Upper Saint Regis Falls Road ", 9)
	j := job.Job{ID: "19402492", Address: hover.Address{Line1: long}, Structures: []job.Structure{{
		ID: "88120034", Name: long, Artifacts: []hover.Artifact{{Format: hover.FormatESX, Part: long}},
	}}}
	for _, dir := range []string{
		`C:\Users\dana\Documents\Dormer`,
		`C:\Users\dana.whitfield\OneDrive - Whitfield & Sons Roofing and Siding, LLC\Documents\Dormer`,
		`C:\Users\dana.whitfield\OneDrive - Whitfield & Sons Roofing and Siding, LLC\Documents\Customers of the year 2026\Measured by Hover`,
	} {
		folder := Folder(dir, j, ByAddress)
		if !FolderOf(j, folder) || !strings.Contains(folder, "Upper Saint") {
			t.Errorf("the folder is %q", folder)
		}
		for _, a := range []hover.Artifact{{Format: hover.FormatPDF}, j.Structures[0].Artifacts[0]} {
			name := Names(j)("88120034", a)
			path := filepath.Join(folder, versionName(name, 999))
			if n := len(utf16.Encode([]rune(path))); n >= 260 {
				t.Errorf("%q is %d characters long", path, n)
			}
		}
	}
	if FolderOf(job.Job{ID: "9402492"}, Folder("x", j, ByAddress)) {
		t.Error("the folder of one job is taken for that of another")
	}
}

func TestFoldersAreNamedByWhatAPersonPrefers(t *testing.T) {
	home := hover.Address{Line1: "1420 Sycamore Lane", City: "Carmel"}
	all := job.Job{ID: "7", Name: "Whitfield", ExternalID: "CRM/88", Address: home}
	bare := job.Job{ID: "7", Address: home}
	for _, c := range []struct {
		job  job.Job
		by   Naming
		want string
	}{
		{all, ByAddress, "1420 Sycamore Lane, Carmel (7)"},
		{all, ByName, "Whitfield (7)"},
		{all, ByReference, "CRM-88 (7)"},
		{bare, ByName, "1420 Sycamore Lane, Carmel (7)"},
		{bare, ByReference, "1420 Sycamore Lane, Carmel (7)"},
		{job.Job{ID: "7", ExternalID: "88"}, ByAddress, "Job (7)"},
	} {
		if got := filepath.Base(Folder("dir", c.job, c.by)); got != c.want {
			t.Errorf("by %s the folder is %q, want %q", c.by, got, c.want)
		}
	}
}

func TestTwoJobsNeverShareAFolder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(which string) job.Job {
			return job.Job{
				ID: hover.JobID(id().Draw(t, which+" id")), Name: hostile().Draw(t, which+" name"),
				Address: hover.Address{Line1: hostile().Draw(t, which+" street")},
			}
		}
		a, b := draw("a"), draw("b")
		a.ExternalID, b.ExternalID = hostile().Draw(t, "a reference"), hostile().Draw(t, "b reference")
		by := rapid.SampledFrom([]Naming{ByAddress, ByName, ByReference, "odd"}).Draw(t, "by")
		if rapid.Bool().Draw(t, "one address") {
			b.Name, b.Address, b.ExternalID = a.Name, a.Address, a.ExternalID
		}
		fa, fb := filepath.Base(Folder("dir", a, by)), filepath.Base(Folder("dir", b, by))
		for _, f := range []string{fa, fb} {
			if wrong := portable(f); wrong != "" {
				t.Errorf("folder %q: %s", f, wrong)
			}
		}
		if a.ID != b.ID && sameOnSomeDisk(fa, fb) {
			t.Errorf("jobs %q and %q share %q and %q", a.ID, b.ID, fa, fb)
		}
	})
}

func TestFilesAreCalledAsAPersonWould(t *testing.T) {
	j := job.Job{Structures: []job.Structure{
		{ID: "1"},
		{ID: "2", Name: "Garage"},
		{ID: "3", Name: "Shed"},
		{ID: "4", Name: "shed"},
		{ID: "5"},
	}}
	name := Names(j)
	for _, c := range []struct {
		model hover.ModelID
		a     hover.Artifact
		want  string
	}{
		{"1", hover.Artifact{Format: hover.FormatPDF}, "House measurements.pdf"},
		{"1", hover.Artifact{Format: hover.FormatXLSX}, "House measurements.xlsx"},
		{"1", hover.Artifact{Format: hover.FormatJSON}, "House measurements.json"},
		{"1", hover.Artifact{Format: hover.FormatXML}, "House 3D model.xml"},
		{"1", hover.Artifact{Format: hover.FormatSKP}, "House 3D model.skp"},
		{"1", hover.Artifact{Format: hover.FormatESX}, "House Xactimate sketch.esx"},
		{"1", hover.Artifact{Format: hover.FormatFML}, "House floor plan.fml"},
		{"2", hover.Artifact{Format: hover.FormatPDF}, "Garage measurements.pdf"},
		{"3", hover.Artifact{Format: hover.FormatPDF}, "Shed 3 measurements.pdf"},
		{"4", hover.Artifact{Format: hover.FormatPDF}, "shed 4 measurements.pdf"},
		{"5", hover.Artifact{Format: hover.FormatPDF}, "Structure 5 measurements.pdf"},
	} {
		if got := name(c.model, c.a); got != c.want {
			t.Errorf("the %s of %s is %q, want %q", c.a.Key(), c.model, got, c.want)
		}
	}
}

func TestPartsOfAStructureAreNamedByTheirView(t *testing.T) {
	full := hover.Artifact{Format: hover.FormatJSON, Part: "full_json"}
	roof := hover.Artifact{Format: hover.FormatWireframe, Part: "roof-top"}
	j := job.Job{Structures: []job.Structure{{
		ID: "1", Artifacts: []hover.Artifact{full, roof}, Images: []hover.Image{{ID: "123"}},
	}}}
	name := Names(j)
	for want, a := range map[string]hover.Artifact{
		"House full_json measurements.json": full,
		"House roof-top wireframe.png":      roof,
		"House photo 123.jpg":               {Format: hover.FormatPhoto, Part: "123"},
	} {
		if got := name("1", a); got != want {
			t.Errorf("%s is %q, want %q", a.Key(), got, want)
		}
	}
}

func TestNamesThatOneDiskTakesForTheSameAreTheSame(t *testing.T) {
	for a, b := range map[string]string{
		"Shed":      "sHED",
		"\u017fhed": "shed", // a long s, which NTFS writes large as S
		"Straße":    "STRASSE",
		"caf\u00e9": "CAFE\u0301",
		"\u03a3":    "\u03c2", // sigma at a word's end
	} {
		if foldKey(a) != foldKey(b) {
			t.Errorf("%q and %q are taken for two names", a, b)
		}
	}
	if foldKey("Shed 1") == foldKey("Shed 2") {
		t.Error("two names are taken for one")
	}
}

func TestPartCannotPretendToBeAnotherFile(t *testing.T) {
	unlisted := hover.Artifact{Format: hover.FormatPhoto, Part: "z"}
	forged := hover.Artifact{Format: hover.FormatPhoto, Part: "z" + fileKey{"1", unlisted.Key()}.mark()}
	name := Names(job.Job{Structures: []job.Structure{{ID: "1", Artifacts: []hover.Artifact{forged}}}})
	if a, b := name("1", unlisted), name("1", forged); a == b {
		t.Errorf("both are %q", a)
	}
}

func TestTwoFilesOfAJobNeverShareAName(t *testing.T) {
	artifact := rapid.Custom(func(t *rapid.T) hover.Artifact {
		a := hover.Artifact{Format: rapid.SampledFrom(append(hover.Formats(), "../x", "PDF", "")).Draw(t, "format")}
		if rapid.Bool().Draw(t, "in parts") {
			a.Part = hostile().Draw(t, "part")
		}
		return a
	})
	rapid.Check(t, func(t *rapid.T) {
		structures := rapid.SliceOfNDistinct(rapid.Custom(func(t *rapid.T) job.Structure {
			s := job.Structure{
				ID: hover.ModelID(id().Draw(t, "model")), Name: hostile().Draw(t, "name"),
				Artifacts: rapid.SliceOfN(artifact, 0, 4).Draw(t, "artifacts"),
			}
			for _, i := range rapid.SliceOfN(id(), 0, 3).Draw(t, "images") {
				s.Images = append(s.Images, hover.Image{ID: hover.ImageID(i)})
			}
			return s
		}), 1, 4, func(s job.Structure) hover.ModelID { return s.ID }).Draw(t, "structures")
		name := Names(job.Job{Structures: structures})

		type file struct {
			model hover.ModelID
			key   string
		}
		given := map[file]string{}
		add := func(model hover.ModelID, a hover.Artifact) {
			n := name(model, a)
			if wrong := portable(n); wrong != "" {
				t.Fatalf("%q: %s", n, wrong)
			}
			if again := versionName(n, 1); again != n {
				t.Fatalf("%q would be saved as %q", n, again)
			}
			given[file{model, a.Key()}] = n
		}
		for _, s := range structures {
			for _, a := range s.Artifacts {
				add(s.ID, a)
			}
			for _, i := range s.Images {
				add(s.ID, hover.Artifact{Format: hover.FormatPhoto, Part: i.ID.String()})
			}
			add(s.ID, hover.Artifact{Format: hover.FormatPDF})
			add(s.ID, artifact.Draw(t, "unlisted"))
		}
		add("not in the job", artifact.Draw(t, "of another structure"))
		var all []file
		for f := range given {
			all = append(all, f)
		}
		for i, a := range all {
			for _, b := range all[:i] {
				if sameOnSomeDisk(given[a], given[b]) {
					t.Fatalf("%v and %v are both %q (%q)", a, b, given[a], given[b])
				}
			}
		}
	})
}

func TestVersionsKeepTheirExtensionHoweverLongTheName(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := hostile().Draw(t, "name")
		n := rapid.IntRange(1, maxVersions).Draw(t, "version")
		got := versionName(name+".pdf", n)
		if wrong := portable(got); wrong != "" {
			t.Errorf("%q: %s", got, wrong)
		}
		if n > 1 && !strings.HasSuffix(got, fmt.Sprintf(" (%d).pdf", n)) {
			t.Errorf("version %d is %q", n, got)
		}
		if wrong := portable(versionName(name, n)); wrong != "" { // whatever it ends in
			t.Errorf("%q: %s", versionName(name, n), wrong)
		}
	})
}

func FuzzComponent(f *testing.F) {
	for _, s := range []string{"../../x", "CON", "nul.txt", "a/b", "x. . ", "\x00", strings.Repeat("é", 300), "\u202ecod", "<\u0338", "\u1100\u200d\u1161"} {
		f.Add(s, 120)
		f.Add(s, 7)
	}
	f.Fuzz(func(t *testing.T, s string, limit int) {
		limit = min(max(limit, 0), maxFolder)
		got := component(s, limit)
		if len(got) > limit {
			t.Errorf("%q has %d bytes, more than %d", got, len(got), limit)
		}
		if wrong := portable(got); got != "" && limit > 8 && wrong != "" {
			t.Errorf("%q becomes %q: %s", s, got, wrong)
		}
		if again := component(got, limit); again != got {
			t.Errorf("%q becomes %q, and that %q", s, got, again)
		}
	})
}
