package view

import (
	"context"
	"net/mail"
	"regexp"
	"strings"
	"unicode"

	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/say"
	"dormer/internal/words"
)

// CaptureField names a field of the form.
type CaptureField int

// The fields of the form, in the order in which people fill them in.
const (
	CaptureName CaptureField = iota
	CaptureEmail
	CapturePhone
	CaptureStreet
	CaptureCity
	CaptureRegion
	CapturePostalCode
	captureFields // how many there are
)

// CaptureForm is the form for a new capture request. What was typed stays until
// it was sent, whatever fails and however often the form is closed.
type CaptureForm struct {
	Fields      [captureFields]CaptureInput
	Deliverable hover.DeliverableID // empty leaves it to Hover
	LinkOnly    bool
	Recent      []AskedBefore // who was asked last, the latest first; none while somebody is named
	Known       *KnownHouse   // a job at this address; nil if none is known
	Sending     bool
	Failed      *Failure       // why it was not sent the last time
	Sent        *CaptureResult // the request that was sent last; nil once a new one is begun
}

// Failure is an error in its three parts, as a person is told of it. Why and Do
// may be empty.
type Failure struct{ What, Why, Do string }

// failureOf gives the three parts of an error, nil for none.
func failureOf(err error) *Failure {
	if err == nil {
		return nil
	}
	what, why, do := say.PartsOf(err)
	if what.IsZero() {
		return &Failure{What: words.Say(why)}
	}
	return &Failure{What: words.Say(what), Why: words.Say(why), Do: words.Say(do)}
}

// CaptureInput is one field of the form.
type CaptureInput struct {
	Text    string
	Problem string // what is wrong with it, in plain words; empty while there is nothing to say
	Fine    bool   // something is there, and it can be right
}

// AskedBefore is somebody who was asked before.
type AskedBefore struct{ Name, Email, Phone string }

// mostContacts is how many of those who were asked last are offered.
const mostContacts = 6

// recent gives those who were asked last, each once.
func (c *Captures) recent() (list []AskedBefore) {
	seen := map[string]bool{"": true}
	for _, v := range c.list {
		if who := (AskedBefore{v.Name, v.Email, v.Phone}); !seen[v.Email] && v.Name != "" && len(list) < mostContacts {
			seen[v.Email] = true
			list = append(list, who)
		}
	}
	return list
}

// Ask fills in who is asked.
func (c *Captures) Ask(who AskedBefore) {
	c.fill(map[CaptureField]string{CaptureName: who.Name, CaptureEmail: who.Email, CapturePhone: who.Phone})
}

// Again fills in a request that was sent before: Hover has no way to send it once
// more, and so it is asked anew.
func (c *Captures) Again(id hover.CaptureRequestID) {
	for _, v := range c.list {
		if v.ID != id {
			continue
		}
		street, town, _ := strings.Cut(v.Address, ", ")
		city, region, code := townOf(town)
		c.form.sent, c.form.failed = nil, nil
		c.fill(map[CaptureField]string{
			CaptureName: v.Name, CaptureEmail: v.Email, CapturePhone: v.Phone,
			CaptureStreet: street, CaptureCity: city, CaptureRegion: region, CapturePostalCode: code,
		})
	}
}

// townOf takes apart what follows the street in an American address: "Fort Wayne IN
// 46804". What is not like that is the city as a whole.
func townOf(town string) (city, region, code string) {
	m := american.FindStringSubmatch(town)
	if m == nil {
		return town, "", ""
	}
	return m[1], m[2], m[3]
}

var american = regexp.MustCompile(`^(.+?) ([A-Z]{2})(?: (\d{5}(?:-\d{4})?))?$`)

func (c *Captures) fill(in map[CaptureField]string) {
	for field, text := range in {
		c.form.text[field], c.form.typed[field] = text, text != ""
	}
	c.form.current = captureFields // nowhere
	c.lookUp()
	c.Changed()
}

// KnownHouse is a job that is known at the address in the form.
type KnownHouse struct {
	Job   hover.JobID
	Says  string // "Already measured: 1420 Sycamore Lane, Carmel IN"
	State hover.JobState
	PDF   bool // there is one to open
}

