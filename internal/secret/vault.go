package secret

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"sync"
	"time"

	"dormer/internal/say"
)

const (
	patience   = 500 * time.Millisecond // Options.Patience
	decideIn   = 2 * time.Second        // so long a keyring that may hold nothing of ours is waited for
	absentIn   = 10 * time.Second       // so long one that is not there, and held something of ours
	lookEvery  = 2 * time.Second        // at a keyring that is locked: it is asked, not the person
	lookWithin = 5 * time.Second
	setWithin  = 20 * time.Second // so long Set waits
	slowAfter  = 2 * time.Second  // from then on a write is told to be stuck
	againFirst = 5 * time.Second  // after something that failed; doubling
	againMost  = 15 * time.Minute
	absentMost = time.Minute // between two looks for a keyring that is not there
)

// wish is a value that is to be written into the keyring; "" deletes.
type wish struct {
	value string
	// keep says that it is tried until it is written. Else it is somebody's who
	// waits, and is told how it ended.
	keep    bool
	waiting []chan error
}

// Vault is the [Store]: what is kept, in memory, and one goroutine that reads and
// writes the keyring.
type Vault struct {
	o       Options
	file    *file
	ring    ring // nil where the file was asked for
	changes chan struct{}
	kick    chan struct{} // there is something to do
	settled chan struct{} // closed once the first state is known
	end     context.CancelFunc
	running sync.WaitGroup

	mu      sync.Mutex // protects all below
	kind    string
	known   map[string]string // what is in force
	wishes  map[string]*wish
	order   []string // of wishes' names, the oldest first
	waiting error    // State.Waiting
	stuck   error    // State.Stuck
	note    say.Text // of the file
	why     say.Text // the keyring is not used
	asked   bool     // a person was asked to unlock it, and it is locked still
	held    bool     // the keyring holds secrets of ours
	closed  bool
}

// open makes a vault over a file and a keyring, and waits for it a little.
func open(o Options, f *file, note say.Text, r ring) (*Vault, error) {
	v := &Vault{
		o: o, file: f, note: note, kind: o.Want, known: map[string]string{}, wishes: map[string]*wish{}, held: o.Held,
		changes: make(chan struct{}, 1), kick: make(chan struct{}, 1), settled: make(chan struct{}),
	}
	secrets, err := f.all()
	if err != nil {
		return nil, err
	}
	maps.Copy(v.known, secrets)
	if o.Want == File {
		close(v.settled)
		return v, nil
	}
	v.ring, v.waiting = r, ErrUnread
	ctx, end := context.WithCancel(context.Background())
	v.end = end
	v.running.Go(func() { v.run(ctx) })
	if o.Patience == 0 {
		o.Patience = patience
	}
	timer := time.NewTimer(o.Patience)
	defer timer.Stop()
	select {
	case <-v.settled:
	case <-timer.C:
	}
	return v, nil
}

// Close ends the reading and the writing, and waits for both until ctx ends. What
// is not written then is lost.
func (v *Vault) Close(ctx context.Context) error {
	v.mu.Lock()
	v.closed = true
	v.mu.Unlock()
	if v.ring == nil {
		return nil
	}
	v.end()
	ended := make(chan struct{})
	go func() { // ends with the running
		v.running.Wait()
		v.ring.close()
		close(ended)
	}()
	select {
	case <-ended:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("secrets: %w", ErrSilent)
	}
}

// Get gives a secret.
func (v *Vault) Get(name string) (string, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	value, known := v.known[name]
	switch {
	case value != "":
		return value, nil
	case v.waiting != nil && !known:
		return "", fmt.Errorf("%w: %w", ErrUnread, v.waiting)
	}
	return "", ErrNotFound
}

// State tells how the store is.
func (v *Vault) State() State {
	v.mu.Lock()
	defer v.mu.Unlock()
	return State{Kind: v.kind, Waiting: v.waiting, Stuck: v.stuck, Note: say.Sentences(v.note, v.why)}
}

// Changes tells of changes of the state.
func (v *Vault) Changes() <-chan struct{} { return v.changes }

// Kind says where secrets are kept now.
func (v *Vault) Kind() string { return v.State().Kind }

