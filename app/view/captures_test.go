package view_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"dormer/app/view"
	"dormer/app/view/viewtest"
	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/say"
)

// capturesDesk is as much of an engine as the capture requests ask.
type capturesDesk struct {
	engine.Desk

	mu      sync.Mutex // protects all below
	list    []engine.CaptureView
	broken  error         // of reading
	refuses error         // of sending and deleting
	hold    chan struct{} // what is asked of Hover, or looked up, waits for it
	created []hover.NewCaptureRequest
	deleted []hover.CaptureRequestID
	looked  []string                    // streets that were looked up
	known   map[string][]engine.JobView // by their street
	jobs    []engine.JobView
	acts    []string
}

func (d *capturesDesk) wait() {
	d.mu.Lock()
	hold := d.hold
	d.mu.Unlock()
	if hold != nil {
		<-hold
	}
}

func (d *capturesDesk) Captures(context.Context) ([]engine.CaptureView, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.list), d.broken
}

func (d *capturesDesk) CreateCapture(_ context.Context, r hover.NewCaptureRequest) (engine.CaptureView, error) {
	d.wait()
	d.mu.Lock()
	defer d.mu.Unlock()
	d.created = append(d.created, r)
	if d.refuses != nil {
		return engine.CaptureView{}, d.refuses
	}
	v := engine.CaptureView{ID: "7", State: hover.CaptureNew, Name: r.Name, Address: r.Address.String(), Link: "https://hover.to/c/XcUUtA"}
	d.list = append([]engine.CaptureView{v}, d.list...)
	return v, nil
}

func (d *capturesDesk) DeleteCapture(_ context.Context, id hover.CaptureRequestID) error {
	d.wait()
	d.mu.Lock()
	defer d.mu.Unlock()
	d.deleted = append(d.deleted, id)
	for i := range d.list {
		if d.list[i].ID == id && d.refuses == nil {
			d.list[i].State = hover.CaptureDeleted
		}
	}
	return d.refuses
}

func (d *capturesDesk) MeasuredAt(_ context.Context, a hover.Address) ([]engine.JobView, error) {
	d.mu.Lock()
	d.looked = append(d.looked, a.Line1)
	d.mu.Unlock()
	d.wait()
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.known[a.Line1], nil
}

func (d *capturesDesk) JobRows(_ context.Context, ids []hover.JobID) ([]engine.JobView, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return viewtest.Rows(d.jobs, ids), nil
}

func (d *capturesDesk) Act(_ context.Context, action string, id hover.JobID, model hover.ModelID) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.acts = append(d.acts, action+" "+string(id)+string(model))
	return d.refuses
}

func (d *capturesDesk) change(f func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	f()
}

// inCaptures runs a story with capture requests.
func inCaptures(t *testing.T, story func(t *testing.T, w *viewtest.Thread, d *capturesDesk, c *view.Captures)) {
	viewtest.Story(t, func(t *testing.T, w *viewtest.Thread) {
		d := &capturesDesk{known: map[string][]engine.JobView{}}
		story(t, w, d, view.NewCaptures(w.Deps(d)))
	})
}

// fill writes a form that can be sent.
func fill(c *view.Captures) {
	c.Type(view.CaptureName, "Ann Lee")
	c.Type(view.CaptureEmail, "ann@example.com")
	c.Type(view.CapturePhone, "(317) 555-0100")
	c.Type(view.CaptureStreet, "1420 Sycamore Lane")
	c.Type(view.CaptureCity, " Carmel ")
	c.Type(view.CaptureRegion, "IN")
}

func problems(c *view.Captures) (list []string) {
	for _, in := range c.State().Form.Fields {
		if in.Problem != "" {
			list = append(list, in.Problem)
		}
	}
	return list
}

// refused is what becomes of a request that Hover answers with 422.
func refused() error {
	return &say.Error{
		What: say.Words("The capture request could not be created"), Err: errors.New("capturing_user_email: has already been invited"), Do: say.Words("Try again."),
	}
}

