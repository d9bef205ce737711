package page

import (
	"fyne.io/fyne/v2"

	"dormer/app/parts"
	"dormer/app/view"
	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/words"
)

// rowMenu is what can be done with a job of the list.
func (j *Jobs) rowMenu(r view.JobRow) (items []*fyne.MenuItem) {
	if r.ID == "" || r.Loading {
		return nil
	}
	add := func(text string, does func()) { items = append(items, fyne.NewMenuItem(text, does)) }
	if r.Action == view.RowOpenPDF {
		add(words.T("jobs.open_pdf"), func() { j.v.OpenPDF(r.ID) })
	}
	if r.Standing == view.StandingDone {
		add(words.T("jobs.choose"), func() { j.nav.Pick(r.ID) })
		add(words.T("jobs.show_folder"), func() { j.v.ShowFolder(r.ID) })
	}
	if r.Action == view.RowOpenPDF {
		add(words.T("job.print"), func() { j.v.Print(r.ID) })
		add(words.T("job.mail"), func() { j.v.Mail(r.ID) })
	}
	if r.Action == view.RowExplain {
		add(words.T("jobs.ask_photos"), func() { j.nav.AskForPhotos(r.ID) })
	}
	if r.Address != "" {
		add(words.T("jobs.copy_address"), func() { j.nav.Copy(r.Address) })
	}
	if r.Standing == view.StandingDone {
		add(words.T("jobs.copy_measurements"), func() { j.v.Measurements(r.ID, j.nav.Copy) })
	}
	add(words.T("jobs.open_in_hover"), func() { j.v.OpenAtHover(r.ID) })
	items = append(items, fyne.NewMenuItemSeparator())
	marks := j.v.Marks(r.ID)
	star := parts.Either(marks.Star, words.T("jobs.unstar"), words.T("jobs.star"))
	hide := parts.Either(marks.Hidden, words.T("jobs.unhide"), words.T("jobs.hide"))
	add(star, func() { j.v.Mark(r.ID, func(m *engine.Marks) { m.Star = !m.Star }) })
	add(words.T("jobs.note"), func() { j.askNote(r.ID, r.Title, marks.Note) })
	add(hide, func() { j.v.Mark(r.ID, func(m *engine.Marks) { m.Hidden = !m.Hidden }) })
	return items
}

// askNote asks what a person wants to note of a job.
func (j *Jobs) askNote(id hover.JobID, title, note string) {
	var box *parts.ModalBox
	field := parts.NewField(words.T("jobs.note_label"))
	field.SetText(note)
	field.SetHint(words.T("jobs.note_hint"))
	keep := func() {
		j.v.Mark(id, func(m *engine.Marks) { m.Note = field.Text() })
		box.Close()
	}
	field.OnSubmitted = func(string) { keep() }
	no := parts.NewButton(words.T("jobs.cancel"), parts.Plain, func() { box.Close() })
	box = parts.Modal(j.nav.Canvas(),
		parts.NewDialog(title, field, no, parts.NewButton(words.T("jobs.note_save"), parts.Primary, keep)))
	field.FocusOn(j.nav.Canvas())
}

// shows are the lists in the order in which they are offered.
var shows = []engine.Shown{engine.ShowAll, engine.ShowUnread, engine.ShowStarred, engine.ShowHidden}

func showName(s engine.Shown) string {
	switch s {
	case engine.ShowUnread:
		return words.T("jobs.show_unread")
	case engine.ShowStarred:
		return words.T("jobs.show_starred")
	case engine.ShowHidden:
		return words.T("jobs.show_hidden")
	}
	return words.T("jobs.show_list")
}

// viewMenu asks what is to be listed, and in which order.
func (j *Jobs) viewMenu() {
	j.v.AskPeople() // who could not be asked so far is there the next time
	s := j.v.State()
	var items []*fyne.MenuItem
	choice := func(text string, on bool, does func()) *fyne.MenuItem {
		item := fyne.NewMenuItem(text, does)
		item.Checked = on
		return item
	}
	items = append(items,
		choice(words.T("jobs.sort_changed"), !s.ByName, func() { j.v.Sort(false) }),
		choice(words.T("jobs.sort_name"), s.ByName, func() { j.v.Sort(true) }),
		fyne.NewMenuItemSeparator())
	for _, l := range shows {
		items = append(items, choice(showName(l), s.Show == l, func() { j.v.List(l) }))
	}
	if len(s.People) > 0 {
		items = append(items, fyne.NewMenuItemSeparator(),
			choice(words.T("jobs.by_everybody"), s.CapturedBy == "", func() { j.v.Captured("") }))
		for _, u := range s.People {
			if u.Email != "" {
				items = append(items, choice(words.T("jobs.by", "name", u.Name()), s.CapturedBy == u.Email,
					func() { j.v.Captured(u.Email) }))
			}
		}
	}
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(j.view)
	parts.Menu(j.nav.Canvas(), at.AddXY(0, j.view.Size().Height+4), items...)
}

// viewName is what stands on the button of that menu: what is not as usual.
func viewName(s view.JobsState) string {
	if s.Show != engine.ShowAll {
		return showName(s.Show)
	}
	for _, u := range s.People {
		if s.CapturedBy != "" && u.Email == s.CapturedBy {
			return u.Name()
		}
	}
	return words.T("jobs.view")
}
