package gallery

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"dormer/internal/fetch"
	"dormer/internal/hoverapi"
	"dormer/internal/say"
)

// Gallery has what can be fetched of Hover again, pictures above all, on disk.
type Gallery struct {
	api     *hoverapi.Client
	owner   string // marks what is unfinished
	cache   *cache
	drawing sync.Mutex // held by whoever decodes a picture
	lacking lacks      // what Hover did not have
}

// New makes one in a folder of its own. owner marks its unfinished files.
func New(dir, owner string, api *hoverapi.Client) *Gallery {
	return &Gallery{api: api, owner: owner, cache: newCache(dir)}
}

// Sweep clears away what a kill has left unfinished, before anything is asked for.
func (g *Gallery) Sweep() error { return g.cache.sweep() }

// fetchInto fetches a file of Hover's to path, whole or not at all.
func (g *Gallery) fetchInto(ctx context.Context, r fetch.Request, path string) error {
	r.Dir, r.Name, r.Owner = filepath.Join(filepath.Dir(path), arriving), filepath.Base(path), g.owner
	r.Cached = true
	f, err := fetch.Save(ctx, g.api, r)
	if err != nil {
		return err
	}
	// What is in the data directory is nobody else's business, unlike documents.
	if err := os.Chmod(f.Path, 0o600); err != nil {
		return err
	}
	return os.Rename(f.Path, path)
}

// unfetched says for a person why a file of Hover's is not here.
func unfetched(ctx context.Context, what say.Text, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	said := hoverapi.Asking(what, err, say.T("do.try_later"))
	p, ok := errors.AsType[*fetch.Problem](err)
	if !ok {
		if _, disk := errors.AsType[*fs.PathError](err); disk {
			said.Do = say.T("do.check_data_folder")
		}
		return said
	}
	switch kind := hoverapi.KindOf(err); {
	case p.Disk:
		said.Why, said.Do = say.Of(p.Err), say.T("do.check_data_folder")
	case p.Status != 0:
		said.Why = p.Says
	case kind == hoverapi.Network || kind == hoverapi.Timeout || kind == "":
		said.Why, said.Do = say.T("hover.no_answer"), say.T("do.check_internet_try_again")
	}
	return said
}