func TestWhatWasTypedStaysUntilItWasSent(t *testing.T) {
	inCaptures(t, func(t *testing.T, w *viewtest.Thread, d *capturesDesk, c *view.Captures) {
		fill(c)
		c.Order("2")
		c.LinkOnly(true)
		d.change(func() { d.refuses = refused() })
		c.Send()
		if !c.State().Form.Sending {
			t.Error("nobody sees that it is being sent")
		}
		w.Settle()
		f := c.State().Form
		if f.Failed == nil || f.Failed.What == "" || f.Failed.Do == "" || !strings.Contains(f.Failed.Why, "already been invited") {
			t.Errorf("told %+v, want what happened, why, and what to do", f.Failed)
		}
		if f.Fields[view.CaptureName].Text != "Ann Lee" || f.Fields[view.CaptureStreet].Text != "1420 Sycamore Lane" || f.Sending {
			t.Errorf("something typed was lost: %+v", f)
		}
		if told := w.Told(); told != nil {
			t.Errorf("told twice: %v", told)
		}

		d.change(func() { d.refuses = nil })
		c.Send()
		w.Settle()
		f = c.State().Form
		want := hover.NewCaptureRequest{
			Name: "Ann Lee", Email: "ann@example.com", Phone: "(317) 555-0100", Deliverable: "2", LinkOnly: true,
			Address: hover.Address{Line1: "1420 Sycamore Lane", City: "Carmel", Region: "IN"},
		}
		if len(d.created) != 2 || d.created[1] != want {
			t.Errorf("sent %+v, want %+v", d.created, want)
		}
		if f.Sent == nil || f.Sent.Link != "https://hover.to/c/XcUUtA" || !strings.Contains(f.Sent.Says, "Send the link to Ann Lee") || f.Failed != nil {
			t.Errorf("afterwards: %+v", f)
		}
		if f.Fields[view.CaptureName].Text != "" || f.Deliverable != "2" {
			t.Errorf("the next request begins with %+v", f)
		}
		if rows := c.State().Rows; len(rows) != 1 || rows[0].Title != "1420 Sycamore Lane, Carmel IN" {
			t.Errorf("the list has %+v", rows)
		}
		if c.Another(); c.State().Form.Sent != nil || len(problems(c)) > 0 {
			t.Errorf("another: %+v", c.State().Form)
		}
	})
}

func (d *capturesDesk) Detail(_ context.Context, id hover.JobID) (engine.JobDetail, error) {
	if id != "12" {
		return engine.JobDetail{}, engine.ErrUnknown
	}
	return engine.JobDetail{
		JobView: engine.JobView{ID: id, Customer: "Ann Lee", State: hover.JobFailed}, CustomerEmail: "ann@example.com", CustomerPhone: "(317) 555-0100",
		Place: hover.Address{Line1: "1420 Sycamore Lane", City: "Carmel", Region: "IN", PostalCode: "46033"},
	}, nil
}

func TestNewPhotosOfAHouseAreAskedForWithTheFormFilledIn(t *testing.T) {
	inCaptures(t, func(t *testing.T, w *viewtest.Thread, d *capturesDesk, c *view.Captures) {
		c.Type(view.CaptureName, "Somebody else")
		c.FillFrom("12")
		w.Settle()
		if p := problems(c); len(p) != 0 {
			t.Errorf("the form says %q", p)
		}
		c.Send()
		w.Settle()
		want := hover.NewCaptureRequest{
			Name: "Ann Lee", Email: "ann@example.com", Phone: "(317) 555-0100",
			Address: hover.Address{Line1: "1420 Sycamore Lane", City: "Carmel", Region: "IN", PostalCode: "46033"},
		}
		if len(d.created) != 1 || d.created[0] != want {
			t.Errorf("sent was %+v", d.created)
		}
		c.FillFrom("404")
		w.Settle()
		if said := w.Told(); len(said) != 1 {
			t.Errorf("told was %q", said)
		}
	})
}

