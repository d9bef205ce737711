//go:build !nogui

package tray

import (
	"strconv"
	"strings"
	"time"

	"dormer/internal/engine"
	"dormer/internal/headline"
	"dormer/internal/hover"
	"dormer/internal/words"
)

// Shown is all that the tray shows.
type Shown struct {
	State State
	Menu  []Item
}

// State is what the tray's icon tells.
type State int

// The states of the icon.
const (
	NotSetUp State = iota
	Well
	Working // jobs are being measured
	Attention
	Offline
)

// Item is an entry of the tray's menu: with Items a submenu, without a Label a
// line between entries, without anything to do grey.
type Item struct {
	Label string
	Do    Action
	Items []Item
}

// Disabled says that the entry only tells something.
func (i Item) Disabled() bool { return i.Do == Action{} && len(i.Items) == 0 }

// Action is what an entry does.
type Action struct {
	Kind  Kind
	Job   hover.JobID
	Model hover.ModelID
	Page  engine.Page // of the window
}

// Kind is a kind of action.
type Kind int

// The actions.
const (
	Nothing Kind = iota
	OpenPDF
	PauseHour
	PauseTomorrow
	PauseOpen // until somebody resumes
	Resume
	ShowWindow // at a page, or a job
	Quit
)

// How much the tray lists.
const (
	listed    = 8  // jobs of a kind
	lookedAt  = 50 // alerts: how far back a summary that nobody has read is looked for
	labelSize = 60 // characters
	newsSize  = 100
)

// show says what the tray shows, of how Dormer hears of news and what was read.
func show(w headline.Watch, trouble string, f facts, now time.Time) Shown {
	t := Shown{State: Well}
	switch {
	case w == headline.Setup:
		t.State = NotSetUp
	case w == headline.Offline:
		t.State = Offline
	case w == headline.Trouble, w == headline.Asking:
		t.State = Attention
	case w == headline.Starting, f.running > 0:
		t.State = Working
	}
	paused := headline.PauseOf(f.settings[engine.KeyPausedUntil], now)
	line := Item{}
	top := []Item{{Label: statusLine(w, trouble)}}
	switch w {
	case headline.Setup:
		top = append(top, Item{Label: words.T("tray.set_up"), Do: Action{Kind: ShowWindow, Page: engine.PageWizard}})
	case headline.Trouble:
		top = append(top, Item{Label: words.T("tray.see_health"), Do: Action{Kind: ShowWindow, Page: engine.PageHealth}})
	}
	if paused.On {
		top = append(top, Item{Label: paused.Says(now)})
	}
	if f.unread > 0 {
		top = append(top, Item{Label: words.N("tray.unread", f.unread), Do: Action{Kind: ShowWindow, Page: engine.PageInbox}})
	}
	if !f.away.Title.IsZero() {
		top = append(top, Item{
			Label: f.away.Title.Within(newsSize, words.Reader()), Do: Action{Kind: ShowWindow, Page: engine.PageInbox},
		})
	}
	if v := f.status.Update.Version; v != "" {
		top = append(top, Item{Label: words.T("tray.update", "version", v), Do: Action{Kind: ShowWindow, Page: engine.PageAbout}})
	}
	t.Menu = append(top, line)
	t.Menu = append(t.Menu, finishedItems(f.finished)...)
	t.Menu = append(t.Menu, line)
	if len(f.progress) > 0 {
		t.Menu = append(t.Menu, progressMenu(f, now))
	}
	t.Menu = append(t.Menu,
		Item{Label: words.T("tray.search"), Do: Action{Kind: ShowWindow, Page: engine.PageSearch}}, line, pauseMenu(paused), line,
		Item{Label: words.T("tray.open"), Do: Action{Kind: ShowWindow}},
		Item{Label: words.T("tray.settings"), Do: Action{Kind: ShowWindow, Page: engine.PageSettings}},
		Item{Label: words.T("tray.quit"), Do: Action{Kind: Quit}},
	)
	return t
}

