package fetch

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"dormer/internal/say"
	"dormer/internal/whole"
)

// Write puts content that was made here, and not fetched, into dir under the wanted
// name: whole, durable, and by the same laws as [Save]. A different file of that name
// stays, and the same content is not there twice. An error is a [*Problem].
func Write(dir, name, owner string, content []byte) (File, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return File{}, unwritable(say.T("file.no_folder"), err)
	}
	t, err := newTemp(dir, owner)
	if err != nil {
		return File{}, unwritable(say.T("file.folder_closed"), err)
	}
	defer t.discard()
	if _, err := t.Write(content); err != nil {
		return File{}, unwritable(say.T("file.disk_full"), err)
	}
	if err := t.finish(); err != nil {
		return File{}, unwritable(say.T("file.not_saved"), err)
	}
	sum := sha256.Sum256(content)
	f := File{SHA256: hex.EncodeToString(sum[:]), Size: int64(len(content))}
	if f.Path, err = place(t.path, dir, name, f.Size, f.SHA256); err != nil {
		return File{}, unwritable(say.T("file.no_name"), err)
	}
	t.discard()
	if err := errors.Join(whole.SyncDir(dir), whole.SyncDir(filepath.Dir(dir))); err != nil {
		return File{}, unwritable(say.T("file.not_saved"), err)
	}
	return f, nil
}

// maxTitle bounds what a paper's own title takes of a file's name.
const maxTitle = 40

// PaperName gives the name of a paper's file within its job's folder: "Material list
// Siding (55643).xlsx". It is valid on every platform, and no other paper of what it is
// has it. title may be empty.
func PaperName(what, title, id, ext string) string {
	// Brackets are for ids alone: no title can pretend to have one.
	title = component(strings.NewReplacer("(", "", ")", "", "~", "-").Replace(title), maxTitle)
	return fileName(join(what, title), " ("+idText(id)+")", ext)
}