func TestARequestIsNeverSentTwice(t *testing.T) {
	inCaptures(t, func(t *testing.T, w *viewtest.Thread, d *capturesDesk, c *view.Captures) {
		fill(c)
		w.Settle() // the address was looked up
		hold := make(chan struct{})
		d.change(func() { d.hold = hold })
		c.Send()
		w.Settle()
		c.Send()
		close(hold)
		w.Settle()
		if len(d.created) != 1 {
			t.Errorf("sent %d times", len(d.created))
		}
	})
}

func TestWhatIsWrongIsToldWhenSomebodyGoesOn(t *testing.T) {
	inCaptures(t, func(t *testing.T, w *viewtest.Thread, d *capturesDesk, c *view.Captures) {
		if len(problems(c)) > 0 {
			t.Errorf("an empty form complains: %q", problems(c))
		}
		for _, typed := range []string{"a", "ann", "ann@", "ann@example", "ann@example.c"} {
			if c.Type(view.CaptureEmail, typed); len(problems(c)) > 0 || c.State().Form.Fields[view.CaptureEmail].Fine {
				t.Errorf("%q while it is typed: %q", typed, problems(c))
			}
		}
		if c.Type(view.CaptureName, "A"); len(problems(c)) != 1 {
			t.Errorf("gone on with half an address: %q", problems(c))
		}
		if c.Type(view.CaptureEmail, "ann@example.com"); len(problems(c)) != 0 || !c.State().Form.Fields[view.CaptureEmail].Fine {
			t.Errorf("mended: %q", problems(c))
		}
		for _, wrong := range []string{"ann lee@example.com", "ann@@example.com", "ann@ex@ample.com"} {
			if c.Type(view.CaptureEmail, wrong); len(problems(c)) != 1 {
				t.Errorf("%q cannot become right: %q", wrong, problems(c))
			}
		}
		if c.Type(view.CapturePhone, "call me"); len(problems(c)) != 2 {
			t.Errorf("letters in a number: %q", problems(c))
		}
		if c.Type(view.CapturePhone, "1234567890123456"); !strings.Contains(strings.Join(problems(c), " "), "15 digits") {
			t.Errorf("sixteen digits: %q", problems(c))
		}
		if c.Type(view.CapturePhone, "555"); len(problems(c)) != 1 {
			t.Errorf("a number that is being typed: %q", problems(c))
		}
		c.Type(view.CapturePhone, "")
		c.Type(view.CaptureName, " ")
		c.Send()
		w.Settle()
		if len(problems(c)) != 3 || len(d.created) != 0 {
			t.Errorf("sent %v with %q: name, e-mail and street are wanted", d.created, problems(c))
		}
	})
}

