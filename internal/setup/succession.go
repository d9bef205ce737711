package setup

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"strings"
	"time"

	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/say"
	"dormer/storage"
)

// succeed keeps the closed database and its backups aside, puts a new one in its
// place, and keeps the sign-in that it begins with: in this order, so that a
// crash never leaves a sign-in beside another organisation's data. The webhook's
// path is made anew: the organisation that is left knows the old one.
func (d *Dormer) succeed(s engine.Succession) error {
	failed := func(err error) error {
		return &say.Error{What: say.T("data.not_anew"), Err: err, Do: say.T("data.not_anew.do")}
	}
	fresh := d.c.Database() + ".new"
	if err := os.Remove(fresh); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return failed(err)
	}
	if err := fill(fresh, d.installation, s); err != nil {
		return failed(errors.Join(err, os.Remove(fresh)))
	}
	of := "." + plain(s.Of.ID) + "-" + time.Now().UTC().Format("20060102T150405Z")
	if err := os.Rename(d.c.BackupDir(), unused(d.c.BackupDir()+of)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return failed(errors.Join(err, os.Remove(fresh)))
	}
	keepInstallation(d.c, installation{ID: d.installation, Machine: readInstallation(d.c).Machine}, d.log)
	aside := unused(d.c.Database() + of)
	err := keepAs(d.c.Database(), aside)
	if err == nil {
		err = os.Rename(fresh, d.c.Database())
	}
	if err != nil {
		return failed(err)
	}
	d.log.Warn("the data of another organisation is kept aside", "organisation", s.Of.ID, "file", aside)
	if err := d.records.KeepSignIn(context.Background(), s.Tokens); err != nil {
		return &say.Error{What: say.T("signin.new_not_kept"), Err: err, Do: say.T("signin.new_not_kept.do")}
	}
	return nil
}

// fill makes the new database.
func fill(path, id string, s engine.Succession) (err error) {
	store, err := storage.Open(path, storage.Options{Installation: id})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	return s.Fill(context.Background(), store)
}

// plain makes an organisation's id fit for a file's name.
func plain(id hover.OrgID) string {
	s := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return '-'
	}, string(id))
	return s[:min(len(s), 40)]
}
