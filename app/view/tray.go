package view

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"dormer/app/words"
	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/job"
)

// Tray is all that the tray shows.
type Tray struct {
	State TrayState
	Menu  []TrayItem
}

// TrayState is what the tray's icon tells.
type TrayState int

// The states of the icon.
const (
	TraySetup TrayState = iota
	TrayWell
	TrayWorking // jobs are being measured
	TrayAttention
	TrayOffline
)

// TrayItem is an entry of the tray's menu: with Items a submenu, without a Label
// a line between entries, without anything to do grey.
type TrayItem struct {
	Label string
	Do    TrayAction
	Items []TrayItem
}

// Disabled says that the entry only tells something.
func (i TrayItem) Disabled() bool { return i.Do == TrayAction{} && len(i.Items) == 0 }

// TrayAction is what an entry does.
type TrayAction struct {
	Kind  TrayKind
	Job   hover.JobID
	Model hover.ModelID
	Fetch bool // the PDF is not on this computer yet
}

// TrayKind is a kind of action.
type TrayKind int

// The actions. Those up to TrayResume are carried out by [Shell.Do], the others
// by the window.
const (
	TrayNothing TrayKind = iota
	TrayOpenPDF
	TrayPauseHour
	TrayPauseTomorrow
	TrayPauseOpen // until somebody resumes
	TrayResume
	TrayOpenWindow
	TrayShowJob
	TrayShowInbox
	TrayShowHealth
	TraySearch
	TraySettings
	TrayWizard
	TrayQuit
)

// menuFacts are what the tray lists.
type menuFacts struct {
	finished, progress []engine.JobView
	running            int // jobs in progress, also those that are not listed
	away               engine.AlertView
}

// How much the tray lists.
const (
	trayJobs   = 8
	trayAlerts = 50 // how far back a summary that nobody has read is looked for
	trayLabel  = 60 // characters
	trayNews   = 100
)

// readMenu asks the engine for what the tray lists.
func readMenu(ctx context.Context, desk ShellDesk) (m menuFacts, err error) {
	list := func(g engine.Group) (views []engine.JobView, all int) {
		if err != nil {
			return nil, 0
		}
		var found engine.Found
		found, err = desk.FindJobs(ctx, engine.JobSearch{Group: g, Limit: trayJobs})
		return found.Rows, found.Len
	}
	m.finished, _ = list(engine.GroupFinished)
	m.progress, m.running = list(engine.GroupInProgress)
	if err != nil {
		return m, err
	}
	alerts, err := desk.AlertPage(ctx, "", trayAlerts)
	if err != nil {
		return m, err
	}
	i := slices.IndexFunc(alerts, func(a engine.AlertView) bool { return a.Kind == job.Summary && a.ReadAt.IsZero() })
	if i >= 0 {
		m.away = alerts[i]
	}
	return m, nil
}

// trayOf says what the tray shows.
func trayOf(st ShellState, f facts, now time.Time) Tray {
	t := Tray{State: TrayWell}
	switch {
	case st.Watch == WatchSetup:
		t.State = TraySetup
	case st.Watch == WatchOffline:
		t.State = TrayOffline
	case st.Watch == WatchTrouble, st.Watch == WatchAsking:
		t.State = TrayAttention
	case st.Watch == WatchStarting, f.menu.running > 0:
		t.State = TrayWorking
	}
	paused := pauseOf(f.settings[engine.KeyPausedUntil], now)
	line := TrayItem{}
	top := []TrayItem{{Label: trayStatus(st)}}
	switch st.Watch {
	case WatchSetup:
		top = append(top, TrayItem{Label: words.T("tray.set_up"), Do: TrayAction{Kind: TrayWizard}})
	case WatchTrouble:
		top = append(top, TrayItem{Label: words.T("tray.see_health"), Do: TrayAction{Kind: TrayShowHealth}})
	}
	if paused.on {
		top = append(top, TrayItem{Label: paused.says(now)})
	}
	if f.unread > 0 {
		top = append(top, TrayItem{Label: words.N("tray.unread", f.unread), Do: TrayAction{Kind: TrayShowInbox}})
	}
	if !f.menu.away.Title.IsZero() {
		top = append(top, TrayItem{Label: f.menu.away.Title.Within(trayNews, words.Reader()), Do: TrayAction{Kind: TrayShowInbox}})
	}
	t.Menu = append(top, line)
	t.Menu = append(t.Menu, finishedItems(f.menu.finished)...)
	t.Menu = append(t.Menu, line)
	if len(f.menu.progress) > 0 {
		t.Menu = append(t.Menu, progressMenu(f.menu, now))
	}
	t.Menu = append(t.Menu,
		TrayItem{Label: words.T("tray.search"), Do: TrayAction{Kind: TraySearch}}, line, pauseMenu(paused), line,
		TrayItem{Label: words.T("tray.open"), Do: TrayAction{Kind: TrayOpenWindow}},
		TrayItem{Label: words.T("tray.settings"), Do: TrayAction{Kind: TraySettings}},
		TrayItem{Label: words.T("tray.quit"), Do: TrayAction{Kind: TrayQuit}},
	)
	return t
}