func TestAHouseThatIsKnownIsSaidBeforeItIsAskedForAgain(t *testing.T) {
	inCaptures(t, func(t *testing.T, w *viewtest.Thread, d *capturesDesk, c *view.Captures) {
		pdf := func(states ...string) (models []engine.ModelView) {
			for _, s := range states {
				models = append(models, engine.ModelView{Files: []engine.FileView{{Format: "pdf", State: s}}})
			}
			return models
		}
		d.known["1420 Sycamore Lane"] = []engine.JobView{{ID: "1", Address: "1420 Sycamore Lane, Carmel IN", State: hover.JobCompleted, Models: pdf("ready")}}
		d.known["88 Harbor View Rd"] = []engine.JobView{{ID: "2", Address: "88 Harbor View Rd", State: hover.JobWorking}}
		d.known["5 Cedar Ct"] = []engine.JobView{{ID: "3", Name: "Ramirez", State: hover.JobCompleted, Models: pdf("saved", "ready")}}

		hold := make(chan struct{})
		d.change(func() { d.hold = hold })
		for i := range "1420 Sycamore Lane" {
			c.Type(view.CaptureStreet, "1420 Sycamore Lane"[:i+1])
		}
		w.Settle()
		c.Type(view.CaptureStreet, "88 Harbor View Rd")
		close(hold)
		w.Settle()
		if got := c.State().Form.Known; got == nil || got.Job != "2" || got.PDF || !strings.Contains(got.Says, "Already known: 88 Harbor View Rd") {
			t.Errorf("an answer to what stood there before is shown: %+v", got)
		}
		if len(d.looked) != 2 {
			t.Errorf("looked up %q: one at a time, and the last", d.looked)
		}

		hold = make(chan struct{})
		d.change(func() { d.hold = hold })
		c.Type(view.CaptureStreet, "1420 Sycamore Lane")
		w.Settle()
		c.Type(view.CaptureStreet, "1420 Sycamore Lane North")
		close(hold)
		w.Settle()
		if got := c.State().Form.Known; got != nil {
			t.Errorf("another house is known, but this is not: %+v", got)
		}
		d.change(func() { d.hold = nil })

		c.Type(view.CaptureStreet, " 1420 Sycamore Lane")
		w.Settle()
		if got := c.State().Form.Known; got == nil || !strings.HasPrefix(got.Says, "Already measured: 1420") || !got.PDF {
			t.Errorf("measured: %+v", got)
		}
		c.OpenPDF("1")
		w.Settle()
		if !slices.Equal(d.acts, []string{"open-pdf 1"}) {
			t.Errorf("did %q", d.acts)
		}
		if c.Type(view.CaptureStreet, "5 Cedar Ct"); c.State().Form.Known != nil {
			t.Error("what was known of another house stands there until the answer comes")
		}
		w.Settle()
		if got := c.State().Form.Known; got == nil || !got.PDF {
			t.Errorf("two PDFs: %+v", got)
		}
		if c.Type(view.CaptureStreet, "5 C"); c.State().Form.Known != nil {
			t.Error("too little to say anything")
		}
	})
}

func TestCaptureRequestsAreListedInPlainWords(t *testing.T) {
	inCaptures(t, func(t *testing.T, w *viewtest.Thread, d *capturesDesk, c *view.Captures) {
		at := engine.At(time.Now().Add(-2 * time.Minute))
		d.list = []engine.CaptureView{
			{ID: "1", State: hover.CaptureNew, Name: "Ann Lee", Address: "1420 Sycamore Lane", Link: "https://hover.to/c/a", JobID: "11", CreatedAt: at},
			{ID: "2", State: hover.CaptureConnected, Name: "Luis", Address: "5 Cedar Ct", Link: "https://hover.to/c/b"},
			{ID: "3", State: hover.CaptureComplete, Name: "Chidi", Address: "77 Pine Ave", Link: "https://hover.to/c/c", JobID: "12"},
			{ID: "4", State: hover.CaptureDeleted, Name: "Maya", Address: "9 Quarry Hill", Link: "https://hover.to/c/d"},
			{ID: "5", State: "on_hold", Email: "who@example.com"},
			{ID: "6"},
		}
		d.jobs = []engine.JobView{{ID: "12"}}
		c.Reload()
		w.Settle()
		want := []view.CaptureRow{
			{ID: "1", State: "new", Title: "1420 Sycamore Lane", Says: "Ann Lee · invitation sent · 2 min ago", Link: "https://hover.to/c/a", Deletable: true},
			{ID: "2", State: "connected", Title: "5 Cedar Ct", Says: "Luis · opened the app", Link: "https://hover.to/c/b", Deletable: true},
			{ID: "3", State: "complete", Title: "77 Pine Ave", Says: "Chidi · captured", Job: "12"},
			{ID: "4", State: "deleted", Title: "9 Quarry Hill", Says: "Maya · deleted"},
			{ID: "5", State: "on_hold", Title: "who@example.com", Says: "on hold", Deletable: true},
			{ID: "6", Title: "Request 6", Deletable: true},
		}
		if got := c.State().Rows; !slices.Equal(got, want) {
			t.Errorf("got\n%+v, want\n%+v", got, want)
		}

		d.change(func() { d.broken = errors.New("the disk is gone") })
		c.Reload()
		w.Settle()
		if s := c.State(); s.Problem == nil || len(s.Rows) != 6 {
			t.Errorf("what was read before is gone: %+v", s)
		}
		if told := w.Told(); told != nil {
			t.Errorf("the page says it, and so does the window: %v", told)
		}
	})
}

