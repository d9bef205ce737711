package storage

import (
	"errors"
	"fmt"
	"runtime/debug"
)

// unfolded is an event that the fold could not take.
type unfolded struct {
	seq uint64
	err error
}

func (u *unfolded) Error() string { return fmt.Sprintf("storage: fold event %d: %v", u.seq, u.err) }

func (u *unfolded) Unwrap() error { return u.err }

// fold folds one event. What fails because of the file is no fault of the event's.
func (tx *Tx) fold(e Event) (err error) {
	if tx.s.o.Fold == nil {
		return nil
	}
	defer func() {
		if p := recover(); p != nil {
			if isDamage(p) {
				err = fmt.Errorf("%w: %v", ErrDamaged, p)
				return
			}
			if tx.draft == nil {
				tx.s.o.Log.Error("a fold panicked", "seq", e.Seq, "panic", p, "stack", string(debug.Stack()))
			}
			err = &unfolded{e.Seq, fmt.Errorf("it panicked: %v", p)}
		}
	}()
	if err := tx.s.o.Fold(tx, e); err != nil {
		if errors.Is(err, ErrDamaged) {
			return err
		}
		return &unfolded{e.Seq, err}
	}
	return nil
}