// trayStatus is the first line of the menu. It says no times: every change of the
// menu closes it for who is looking at it.
func trayStatus(st ShellState) string {
	switch st.Watch {
	case WatchWell:
		return words.T("tray.watching")
	case WatchAsking:
		return words.T("tray.asking")
	case WatchOffline:
		return words.T("tray.offline")
	case WatchTrouble:
		return short(words.T("tray.attention", "why", st.Trouble))
	case WatchSetup:
		return words.T("tray.not_set_up")
	}
	return words.T("tray.connecting")
}

// finishedItems lists the jobs that were measured last. One PDF opens at once;
// where there are several a submenu asks which. They stand in the menu itself,
// for panels that speak D-Bus leave the submenu of a submenu empty.
func finishedItems(jobs []engine.JobView) []TrayItem {
	if len(jobs) == 0 {
		return []TrayItem{{Label: words.T("tray.nothing_finished")}}
	}
	var items []TrayItem
	for _, v := range jobs {
		item := TrayItem{Label: short(TitleOf(v)), Do: TrayAction{Kind: TrayShowJob, Job: v.ID}}
		switch one, several := readyPDFs(v); {
		case several:
			item.Items, item.Do = structureMenu(v), TrayAction{}
		case one != nil:
			item.Do = TrayAction{Kind: TrayOpenPDF, Job: v.ID, Model: one.model, Fetch: one.path == ""}
		}
		items = append(items, item)
	}
	tellApart(items)
	return append([]TrayItem{{Label: words.T("tray.finished")}}, items...)
}

// structureMenu lists the structures of a job; one without a PDF is grey.
func structureMenu(v engine.JobView) []TrayItem {
	var items []TrayItem
	for _, m := range v.Models {
		item := TrayItem{Label: short(structureName(m))}
		pdf, _ := readyPDFs(engine.JobView{Models: []engine.ModelView{m}})
		switch {
		case pdf != nil:
			item.Do = TrayAction{Kind: TrayOpenPDF, Job: v.ID, Model: m.ID, Fetch: pdf.path == ""}
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
func progressMenu(m menuFacts, now time.Time) TrayItem {
	menu := TrayItem{Label: words.N("tray.in_progress", m.running)}
	for _, v := range m.progress {
		label := words.T("tray.job", "job", short(TitleOf(v)), "state", words.JobState(v.State))
		if left := coarse(v.ETA.Sub(now)); !v.ETA.IsZero() && left > 0 {
			label = words.T("tray.job_left", "job", short(TitleOf(v)), "state", words.JobState(v.State), "left", words.Left(left))
		}
		menu.Items = append(menu.Items, TrayItem{Label: label, Do: TrayAction{Kind: TrayShowJob, Job: v.ID}})
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

func pauseMenu(p pause) TrayItem {
	if p.on {
		return TrayItem{Label: words.T("tray.resume"), Do: TrayAction{Kind: TrayResume}}
	}
	return TrayItem{Label: words.T("tray.pause"), Items: []TrayItem{
		{Label: words.T("tray.pause_hour"), Do: TrayAction{Kind: TrayPauseHour}},
		{Label: words.T("tray.pause_tomorrow"), Do: TrayAction{Kind: TrayPauseTomorrow}},
		{Label: words.T("tray.pause_open"), Do: TrayAction{Kind: TrayPauseOpen}},
	}}
}

// tellApart numbers entries that read the same: "Garage", "Garage (2)".
func tellApart(items []TrayItem) {
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
	if r := []rune(s); len(r) > trayLabel {
		return strings.TrimSpace(string(r[:trayLabel-1])) + "…"
	}
	return s
}
