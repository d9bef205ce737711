package fetch

import (
	"path/filepath"
	"strconv"
	"strings"

	"dormer/internal/hover"
	"dormer/internal/job"
)

// Naming is what the folders of jobs are named by.
type Naming string

// The namings. A job that lacks what it is to be named by gets its address, or
// else its name.
const (
	ByAddress   Naming = "address"
	ByName      Naming = "name"
	ByReference Naming = "reference" // the number that the contractor gave it
)

// Folder gives a job's folder in dir, named by what it is to be named by, and
// always by its id, so that two jobs at one address have two folders:
// "1420 Sycamore Lane, Carmel IN 46033 (19402492)".
func Folder(dir string, j job.Job, by Naming) string {
	id := folderMark(j)
	wanted := map[Naming]string{ByName: j.Name, ByReference: j.ExternalID}
	test := ""
	if j.Test { // its figures are of no house
		test = "TEST "
	}
	for _, s := range []string{wanted[by], j.Address.String(), j.Name} {
		if component(s, longestFolder(dir)-len(id)-len(test)) == "" {
			continue
		}
		if s = component(test+strings.TrimSpace(s), longestFolder(dir)-len(id)); s != "" {
			return filepath.Join(dir, s+id)
		}
	}
	return filepath.Join(dir, test+"Job"+id)
}

// FolderOf says whether a path is that of a job's folder, by whatever name of the
// job it was called.
func FolderOf(j job.Job, path string) bool {
	return strings.HasSuffix(filepath.Base(path), folderMark(j))
}

func folderMark(j job.Job) string { return " (" + idText(j.ID.String()) + ")" }

// Names gives the names of a job's files, within its folder:
// "House measurements.pdf", "Garage roof-top wireframe.png". No two files of the
// job have the same name, on any file system, whatever its structures are
// called. A file that the job does not list is named too, with a digest unless
// it is the one plain file of its format.
func Names(j job.Job) func(model hover.ModelID, a hover.Artifact) string {
	n := names{labels: labels(j.Structures), given: map[fileKey]string{}, taken: map[string]bool{}}
	// The files that everybody wants come first and get the plain names.
	for _, s := range j.Structures {
		for _, f := range hover.Formats() {
			n.give(s.ID, hover.Artifact{Format: f})
		}
	}
	for _, s := range j.Structures {
		for _, a := range s.Artifacts {
			n.give(s.ID, a)
		}
		for _, i := range s.Images {
			n.give(s.ID, hover.Artifact{Format: hover.FormatPhoto, Part: i.ID.String()})
		}
	}
	return n.name
}

type fileKey struct {
	model hover.ModelID
	key   string // of the artifact
}

// names is what the files of one job are called. It does not change once it is
// made, so it can be asked from anywhere.
type names struct {
	labels map[hover.ModelID]string
	given  map[fileKey]string
	taken  map[string]bool // by foldKey
}

func (n names) give(model hover.ModelID, a hover.Artifact) {
	k := fileKey{model, a.Key()}
	if _, done := n.given[k]; done {
		return
	}
	name := n.plain(model, a, "")
	if n.taken[foldKey(name)] {
		name = n.plain(model, a, k.mark())
	}
	n.given[k] = name
	n.taken[foldKey(name)] = true
}

func (n names) name(model hover.ModelID, a hover.Artifact) string {
	k := fileKey{model, a.Key()}
	if name, ok := n.given[k]; ok {
		return name
	}
	return n.plain(model, a, k.mark())
}

// mark is a word that no other file of the job has.
func (k fileKey) mark() string { return " ~" + digest(k.model.String()+"\x00"+k.key) }

func (n names) plain(model hover.ModelID, a hover.Artifact, mark string) string {
	label, ok := n.labels[model]
	if !ok {
		label = "Structure " + idText(model.String())
	}
	what, ext := words(a)
	return fileName(label, " "+what+mark, ext)
}

// maxPart bounds what a part's name may take of a file's name.
const maxPart = 24

// words says what an artifact is, and gives its file's extension.
func words(a hover.Artifact) (what, ext string) {
	// The tilde is for digests alone: no part can pretend to have one.
	part := component(strings.ReplaceAll(a.Part, "~", "-"), maxPart)
	ext = "." + string(a.Format)
	switch a.Format {
	case hover.FormatPDF, hover.FormatXLSX, hover.FormatJSON:
		return join(part, "measurements"), ext
	case hover.FormatXML, hover.FormatSKP, hover.FormatDWG, hover.FormatDXF:
		return join(part, "3D model"), ext
	case hover.FormatESX:
		return join(part, "Xactimate sketch"), ext
	case hover.FormatFML:
		return join(part, "floor plan"), ext
	case hover.FormatWireframe:
		return join(part, "wireframe"), ".png"
	case hover.FormatPhoto:
		return join("photo", part), ".jpg"
	}
	if !plainExt.MatchString(ext) {
		ext = ".bin"
	}
	return join(part, "file"), ext
}

func join(a, b string) string { return strings.TrimSpace(a + " " + b) }

// maxLabel bounds what a structure's name takes of a file's name.
const maxLabel = 50

// labels says what each structure is called in file names: its name, or "House"
// for the first one that has none, which is the main structure as a rule.
// Structures that share a name are told apart by their ids.
func labels(all []job.Structure) map[hover.ModelID]string {
	wanted := map[hover.ModelID]string{}
	shared := map[string]int{}
	unnamed := 0
	for _, s := range all {
		if _, again := wanted[s.ID]; again {
			continue
		}
		label := component(s.Name, maxLabel)
		if label == "" {
			label = "House"
			if unnamed++; unnamed > 1 {
				label = "Structure " + idText(s.ID.String())
			}
		}
		wanted[s.ID] = label
		shared[foldKey(label)]++
	}

	given := map[hover.ModelID]string{}
	taken := map[string]bool{}
	for _, s := range all {
		if label := wanted[s.ID]; shared[foldKey(label)] == 1 {
			given[s.ID] = label
			taken[foldKey(label)] = true
		}
	}
	for _, s := range all {
		if _, done := given[s.ID]; done {
			continue
		}
		label := wanted[s.ID] + " " + idText(s.ID.String())
		for n := 2; taken[foldKey(label)]; n++ {
			label = wanted[s.ID] + " " + idText(s.ID.String()) + " " + strconv.Itoa(n)
		}
		given[s.ID] = label
		taken[foldKey(label)] = true
	}
	return given
}
