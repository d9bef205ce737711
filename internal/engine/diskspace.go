package engine

import (
	"context"

	"dormer/internal/doctor"
	"dormer/internal/health"
	"dormer/internal/netfault"
	"dormer/internal/records"
	"dormer/internal/say"
	"dormer/storage"
)

// spaceChanged hears of every change of the disk's lamp.
func (e *Engine) spaceChanged(ctx context.Context, is health.Lamp) {
	e.watchers.changed()
	if is.State == "" {
		e.fetchWaiting(ctx)
	}
}

// fetchWaiting fetches at once what waits for another try: for want of room, as
// a rule.
func (e *Engine) fetchWaiting(ctx context.Context) {
	err := e.store.Update(ctx, func(tx *storage.Tx) error { return tx.Hasten(workFile) })
	e.stored(err)
	e.changed()
}

// diskLamp looks whether the database's disk has room, and whether files can be
// saved in the download folder; the zero value if so. That the database can be
// written is known from its own writes.
func (e *Engine) diskLamp() health.Lamp {
	l := health.Lamp{Name: "disk", State: health.Amber}
	if free, err := e.o.Free(e.Dir()); err == nil && free < doctor.TooLittle {
		l.Says = say.T("lamp.disk.data_full", "size", doctor.Size(free), "dir", e.Dir())
		l.Do = say.T("lamp.disk.data_full.do")
		return l
	}
	dir := e.Value(records.KeyDownloadDir)
	if dir == "" {
		return e.keepingLamp()
	}
	l.Folder = dir
	if err := doctor.Writable(dir); err != nil {
		l.Says = say.T("lamp.disk.not_saved", "dir", dir, "why", err)
		l.Do = say.T("lamp.disk.not_saved.do")
		return l
	}
	if free, err := doctor.FreeFor(dir, e.o.Free); err == nil && free < doctor.TooLittle {
		l.Says = say.T("lamp.disk.folder_full", "size", doctor.Size(free), "dir", dir)
		l.Do = say.T("lamp.disk.folder_full.do")
		return l
	}
	return e.keepingLamp()
}

// keepingLamp says what keeps the backups from being made, and what is old from
// being cleared away; the zero value if nothing does.
func (e *Engine) keepingLamp() health.Lamp {
	l := health.Lamp{Name: "disk", State: health.Amber}
	if err := e.backedUp.get(); err != nil {
		l.Says, l.Do = say.T("lamp.disk.backup", "why", err), say.T("lamp.disk.backup.do", "folder", e.o.BackupDir)
		return l
	}
	ahead, wrong := e.clockWrong()
	if !wrong {
		return health.Lamp{}
	}
	off := say.T("net.clock.ahead", "span", netfault.Span(ahead))
	if ahead < 0 {
		off = say.T("net.clock.behind", "span", netfault.Span(-ahead))
	}
	l.Says, l.Do = say.Sentences(off, say.T("lamp.disk.clock")), say.T("net.clock.do")
	return l
}

// disk is the lamp of the folders: the one that files are saved in comes first.
func (e *Engine) disk() Lamp {
	if l := e.space.Get(); l.State != "" {
		return l
	}
	return e.copies.get()
}
