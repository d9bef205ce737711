package view

import (
	"context"
	"slices"
	"unicode/utf8"

	"dormer/internal/engine"
)

// lampOf gives the lamp of a name.
func lampOf(st engine.Status, name string) engine.Lamp {
	if i := slices.IndexFunc(st.Lamps, func(l engine.Lamp) bool { return l.Name == name }); i >= 0 {
		return st.Lamps[i]
	}
	return engine.Lamp{Name: name, State: engine.Amber}
}

// choose saves a setting that was chosen, and then runs done on the thread.
func (w *Wizard) choose(key, value string, done func()) {
	w.choices.add(w.d, func(ctx context.Context) func() {
		if err := w.d.Desk.Set(ctx, engine.Values{key: value}); err != nil {
			w.d.tell(ctx, err)
			return w.reload
		}
		return func() {
			done()
			w.Changed()
			w.reload()
		}
	})
}

// mend runs what mends something, and tells if it did not.
func (w *Wizard) mend(how func(ctx context.Context) error) {
	w.s.Mending = true
	w.Changed()
	w.mending.begin(w.d, func(ctx context.Context, post func(func())) {
		err := how(ctx)
		w.d.tell(ctx, err)
		post(func() {
			w.s.Mending = false
			w.Changed()
			w.reload()
		})
	})
}

// Open opens a page in the browser.
func (w *Wizard) Open(url string) { w.d.browse(url) }

// pasted says that a text became another by pasting rather than by typing.
func pasted(old, text string) bool {
	return utf8.RuneCountInString(text) >= utf8.RuneCountInString(old)+8
}

// save saves settings; nothing where the person has taken it back meanwhile.
func (w *Wizard) save(ctx context.Context, changes engine.Values) error {
	if err := ctx.Err(); err != nil || len(changes) == 0 {
		return err
	}
	return w.d.Desk.Set(ctx, changes)
}