// statusLine is the first line of the menu. It says no times: every change of the
// menu closes it for who is looking at it.
func statusLine(w headline.Watch, trouble string) string {
	switch w {
	case headline.Well:
		return words.T("tray.watching")
	case headline.Asking:
		return words.T("tray.asking")
	case headline.Offline:
		return words.T("tray.offline")
	case headline.Trouble:
		return short(words.T("tray.attention", "why", trouble))
	case headline.Setup:
		return words.T("tray.not_set_up")
	}
	return words.T("tray.connecting")
}

// finishedItems lists the jobs that were measured last. One PDF opens at once;
// where there are several a submenu asks which. They stand in the menu itself,
// for panels that speak D-Bus leave the submenu of a submenu empty.
func finishedItems(jobs []engine.JobView) []Item {
	if len(jobs) == 0 {
		return []Item{{Label: words.T("tray.nothing_finished")}}
	}
	var items []Item
	for _, v := range jobs {
		item := Item{Label: short(words.Say(v.Title())), Do: Action{Kind: ShowWindow, Job: v.ID}}
		switch one, several := v.OnlyPDF(); {
		case several:
			item.Items, item.Do = structureMenu(v), Action{}
		case one != nil:
			item.Do = Action{Kind: OpenPDF, Job: v.ID, Model: one.Model}
		}
		items = append(items, item)
	}
	tellApart(items)
	return append([]Item{{Label: words.T("tray.finished")}}, items...)
}

// structureMenu lists the structures of a job; one without a PDF is grey.
func structureMenu(v engine.JobView) []Item {
	var items []Item
	for _, m := range v.Models {
		item := Item{Label: short(words.Say(m.Title()))}
		pdf, _ := engine.JobView{Models: []engine.ModelView{m}}.OnlyPDF()
		switch {
		case pdf != nil:
			item.Do = Action{Kind: OpenPDF, Job: v.ID, Model: m.ID}
		case m.State == hover.ModelCompleted:
			item.Label = words.T("tray.pdf_follows", "structure", item.Label)
		default:
			item.Label = words.T("tray.structure", "structure", item.Label, "state", words.ModelState(m.State))
		}
		items = append(items, item)
	}
	tellApart(items)
	return items
}

// progressMenu lists jobs that are being measured, with their state and how long
// it will take.
func progressMenu(m facts, now time.Time) Item {
	menu := Item{Label: words.N("tray.in_progress", m.running)}
	for _, v := range m.progress {
		label := words.T("tray.job", "job", short(words.Say(v.Title())), "state", words.JobState(v.State))
		if left := coarse(v.ETA.Sub(now)); !v.ETA.IsZero() && left > 0 {
			label = words.T("tray.job_left", "job", short(words.Say(v.Title())), "state", words.JobState(v.State), "left",
				words.Left(left))
		}
		menu.Items = append(menu.Items, Item{Label: label, Do: Action{Kind: ShowWindow, Job: v.ID}})
	}
	tellApart(menu.Items)
	return menu
}

// coarse rounds the time left, so that the menu need not change every minute.
func coarse(left time.Duration) time.Duration {
	const step = 5 * time.Minute
	if left <= 0 {
		return left
	}
	return (left + step - 1).Truncate(step)
}

func pauseMenu(p headline.Pause) Item {
	if p.On {
		return Item{Label: words.T("tray.resume"), Do: Action{Kind: Resume}}
	}
	return Item{Label: words.T("tray.pause"), Items: []Item{
		{Label: words.T("tray.pause_hour"), Do: Action{Kind: PauseHour}},
		{Label: words.T("tray.pause_tomorrow"), Do: Action{Kind: PauseTomorrow}},
		{Label: words.T("tray.pause_open"), Do: Action{Kind: PauseOpen}},
	}}
}

// tellApart numbers entries that read the same: "Garage", "Garage (2)".
func tellApart(items []Item) {
	taken := map[string]bool{}
	for i := range items {
		label := items[i].Label
		for n := 2; taken[items[i].Label]; n++ {
			items[i].Label = label + " (" + strconv.Itoa(n) + ")"
		}
		taken[items[i].Label] = true
	}
}

// short makes a text fit into a menu.
func short(s string) string {
	if r := []rune(s); len(r) > labelSize {
		return strings.TrimSpace(string(r[:labelSize-1])) + "…"
	}
	return s
}