// Set keeps a secret and waits until it is written.
func (v *Vault) Set(ctx context.Context, name, value string) error {
	v.mu.Lock()
	if v.kind == File && v.waiting == nil {
		defer v.mu.Unlock()
		return v.intoFile(name, value)
	}
	switch {
	case v.closed:
		v.mu.Unlock()
		return errors.New("secrets: closed")
	case v.waiting == nil && v.wishes[name] == nil && v.known[name] == value:
		v.mu.Unlock()
		return nil
	}
	ended := make(chan error, 1)
	w := v.wish(name, value)
	w.waiting = append(w.waiting, ended)
	v.asked = false // it is a person's wish: they may be asked to unlock it
	v.mu.Unlock()
	poke(v.kick)

	ctx, cancel := context.WithTimeout(ctx, setWithin)
	defer cancel()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	select {
	case err := <-ended:
		return err
	default:
	}
	v.giveUp(name, w, ended)
	switch {
	case v.stuck != nil:
		return fmt.Errorf("secrets: %w", v.stuck)
	case v.waiting != nil && !errors.Is(v.waiting, ErrUnread):
		return fmt.Errorf("secrets: %w", v.waiting)
	}
	return fmt.Errorf("secrets: %w", ErrSilent)
}

// Keep has a secret in force at once.
func (v *Vault) Keep(name, value string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if old, known := v.known[name]; v.closed || old == value && (known || v.waiting == nil) {
		return
	}
	if v.kind == File && v.waiting == nil {
		if err := v.intoFile(name, value); err != nil {
			v.stuck = err
			poke(v.changes)
		}
		v.known[name] = value // in this run at least
		return
	}
	v.known[name] = value
	v.wish(name, value).keep = true
	if v.waiting == nil { // else nobody is asked on its account
		poke(v.kick)
	}
}

// Writable waits until the keyring takes what it is given, as far as that can be
// known without writing: before something is asked for that must be kept.
func (v *Vault) Writable(ctx context.Context) error {
	v.mu.Lock()
	r, kind, waiting, stuck := v.ring, v.kind, v.waiting, v.stuck
	v.mu.Unlock()
	switch {
	case waiting != nil:
		return fmt.Errorf("secrets: %w", waiting)
	case kind == File:
		return nil
	case stuck != nil:
		return fmt.Errorf("secrets: %w", stuck)
	}
	ctx, cancel := context.WithTimeout(ctx, lookWithin)
	defer cancel()
	locked, err := r.locked(ctx)
	if err == nil && locked {
		err = ErrLocked
	}
	if err == nil {
		return nil
	}
	v.mu.Lock()
	v.stuck = err // until it can be written, which is tried from now on
	v.mu.Unlock()
	poke(v.changes)
	poke(v.kick)
	return fmt.Errorf("secrets: %w", err)
}

// intoFile writes into the file. The caller holds mu.
func (v *Vault) intoFile(name, value string) error {
	if err := v.file.Set(name, value); err != nil {
		return err
	}
	v.known[name] = value
	return nil
}

// wish notes what is to be written, in the place of an older wish, whose waiters
// hear how this one ends. The caller holds mu.
func (v *Vault) wish(name, value string) *wish {
	w := &wish{value: value}
	if old := v.wishes[name]; old != nil {
		w.waiting = old.waiting
	} else {
		v.order = append(v.order, name)
	}
	v.wishes[name] = w
	return w
}

// giveUp takes a waiter back, and a wish that nobody has any more. The caller
// holds mu.
func (v *Vault) giveUp(name string, w *wish, waiter chan error) {
	for i, c := range w.waiting {
		if c == waiter {
			w.waiting = append(w.waiting[:i:i], w.waiting[i+1:]...)
			break
		}
	}
	if len(w.waiting) == 0 && !w.keep && v.wishes[name] == w {
		v.unwish(name)
	}
}

func (v *Vault) unwish(name string) {
	delete(v.wishes, name)
	for i, n := range v.order {
		if n == name {
			v.order = append(v.order[:i:i], v.order[i+1:]...)
			break
		}
	}
}

// poke leaves a value in a channel that holds one.
func poke(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
