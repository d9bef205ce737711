package view

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"dormer/internal/engine"
	"dormer/internal/words"
)

// lampCards gives the links of the chain, always in the same order. linked says
// that Dormer knows Hover's integration.
func lampCards(s engine.Status, linked bool, now time.Time) []LampCard {
	cards := []LampCard{tunnelCard(s), hoverCard(s, linked), webhookCard(s, now), card(s, "signatures"), diskCard(s)}
	cards[3].Title = words.T("health.signatures")
	if s.Work.Dead > 0 {
		cards = append(cards, LampCard{
			Name: "work", Title: words.T("health.work"), Colour: engine.Amber, Says: words.N("health.work_dead", s.Work.Dead),
			Do: words.T("health.work_do"), Mend: MendWork, Button: words.T("health.try_again"), Strong: true,
		})
	}
	return cards
}

// card gives a lamp as the engine tells it.
func card(s engine.Status, name string) LampCard {
	l := lampOf(s, name)
	c := LampCard{Name: name, Colour: l.State, Says: words.Say(l.Says), Do: words.Say(l.Do), folder: l.Folder}
	if l.State == engine.Green {
		c.Do = ""
	}
	return c
}

// with gives the card a button; strong if something is wrong.
func (c LampCard) with(m Mend, button string) LampCard {
	c.Mend, c.Button, c.Strong = m, button, c.Colour == engine.Red
	return c
}

// tokenCodes are ngrok's codes for a token that is missing or not valid
// (https://ngrok.com/docs/errors).
var tokenCodes = []string{"ERR_NGROK_105", "ERR_NGROK_106", "ERR_NGROK_107", "ERR_NGROK_4018"}

func tunnelCard(s engine.Status) LampCard {
	c := card(s, "tunnel")
	c.Title = words.T("health.tunnel")
	switch {
	case slices.Contains(tokenCodes, s.Tunnel.Code):
		return c.with(MendToken, words.T("health.enter_token"))
	case s.State == engine.StateSetup && s.Tunnel.Kind == "": // there is none yet
		return c.with(MendSetUp, words.T("health.set_up"))
	}
	if c.Colour == engine.Green {
		latency := ""
		if ms := s.Tunnel.LatencyMS; ms > 0 {
			latency = milliseconds(time.Duration(ms) * time.Millisecond)
		}
		c.Says = joined(s.Tunnel.URL, latency)
	} else if code := s.Tunnel.Code; code != "" && !strings.Contains(c.Says, code) {
		c.Says = joined(c.Says, code)
	}
	return c.with(MendReconnect, words.T("health.reconnect"))
}

func hoverCard(s engine.Status, linked bool) LampCard {
	c := card(s, "hover")
	c.Title = words.T("health.hover")
	switch {
	case !linked:
		return c.with(MendSetUp, words.T("health.set_up"))
	case !s.Hover.SignedIn || c.Colour == engine.Red:
		return c.with(MendSignIn, words.T("health.sign_in"))
	}
	if s.Hover.OrgID != "" && c.Colour == engine.Green {
		c.Says = joined(c.Says, cmp.Or(s.Hover.OrgName, words.T("health.org", "id", s.Hover.OrgID)))
	}
	return c.with(MendSignOut, words.T("health.sign_out"))
}

func webhookCard(s engine.Status, now time.Time) LampCard {
	c := card(s, "webhook")
	c.Title = words.T("health.webhook")
	switch {
	case c.Colour == engine.Green && !s.Webhook.VerifiedAt.IsZero():
		c.Says = joined(c.Says, words.T("health.verified", "when", words.Ago(s.Webhook.VerifiedAt.Time, now)))
	case c.Colour != engine.Green && s.Hover.SignedIn:
		return c.with(MendRegister, words.T("health.register"))
	}
	return c
}

func diskCard(s engine.Status) LampCard {
	c := card(s, "disk")
	c.Title = words.T("health.disk")
	switch {
	case c.Colour == engine.Red:
		return c.with(MendSpace, words.T("health.free_space"))
	case c.folder != "":
		return c.with(MendFolder, words.T("health.choose_folder"))
	}
	return c
}

// LampCard is one link of the chain with what mends it.
type LampCard struct {
	Name   string // as the engine calls it, or "work"
	Title  string
	Colour engine.Colour
	Says   string // how it is
	Do     string // what to do; empty for nothing
	Mend   Mend
	Button string // what Mend is called; empty for none
	Strong bool   // the button mends what is wrong now
	Busy   bool   // it is under way

	folder string // that no file can be saved in
}

// Mend is what a button of the page does.
type Mend int

// What mends things. Those that take a person elsewhere are the page's to do.
const (
	MendNothing   Mend = iota
	MendReconnect      // open the tunnel anew
	MendToken          // elsewhere: give another ngrok token
	MendSetUp          // elsewhere: the wizard, where it was left
	MendSignIn         // elsewhere: the wizard, at the sign-in
	MendSignOut        // ends the sign-in; asks before
	MendRegister       // register the webhook anew
	MendFolder         // elsewhere: choose another folder, then [Health.UseFolder]
	MendSpace          // show the folder, to clear up in it
	MendWork           // give what was given up another try
	MendCatchUp        // ask Hover for what was missed
	MendStranger       // begin anew with the other account; asks before
)
