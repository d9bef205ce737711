package engine

import (
	"context"
	"sync"
	"time"

	"dormer/internal/doctor"
	"dormer/internal/netfault"
	"dormer/internal/say"
	"dormer/storage"
)

// How often it is looked whether the folders have room. On Windows a look writes a
// small file, which a folder that is kept in a cloud might send there, so it is
// rare while all is well; a download that fails because of the disk, another
// folder and the end of a sleep have it looked at at once.
const (
	roomEvery  = time.Hour
	roomAgain  = time.Minute // while there is none, so that the lamp goes out soon
	roomFinish = time.Second // for a look that is under way at the end

	roomPatience = 10 * time.Second // before a folder is told that does not answer
)

// room is how the folders were when they were last looked at.
type room struct {
	look chan struct{} // asks for a look

	mu   sync.Mutex // protects lamp
	lamp Lamp       // the zero value while there is room
}

func (r *room) init() { r.look = make(chan struct{}, 1) }

func (r *room) get() Lamp {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.lamp
}

// disk is the lamp of the folders: the one that files are saved in comes first.
func (e *Engine) disk() Lamp {
	if l := e.room.get(); l.State != "" {
		return l
	}
	return e.copies.get()
}

// set says whether the lamp is another one than before.
func (r *room) set(l Lamp) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	was := r.lamp
	r.lamp = l
	return !was.equal(l)
}

// runRoom looks whether the folders have room. A folder on a network that is gone
// may hold a look for as long as the system likes, and nothing can end that: each
// is made beside, and is left behind when there is another folder, or in the end.
func (e *Engine) runRoom(ctx context.Context) {
	var looked chan Lamp // by the look that is under way; nil if none is
	var at string        // the folder that it looks at
	again := false       // another one was asked for meanwhile
	timer := time.NewTimer(0)
	defer timer.Stop()
	look := func() {
		found := make(chan Lamp, 1)
		looked, at, again = found, e.Value(KeyDownloadDir), false
		go func() { found <- e.roomLamp() }()
		timer.Reset(roomPatience)
	}
	for {
		select {
		case <-ctx.Done():
			if looked != nil {
				select {
				case <-looked:
				case <-time.After(roomFinish):
				}
			}
			return
		case <-e.room.look:
			if looked == nil || at != e.Value(KeyDownloadDir) {
				look()
			} else {
				again = true
			}
		case <-timer.C:
			if looked == nil {
				look()
			} else if e.room.set(Lamp{
				Name: "disk", State: Amber, Folder: at, Says: say.T("folder.silent", "folder", at), Do: say.T("folder.silent.do"),
			}) {
				e.watchers.changed()
			}
		case l := <-looked:
			looked = nil
			if e.room.set(l) {
				e.watchers.changed()
				if l.State == "" {
					e.fetchWaiting(ctx)
				}
			}
			next := roomEvery
			if l.State != "" {
				next = roomAgain
			}
			timer.Reset(next)
			if again {
				look()
			}
		}
	}
}

// fetchWaiting fetches at once what waits for another try: for want of room, as
// a rule.
func (e *Engine) fetchWaiting(ctx context.Context) {
	err := e.store.Update(ctx, func(tx *storage.Tx) error { return tx.Hasten(workFile) })
	e.stored(err)
	e.changed()
}

// roomLamp looks whether the database's disk has room, and whether files can be
// saved in the download folder; the zero value if so. That the database can be
// written is known from its own writes.
func (e *Engine) roomLamp() Lamp {
	l := Lamp{Name: "disk", State: Amber}
	if free, err := e.o.Free(e.dir); err == nil && free < doctor.TooLittle {
		l.Says = say.T("lamp.disk.data_full", "size", doctor.Size(free), "dir", e.dir)
		l.Do = say.T("lamp.disk.data_full.do")
		return l
	}
	dir := e.Value(KeyDownloadDir)
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
func (e *Engine) keepingLamp() Lamp {
	l := Lamp{Name: "disk", State: Amber}
	if err := e.backedUp.get(); err != nil {
		l.Says, l.Do = say.T("lamp.disk.backup", "why", err), say.T("lamp.disk.backup.do", "folder", e.o.BackupDir)
		return l
	}
	ahead, wrong := e.clockWrong()
	if !wrong {
		return Lamp{}
	}
	off := say.T("net.clock.ahead", "span", netfault.Span(ahead))
	if ahead < 0 {
		off = say.T("net.clock.behind", "span", netfault.Span(-ahead))
	}
	l.Says, l.Do = say.Sentences(off, say.T("lamp.disk.clock")), say.T("net.clock.do")
	return l
}
