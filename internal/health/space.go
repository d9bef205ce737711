package health

import (
	"context"
	"sync"
	"time"

	"dormer/internal/say"
)

// How often it is looked whether the folders have room. On Windows a look writes a
// small file, which a folder that is kept in a cloud might send there, so it is
// rare while all is well; a download that fails because of the disk, another
// folder and the end of a sleep have it looked at at once.
const (
	roomEvery  = time.Hour
	roomAgain  = time.Minute // while there is none, so that the lamp goes out soon
	RoomFinish = time.Second // for a look that is under way at the end

	RoomPatience = 10 * time.Second // before a folder is told that does not answer
)

// Space looks whether the folders have room, and knows how they were when they were
// last looked at.
type Space struct {
	// Folder gives the one that downloads go to. Lamp looks at all of them; the zero
	// value says that there is room. Both may be asked at any time.
	Folder func() string
	Lamp   func() Lamp
	// Changed is told when the lamp is another one than before.
	Changed func(ctx context.Context, is Lamp)

	look chan struct{} // asks for a look

	mu   sync.Mutex // protects lamp
	lamp Lamp       // the zero value while there is room
}

// NewSpace makes one; Run has it look.
func NewSpace() *Space { return &Space{look: make(chan struct{}, 1)} }

// Look has the folders looked at soon.
func (r *Space) Look() {
	select {
	case r.look <- struct{}{}:
	default:
	}
}

// Get gives the lamp as it was last; the zero value while there is room.
func (r *Space) Get() Lamp {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.lamp
}

// put takes in how they are now.
func (r *Space) put(ctx context.Context, l Lamp) {
	r.mu.Lock()
	was := r.lamp
	r.lamp = l
	r.mu.Unlock()
	if !was.Equal(l) {
		r.Changed(ctx, l)
	}
}

// Run looks whether the folders have room. A folder on a network that is gone
// may hold a look for as long as the system likes, and nothing can end that: each
// is made beside, and is left behind when there is another folder, or in the end.
func (r *Space) Run(ctx context.Context) {
	var looked chan Lamp // by the look that is under way; nil if none is
	var at string        // the folder that it looks at
	again := false       // another one was asked for meanwhile
	timer := time.NewTimer(0)
	defer timer.Stop()
	look := func() {
		found := make(chan Lamp, 1)
		looked, at, again = found, r.Folder(), false
		go func() { found <- r.Lamp() }()
		timer.Reset(RoomPatience)
	}
	for {
		select {
		case <-ctx.Done():
			if looked != nil {
				select {
				case <-looked:
				case <-time.After(RoomFinish):
				}
			}
			return
		case <-r.look:
			if looked == nil || at != r.Folder() {
				look()
			} else {
				again = true
			}
		case <-timer.C:
			if looked == nil {
				look()
			} else {
				r.put(ctx, Lamp{
					Name: "disk", State: Amber, Folder: at, Says: say.T("folder.silent", "folder", at), Do: say.T("folder.silent.do"),
				})
			}
		case l := <-looked:
			looked = nil
			r.put(ctx, l)
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
