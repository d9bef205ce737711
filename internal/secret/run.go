package secret

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"dormer/internal/say"
)

// run reads the keyring, however long that takes, and then writes what there is
// to write.
func (v *Vault) run(ctx context.Context) {
	decided := time.AfterFunc(decideIn, func() { v.decide(ctx, decideIn) })
	defer decided.Stop()
	absent := time.AfterFunc(absentIn, func() { v.decide(ctx, absentIn) })
	defer absent.Stop()
	for failures := 0; ; failures++ {
		err := v.read(ctx)
		if err == nil {
			break
		}
		if ctx.Err() != nil {
			return
		}
		v.put(func() {
			if v.waiting != nil {
				v.waiting = err
			} else {
				v.why = v.unused(err)
			}
		})
		v.settle(err)
		v.rest(ctx, wait(err, failures))
	}
	decided.Stop()
	absent.Stop()
	for failures := 0; ctx.Err() == nil; {
		name, w, look := v.next()
		if w == nil && !look {
			select {
			case <-ctx.Done():
			case <-v.kick:
			}
			continue
		}
		if err := v.write(ctx, name, w); err != nil {
			v.rest(ctx, wait(err, failures))
			failures++
			continue
		}
		failures = 0
	}
}

// wait says how long to wait after an error. A keyring that is locked or silent is
// looked at often, which disturbs nobody; a person who would not is left alone.
func wait(err error, failures int) time.Duration {
	switch {
	case errors.Is(err, errDismissed):
		return againMost
	case errors.Is(err, ErrLocked), errors.Is(err, ErrSilent):
		return lookEvery
	case errors.Is(err, errAbsent):
		return min(lookEvery<<min(failures, 8), absentMost)
	}
	return min(againFirst<<min(failures, 8), againMost)
}

// rest waits, unless somebody wants something meanwhile.
func (v *Vault) rest(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	case <-v.kick:
	}
}

// put changes the state and tells of it.
func (v *Vault) put(change func()) {
	v.mu.Lock()
	change()
	v.mu.Unlock()
	poke(v.changes)
}