func TestARequestIsTakenBackOnce(t *testing.T) {
	inCaptures(t, func(t *testing.T, w *viewtest.Thread, d *capturesDesk, c *view.Captures) {
		d.list = []engine.CaptureView{{ID: "1", State: hover.CaptureNew, Name: "Ann Lee"}}
		d.refuses = errors.New("Hover has trouble")
		c.Reload()
		w.Settle()
		c.Delete("1")
		c.Delete("1")
		if r := c.State().Rows[0]; !r.Deleting || !strings.Contains(r.Says, "being deleted") {
			t.Errorf("meanwhile: %+v", r)
		}
		w.Settle()
		if r := c.State().Rows[0]; r.Deleting || r.State != hover.CaptureNew || len(w.Told()) != 1 || len(d.deleted) != 1 {
			t.Errorf("refused: %+v, asked %v", r, d.deleted)
		}
		d.change(func() { d.refuses = nil })
		c.Delete("1")
		w.Settle()
		if r := c.State().Rows[0]; r.State != hover.CaptureDeleted || r.Deletable {
			t.Errorf("afterwards: %+v", r)
		}
	})
}

func TestEveryDeliverableHasAName(t *testing.T) {
	seen := map[string]bool{}
	for _, id := range view.CaptureDeliverables() {
		name := view.CaptureDeliverable(id)
		if name == "" || seen[name] || name == string(id) {
			t.Errorf("%q is called %q", id, name)
		}
		seen[name] = true
	}
	if view.CaptureDeliverable("99") != "99" {
		t.Error("what Hover adds later has no name")
	}
}

func TestWhoWasAskedBeforeIsOfferedAndARequestIsAskedAgain(t *testing.T) {
	inCaptures(t, func(t *testing.T, w *viewtest.Thread, d *capturesDesk, c *view.Captures) {
		d.list = []engine.CaptureView{
			{ID: "3", State: hover.CaptureDeleted, Name: "Ann Lee", Email: "ann@example.com", Phone: "937 555 0134", Address: "1 Elm Street, Fort Wayne IN 46804"},
			{ID: "2", State: hover.CaptureNew, Name: "Bo Diaz", Email: "bo@example.com", Address: "Rancho Viejo"},
			{ID: "1", State: hover.CaptureNew, Name: "Ann L.", Email: "ann@example.com"},
		}
		c.Reload()
		w.Settle()
		want := []view.AskedBefore{{Name: "Ann Lee", Email: "ann@example.com", Phone: "937 555 0134"}, {Name: "Bo Diaz", Email: "bo@example.com"}}
		if got := c.State().Form.Recent; !slices.Equal(got, want) {
			t.Errorf("offered are %+v", got)
		}
		c.Ask(want[1])
		w.Settle()
		if f := c.State().Form; f.Recent != nil || f.Fields[view.CaptureName].Text != "Bo Diaz" || f.Fields[view.CaptureStreet].Text != "" {
			t.Errorf("%+v", f)
		}
		texts := func() (all []string) {
			for _, in := range c.State().Form.Fields {
				all = append(all, in.Text)
			}
			return all
		}
		c.Again("3")
		w.Settle()
		if got := texts(); !slices.Equal(got, []string{"Ann Lee", "ann@example.com", "937 555 0134", "1 Elm Street", "Fort Wayne", "IN", "46804"}) {
			t.Errorf("asked again: %q", got)
		}
		c.Again("2")
		w.Settle()
		if got := texts(); !slices.Equal(got, []string{"Bo Diaz", "bo@example.com", "", "Rancho Viejo", "", "", ""}) {
			t.Errorf("of an odd address: %q", got)
		}
	})
}
