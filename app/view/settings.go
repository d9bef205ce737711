package view

import (
	"cmp"
	"context"
	"maps"
	"strings"

	"dormer/internal/engine"
	"dormer/internal/headline"
	"dormer/internal/hover"
)

// The sections of the settings, as other pages name them.
const (
	SectionFolders  = "folders"
	SectionFiles    = "files"
	SectionCopies   = "copies"
	SectionAlerts   = "alerts"
	SectionQuiet    = "quiet"
	SectionStart    = "start"
	SectionLook     = "look"
	SectionTunnel   = "tunnel"
	SectionAccount  = "account"
	SectionData     = "data"
	SectionAdvanced = "advanced"
	SectionAbout    = "about"
)

// SettingsState is what the settings show.
type SettingsState struct {
	Loaded bool // false until the engine has answered for the first time
	// Values are the settings by key, as they are in force; secrets show only
	// that they are there.
	Values map[string]string
	// Fixed has the keys that a flag or the environment decides in this run.
	Fixed map[string]bool
	// Wrong has why the last value for a key was not taken; the one before
	// stays in force.
	Wrong map[string]error

	Version    string
	Updates    bool                // this build can look for newer Dormers
	Update     engine.UpdateStatus // the newer one that is known
	Fetching   Trial               // of that one
	SignedIn   bool
	Org        engine.Org
	ActingName string       // of who acts, as far as it is known
	Users      []hover.User // who can be chosen to act; empty until Hover has answered
	Leaving    bool         // it is being signed out
	Token      Trial        // of the token that is to replace the saved one
	Client     Trial        // of the id and secret that are to
	Task       SettingsTask
	DataDir    string

	paused string // until when, as it was said last
}

// On says whether a setting that is true or false is true.
func (s SettingsState) On(key string) bool { return s.Values[key] == "true" }

// SettingsTask is the last thing that was done with all the data.
type SettingsTask struct {
	What  TaskKind
	Trial Trial
	Path  string // of the file that was written
}

// TaskKind is what can be done with all the data.
type TaskKind int

// The kinds.
const (
	TaskNone TaskKind = iota
	TaskBackup
	TaskCompact
)

// Settings is the state of the settings. Its methods are called on the window's
// thread. What is chosen is saved at once.
type Settings struct {
	loader
	// Applied is called after a setting was saved here: for what takes effect in the
	// window itself.
	Applied func(key, value string)

	s       SettingsState
	pending map[string]int // settings that are being saved, by key
	people  question
	sets    series
	replace attempt
	task    attempt
	fetch   attempt
}

// NewSettings makes the state of the settings. dataDir is shown as the place of
// all data. It asks nothing before [Settings.Reload].
func NewSettings(d Deps, dataDir string) *Settings {
	s := &Settings{
		Applied: func(string, string) {}, pending: map[string]int{},
		s: SettingsState{Values: map[string]string{}, Fixed: map[string]bool{}, Wrong: map[string]error{}, DataDir: dataDir},
	}
	s.begin(d, s.Reload)
	s.ticks, s.tells = s.age, true
	s.shows = func() any { return s.s } // news come often, and most of it is nothing to the settings
	return s
}

// State gives what is to be shown.
func (s *Settings) State() SettingsState { return s.s }

// Reload asks the engine for what is set and returns at once.
func (s *Settings) Reload() {
	s.load(func(ctx context.Context) (func(), error) {
		list, err := s.d.Desk.Settings(ctx)
		st, err2 := s.d.Desk.Status(ctx)
		return func() { s.take(list, st) }, cmp.Or(err, err2)
	})
}

// age says anew what was true until now only.
func (s *Settings) age() {
	if says, _ := s.Paused(); says != s.s.paused {
		s.s.paused = says
		s.Changed()
	}
}

// take brings what is set into the state, but for what is being changed.
func (s *Settings) take(list []engine.Setting, st engine.Status) {
	values, fixed := map[string]string{}, map[string]bool{}
	for _, set := range list {
		values[set.Key] = set.Value
		if set.Fixed {
			fixed[set.Key] = true
		}
	}
	for key, n := range s.pending {
		if n > 0 {
			values[key] = s.s.Values[key]
		}
	}
	if st.Hover.SignedIn != s.s.SignedIn {
		s.s.Users = nil
	}
	s.s.Loaded, s.s.Values, s.s.Fixed, s.s.Version = true, values, fixed, st.Version
	s.s.Updates, s.s.Update = st.Updates, st.Update
	s.s.SignedIn, s.s.Org, s.s.ActingName = st.Hover.SignedIn, orgOf(st), st.Hover.ActingUserName
	s.s.paused, _ = s.Paused()
	if s.s.SignedIn && s.s.Users == nil {
		s.loadUsers()
	}
}

// loadUsers asks Hover who can act. Where it does not answer, the one who is
// chosen is all that there is to show.
func (s *Settings) loadUsers() {
	s.s.Users = []hover.User{}
	s.people.ask(s.d, func(ctx context.Context) {
		users, err := s.d.Desk.Users(ctx)
		if err != nil {
			return // the account's lamp tells of it
		}
		s.d.Do(func() {
			s.s.Users = ableUsers(users)
			s.Changed()
		})
	})
}

// Check says what is wrong with a value, before anybody saves it.
func (s *Settings) Check(key, value string) error {
	value = strings.TrimSpace(value)
	if value == "" {
		return nil // the default
	}
	return engine.CheckSetting(key, value)
}

// Type takes what stands in a field while it is being typed: what is wrong with
// it is shown at once, and saved it is by [Settings.Set].
func (s *Settings) Type(key, value string) {
	s.wrong(key, s.Check(key, value))
	s.Changed()
}

func (s *Settings) wrong(key string, err error) {
	s.s.Wrong = maps.Clone(s.s.Wrong)
	if err != nil {
		s.s.Wrong[key] = err
	} else {
		delete(s.s.Wrong, key)
	}
}

// Set saves a setting; an empty value takes a saved one back. A value that does
// not fit changes nothing, and State says what is wrong with it.
func (s *Settings) Set(key, value string) {
	value = strings.TrimSpace(value)
	err := s.Check(key, value)
	s.wrong(key, err)
	if err != nil || value == s.s.Values[key] {
		s.Changed()
		return
	}
	s.save(engine.Values{key: value})
}

// save saves values that fit, together.
func (s *Settings) save(values engine.Values) {
	s.s.Values = maps.Clone(s.s.Values)
	for key, value := range values {
		s.s.Values[key] = value
		s.pending[key]++
	}
	s.Changed()
	s.sets.add(s.d, func(ctx context.Context) func() {
		err := s.d.Desk.Set(ctx, values)
		return func() {
			for key := range values {
				s.pending[key]--
				s.wrong(key, err)
			}
			s.Changed()
			for key, value := range values {
				if err == nil {
					s.Applied(key, value)
				}
			}
			s.Reload()
		}
	})
}

// Open opens a folder or a web page.
func (s *Settings) Open(target string) {
	if strings.HasPrefix(target, "https://") {
		s.d.browse(target)
	} else {
		s.d.open(target)
	}
}

// Paused says until when alerts are held back; on is false if they are not.
func (s *Settings) Paused() (says string, on bool) {
	now := s.d.Now()
	p := headline.PauseOf(s.s.Values[engine.KeyPausedUntil], now)
	if !p.On {
		return "", false
	}
	return sentence(p.Says(now)), true
}