// settle ends the waiting of Open.
func (v *Vault) settle(err error) {
	if err != nil && !errors.Is(err, ErrLocked) && !errors.Is(err, ErrSilent) {
		v.decide(context.Background(), 0)
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	select {
	case <-v.settled:
	default:
		close(v.settled)
	}
}

// decide falls back to the file where that is right: the keyring is known to hold
// nothing of ours, or is not there. One that comes after all is used from then on.
func (v *Vault) decide(ctx context.Context, after time.Duration) {
	v.mu.Lock()
	defer v.mu.Unlock()
	absent := errors.Is(v.waiting, errAbsent)
	switch {
	case v.waiting == nil || ctx.Err() != nil:
		return
	case v.held && !absent: // it is waited for
		return
	case v.held && after < absentIn: // its program may come up just now
		return
	}
	err := v.waiting
	if errors.Is(err, ErrUnread) {
		err = ErrSilent
	}
	v.kind, v.waiting, v.why = File, nil, v.unused(err)
	v.fileAll()
	poke(v.changes)
}

func (v *Vault) unused(err error) say.Text {
	return say.T("secrets.no_keyring", "why", err, "file", v.file.path)
}

// fileAll writes what waited for the keyring into the file. The caller holds mu.
func (v *Vault) fileAll() {
	for _, name := range slices.Clone(v.order) {
		w := v.wishes[name]
		err := v.intoFile(name, w.value)
		if err != nil && w.keep {
			v.stuck = err
		}
		for _, c := range w.waiting {
			c <- err
		}
		v.unwish(name)
	}
}

// read reads all there is, once, and takes it into force. What is in the file is
// newer: it is moved into the keyring.
func (v *Vault) read(ctx context.Context) error {
	if err := v.unlocked(ctx); err != nil {
		return err
	}
	secrets, entries, err := readAll(ctx, v.ring, append([]string{probe}, v.o.Names...))
	if err != nil {
		return err
	}
	delete(secrets, probe)
	if len(entries) == 0 {
		if err := proven(ctx, v.ring); err != nil {
			return err
		}
	}
	v.put(func() {
		for name, value := range v.known {
			switch w := v.wishes[name]; {
			case value != secrets[name] && w == nil:
				v.wish(name, value).keep = true
			case value == secrets[name] && w != nil && w.value == value:
				v.granted(name, w)
			case value == secrets[name]:
				_ = v.file.Delete(name) // it is tried again at the next start
			}
		}
		maps.Copy(secrets, v.known)
		v.known, v.kind, v.waiting, v.why, v.asked = secrets, Keyring, nil, say.Text{}, false
	})
	if len(secrets) > 0 {
		v.holds()
	}
	v.settle(nil)
	return nil
}

// holds notes that the keyring has something of ours.
func (v *Vault) holds() {
	v.mu.Lock()
	first := !v.held
	v.held = true
	v.mu.Unlock()
	if first && v.o.Holds != nil {
		v.o.Holds()
	}
}

// unlocked gives nil once the keyring is unlocked. A person is asked once for as
// long as it is locked, and again only when somebody wants something of it.
func (v *Vault) unlocked(ctx context.Context) error {
	looking, cancel := context.WithTimeout(ctx, lookWithin)
	defer cancel()
	locked, err := v.ring.locked(looking)
	if err != nil {
		return err
	}
	if !locked {
		v.mu.Lock()
		v.asked = false
		v.mu.Unlock()
		return nil
	}
	if v.ring.any(looking) {
		v.holds()
	}
	var asked bool
	v.put(func() {
		asked, v.asked = v.asked, true
		if v.waiting != nil {
			v.waiting = ErrLocked
		} else if v.kind == Keyring {
			v.stuck = ErrLocked
		}
	})
	if asked {
		return ErrLocked
	}
	asking, stop := context.WithCancel(ctx)
	defer stop()
	said := make(chan error, 1)
	v.running.Go(func() { said <- v.ring.unlock(asking) })
	ticker := time.NewTicker(lookEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case err := <-said:
			if err != nil {
				return ErrLocked // the person is left alone from now on
			}
			return nil
		case <-ticker.C: // it may be unlocked in another way meanwhile
			looking, cancel := context.WithTimeout(ctx, lookWithin)
			locked, err := v.ring.locked(looking)
			cancel()
			if err != nil || !locked {
				return err
			}
		}
	}
}

// next gives the oldest wish; look says that somebody wants to know whether the
// keyring can be written.
func (v *Vault) next() (name string, w *wish, look bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.order) == 0 {
		return "", nil, v.stuck != nil
	}
	return v.order[0], v.wishes[v.order[0]], false
}

// write grants a wish; without one it only finds out whether it could.
func (v *Vault) write(ctx context.Context, name string, w *wish) error {
	over := false // guarded by mu
	slow := time.AfterFunc(slowAfter, func() {
		v.put(func() {
			if !over && v.stuck == nil {
				v.stuck = ErrSilent
			}
		})
	})
	defer slow.Stop()
	err := v.unlocked(ctx)
	if err == nil && w != nil {
		bounded, cancel := context.WithTimeout(ctx, setWithin)
		err = write(bounded, v.ring, name, w.value)
		cancel()
	}
	v.put(func() {
		over, v.stuck = true, err
		switch {
		case w == nil:
			return
		case v.wishes[name] != w: // a newer one has its waiters
			return
		case err == nil:
			v.known[name] = w.value
			_ = v.file.Delete(name) // what stays there is the same
			v.granted(name, w)
			return
		case w.keep, errors.Is(err, ErrLocked), errors.Is(err, ErrSilent): // it is tried for as long as somebody waits
			return
		default:
			v.unwish(name)
			v.stuck = nil // who waited is told
		}
		for _, c := range w.waiting {
			c <- err
		}
		w.waiting = nil
	})
	if err == nil && w != nil {
		v.holds()
	}
	return err
}

// granted ends a wish that is fulfilled. The caller holds mu.
func (v *Vault) granted(name string, w *wish) {
	v.unwish(name)
	for _, c := range w.waiting {
		c <- nil
	}
	w.waiting = nil
}