// CaptureResult is a request that was sent.
type CaptureResult struct {
	Says string // "Ann Lee was asked to capture 1420 Sycamore Lane."
	Link string // to share; empty if Hover gave none
}

// CaptureDeliverables are what can be ordered, the first of them whatever the
// account is set to (Hover's page on deliverable types).
func CaptureDeliverables() []hover.DeliverableID {
	return []hover.DeliverableID{"", "3", "2", "7", "8", "6", "5"}
}

// CaptureDeliverable says what a deliverable is, in plain words.
func CaptureDeliverable(id hover.DeliverableID) string {
	switch id {
	case "":
		return words.T("captures.deliverable.usual")
	case "2":
		return words.T("captures.deliverable.roof")
	case "3":
		return words.T("captures.deliverable.complete")
	case "5":
		return words.T("captures.deliverable.living_plus")
	case "6":
		return words.T("captures.deliverable.living")
	case "7":
		return words.T("captures.deliverable.photos")
	case "8":
		return words.T("captures.deliverable.interior")
	}
	return string(id)
}

// captureForm is the form as it is kept.
type captureForm struct {
	text        [captureFields]string
	typed       map[CaptureField]bool // something was typed there, or sending was tried
	current     CaptureField          // where it was typed last: that is not finished yet
	deliverable hover.DeliverableID
	linkOnly    bool
	known       *KnownHouse
	asks        question
	sending     bool
	failed      error
	sent        *CaptureResult
}

func (c *Captures) formState() CaptureForm {
	f := &c.form
	s := CaptureForm{
		Deliverable: f.deliverable, LinkOnly: f.linkOnly, Known: f.known, Sending: f.sending, Failed: failureOf(f.failed),
		Sent: f.sent,
	}
	if strings.TrimSpace(f.text[CaptureName]+f.text[CaptureEmail]) == "" {
		s.Recent = c.recent()
	}
	for i := range captureFields {
		in := CaptureInput{Text: f.text[i]}
		problem, typing := captureProblem(i, f.text[i])
		if f.typed[i] && !(typing && f.current == i) {
			in.Problem = problem
		}
		in.Fine = problem == "" && strings.TrimSpace(in.Text) != ""
		s.Fields[i] = in
	}
	return s
}

// captureProblem says what is wrong with a field, and whether typing on may
// mend it: then it is not told while somebody types there.
func captureProblem(f CaptureField, text string) (problem string, typing bool) {
	text = strings.TrimSpace(text)
	switch f {
	case CaptureName:
		if text == "" {
			return words.T("captures.wants.name"), true
		}
	case CaptureStreet:
		if text == "" {
			return words.T("captures.wants.street"), true
		}
	case CaptureEmail:
		switch at := strings.Count(text, "@"); {
		case text == "":
			return words.T("captures.wants.email"), true
		case strings.ContainsFunc(text, unicode.IsSpace), at > 1:
			return words.T("captures.wants.email_form"), false
		case !emailAddress(text):
			return words.T("captures.wants.email_form"), true
		}
	case CapturePhone:
		return phoneProblem(text)
	}
	return "", false
}

// emailAddress says whether it has the form of one that mail can be sent to.
func emailAddress(s string) bool {
	a, err := mail.ParseAddress(s)
	if err != nil || a.Address != s {
		return false
	}
	_, host, _ := strings.Cut(s, "@")
	dot := strings.LastIndex(host, ".")
	return dot > 0 && len(host)-dot > 2 // "example.com", not yet "example" or "example.c"
}

// A telephone number has as many digits as the world's numbering plan allows
// (E.164), and no fewer than a local one.
const minPhone, maxPhone = 7, 15

func phoneProblem(text string) (problem string, typing bool) {
	digits := 0
	for _, r := range text {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case !strings.ContainsRune(" +-.()/", r):
			return words.T("captures.wants.phone_form"), false
		}
	}
	switch {
	case text == "":
		return "", false
	case digits > maxPhone:
		return words.T("captures.wants.phone_long"), false
	case digits < minPhone:
		return words.T("captures.wants.phone_short"), true
	}
	return "", false
}

// Type takes what is in a field now.
func (c *Captures) Type(field CaptureField, text string) {
	f := &c.form
	if f.text[field] == text {
		return
	}
	f.text[field], f.typed[field], f.current = text, true, field
	f.sent = nil
	if field >= CaptureStreet {
		c.lookUp()
	}
	c.Changed()
}

// Order chooses what is ordered.
func (c *Captures) Order(id hover.DeliverableID) {
	c.form.deliverable = id
	c.Changed()
}

// LinkOnly chooses whether Hover is asked not to write to the person.
func (c *Captures) LinkOnly(only bool) {
	c.form.linkOnly = only
	c.Changed()
}

// minStreet is how much of a street is typed before it is looked up.
const minStreet = 4

// lookUp looks for a job at the address in the form. An answer that is no longer
// about what stands there is dropped.
func (c *Captures) lookUp() {
	c.form.known = nil
	a := c.address()
	if len(a.Line1) < minStreet {
		return
	}
	c.form.asks.ask(c.d, func(ctx context.Context) {
		jobs, err := c.d.Desk.MeasuredAt(ctx, a)
		c.d.Do(func() {
			if err != nil || a != c.address() || len(jobs) == 0 { // a hint only: it may be missing
				return
			}
			c.form.known = knownHouse(jobs[0])
			c.Changed()
		})
	})
}

func (c *Captures) address() hover.Address {
	get := func(f CaptureField) string { return strings.TrimSpace(c.form.text[f]) }
	return hover.Address{
		Line1: get(CaptureStreet), City: get(CaptureCity), Region: get(CaptureRegion), PostalCode: get(CapturePostalCode),
	}
}

func knownHouse(j engine.JobView) *KnownHouse {
	one, several := j.OnlyPDF()
	k := &KnownHouse{Job: j.ID, State: j.State, PDF: one != nil || several}
	house := j.Address
	if house == "" {
		house = TitleOf(j)
	}
	if j.State == hover.JobCompleted {
		k.Says = words.T("captures.known.measured", "house", house)
	} else {
		k.Says = words.T("captures.known.other", "house", house, "state", words.JobState(j.State))
	}
	return k
}

// OpenPDF opens a PDF of a job, after it was fetched if none is here yet.
func (c *Captures) OpenPDF(id hover.JobID) {
	c.d.openPDF(c.opening, pdfRef{job: id}, c.changed)
}

// Send sends the form. Nothing is sent while something in it is wrong: then
// every problem is told.
func (c *Captures) Send() {
	f := &c.form
	if f.sending {
		return
	}
	wrong := false
	for i := range captureFields {
		f.typed[i] = true
		if problem, _ := captureProblem(i, f.text[i]); problem != "" {
			wrong = true
		}
	}
	f.current = captureFields // nowhere
	if wrong {
		c.Changed()
		return
	}
	get := func(f CaptureField) string { return strings.TrimSpace(c.form.text[f]) }
	r := hover.NewCaptureRequest{
		Name: get(CaptureName), Email: get(CaptureEmail), Phone: get(CapturePhone), Address: c.address(),
		Deliverable: f.deliverable, LinkOnly: f.linkOnly,
	}
	f.sending, f.failed = true, nil
	c.Changed()
	c.d.Go(func(ctx context.Context) {
		v, err := c.d.Desk.CreateCapture(ctx, r)
		c.d.Do(func() {
			f.sending = false
			if err != nil {
				f.failed = err
				c.Changed()
				return
			}
			c.sent(v, r)
		})
	})
}

// sent empties the form, but for what is ordered next time too.
func (c *Captures) sent(v engine.CaptureView, r hover.NewCaptureRequest) {
	f := &c.form
	f.text, f.typed, f.current, f.known = [captureFields]string{}, map[CaptureField]bool{}, CaptureName, nil
	says := words.T("captures.sent", "name", r.Name, "house", r.Address.String())
	if r.LinkOnly {
		says = words.T("captures.sent_link_only", "name", r.Name, "house", r.Address.String())
	}
	f.sent = &CaptureResult{Says: says, Link: v.Link}
	c.Changed()
	c.reload()
}

// Another begins the next request after one was sent.
func (c *Captures) Another() {
	c.form.sent, c.form.failed = nil, nil
	c.Changed()
}
