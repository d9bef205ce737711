package page

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

	"dormer/app/look"
	"dormer/app/parts"
	"dormer/app/view"
	"dormer/app/view/viewtest"
	"dormer/app/windowtest"
	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/words"
)

// jobsNow is the time in these stories.
var jobsNow = time.Date(2025, 11, 21, 12, 0, 0, 0, time.UTC)

// jobsDesk is as much of an engine as the list and the picker ask, and the window
// that they stand in.
type jobsDesk struct {
	engine.Desk
	t      testing.TB
	window fyne.Window
	posted chan func()

	mu         sync.Mutex // protects all below
	jobs       []engine.JobView
	detail     engine.JobDetail
	broken     error
	signedIn   bool
	opened     []string
	urls       []string
	formats    string
	hoverPages chan int // what a search at Hover finds; closed at its end
	get        func(ctx context.Context, r engine.GetRequest, yield func(engine.Progress, error) bool)

	// What the page asked the window for.
	picked  []hover.JobID
	shown   []hover.JobID
	signIn  int
	wizard  int
	closed  int // pickers
	copied  string
	asksFor []hover.JobID // new photos of these were asked for
}

// newJobsDesk opens a window of a size, as the app would.
func newJobsDesk(t testing.TB, width, height float32) *jobsDesk {
	t.Helper()
	test.NewTempApp(t)
	fyne.CurrentApp().Settings().SetTheme(look.New(look.Light))
	d := &jobsDesk{t: t, posted: make(chan func(), 100_000), signedIn: true, formats: "pdf"}
	d.window = windowtest.Open(t, width, height)
	return d
}

func inSpanish(t *testing.T) {
	t.Helper()
	if err := words.Use(words.Spanish); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = words.Use(words.English) })
}

// deps gives what the view asks of the desktop. What runs beside the window ends
// with the test.
func (d *jobsDesk) deps() view.Deps { return d.depsOf(d) }

func (d *jobsDesk) depsOf(desk engine.Desk) view.Deps {
	ctx, end := context.WithCancel(context.Background())
	var beside sync.WaitGroup
	d.t.Cleanup(func() { end(); beside.Wait() })
	return view.Deps{
		Desk: desk, Now: func() time.Time { return jobsNow },
		Do:   func(f func()) { d.posted <- f },
		Go:   func(f func(context.Context)) { beside.Go(func() { f(ctx) }) },
		Tell: func(err error) { d.posted <- func() { d.t.Log("told:", err) } },
	}
}

// until plays the window's thread until something is so.
func (d *jobsDesk) until(what string, so func() bool) {
	d.t.Helper()
	limit := time.After(20 * time.Second)
	for !so() {
		select {
		case f := <-d.posted:
			f()
		case <-limit:
			d.t.Fatalf("waited in vain until %s; the window shows %q", what, d.texts())
		}
	}
}

// page opens the page of all jobs and waits for its first answer.
func (d *jobsDesk) page() *Jobs {
	d.t.Helper()
	return d.pageOf(d)
}

func (d *jobsDesk) pageOf(desk engine.Desk) *Jobs {
	d.t.Helper()
	v := view.NewJobs(d.depsOf(desk))
	job := parts.NewText("one job", parts.Ink)
	j := NewJobs(v, job, d)
	j.OnJob = func(id hover.JobID) { d.shown = append(d.shown, id) }
	d.window.SetContent(j.Content())
	j.Shown()
	d.until("the list is there", func() bool { return v.State().Loaded || v.State().Problem != nil })
	return j
}

// texts gives what can be read in the window, from the back to the front.
func (d *jobsDesk) texts() (list []string) {
	windowtest.Each(d.window, func(o fyne.CanvasObject) {
		if t, ok := o.(*canvas.Text); ok && t.Text != "" {
			list = append(list, t.Text)
		}
	})
	return list
}

func (d *jobsDesk) reads(text string) bool {
	return strings.Contains(strings.Join(d.texts(), " "), text)
}

// tap taps the button or chip with that text, the frontmost one.
func (d *jobsDesk) tap(text string) {
	d.t.Helper()
	var found fyne.Tappable
	windowtest.Each(d.window, func(o fyne.CanvasObject) {
		if b, ok := o.(interface{ Text() string }); ok && b.Text() == text {
			if tappable, ok := o.(fyne.Tappable); ok {
				found = tappable
			}
		}
	})
	if found == nil {
		d.t.Fatalf("there is no %q to tap among %q", text, d.texts())
	}
	test.Tap(found)
}

func (d *jobsDesk) FindJobs(_ context.Context, q engine.JobSearch) (engine.Found, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return viewtest.Find(d.jobs, q), d.broken
}

func (d *jobsDesk) JobRows(_ context.Context, ids []hover.JobID) ([]engine.JobView, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return viewtest.Rows(d.jobs, ids), d.broken
}

func (d *jobsDesk) SearchHover(ctx context.Context, _ string) iter.Seq2[int, error] {
	return func(yield func(int, error) bool) {
		for {
			select {
			case <-ctx.Done():
				yield(0, ctx.Err())
				return
			case n, more := <-d.hoverPages:
				if !more || !yield(n, nil) {
					return
				}
			}
		}
	}
}

func (d *jobsDesk) Status(context.Context) (engine.Status, error) {
	return engine.Status{Hover: engine.HoverStatus{SignedIn: d.signedIn}}, nil
}

func (d *jobsDesk) Detail(context.Context, hover.JobID) (engine.JobDetail, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.detail, d.broken
}

func (d *jobsDesk) Settings(context.Context) ([]engine.Setting, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return []engine.Setting{{Key: engine.KeyFormats, Value: d.formats}}, nil
}

func (d *jobsDesk) Set(_ context.Context, values engine.Values) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.formats = values[engine.KeyFormats]
	return nil
}

func (d *jobsDesk) Get(ctx context.Context, r engine.GetRequest) iter.Seq2[engine.Progress, error] {
	return func(yield func(engine.Progress, error) bool) { d.get(ctx, r, yield) }
}

func (d *jobsDesk) OpenPath(_ context.Context, path string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.opened = append(d.opened, path)
	d.posted <- func() {} // something has happened: see until
	return nil
}

func (d *jobsDesk) Act(ctx context.Context, action string, id hover.JobID, _ hover.ModelID) error {
	if action == engine.ActOpenPDF {
		return d.OpenPath(ctx, string(id)+".pdf")
	}
	return d.OpenURL(ctx, "https://hover.to/wr/jobs/"+string(id))
}

func (d *jobsDesk) OpenURL(_ context.Context, url string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.urls = append(d.urls, url)
	d.posted <- func() {}
	return nil
}

// sees says whether a file or an address was opened.
func (d *jobsDesk) sees(what string) func() bool {
	return func() bool {
		d.mu.Lock()
		defer d.mu.Unlock()
		return slices.Contains(append(slices.Clone(d.opened), d.urls...), what)
	}
}

func (d *jobsDesk) ShowJob(id hover.JobID)                 { d.shown = append(d.shown, id) }
func (d *jobsDesk) ShowHealth()                            {}
func (d *jobsDesk) ShowWizard()                            { d.wizard++ }
func (d *jobsDesk) ShowSignIn()                            { d.signIn++ }
func (d *jobsDesk) ShowSettings(string)                    {}
func (d *jobsDesk) ShowEvents(hover.JobID)                 {}
func (d *jobsDesk) AskForPhotos(id hover.JobID)            { d.asksFor = append(d.asksFor, id) }
func (d *jobsDesk) NewCapture()                            {}
func (d *jobsDesk) Pick(id hover.JobID)                    { d.picked = append(d.picked, id) }
func (d *jobsDesk) Canvas() fyne.Canvas                    { return d.window.Canvas() }
func (d *jobsDesk) Copy(text string)                       { d.copied = text }
func (d *jobsDesk) ChooseFolder(string, func(path string)) {}
func (d *jobsDesk) SaveFile(string, func(path string))     {}

func (d *jobsDesk) MarkJob(_ context.Context, id hover.JobID, m engine.Marks) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	jobs := slices.Clone(d.jobs)
	for i := range jobs {
		if jobs[i].ID == id {
			jobs[i].Marks = m
		}
	}
	d.jobs = jobs
	return d.broken
}

func (d *jobsDesk) ReadJob(context.Context, hover.JobID) error { return nil }

func (d *jobsDesk) Users(context.Context) ([]hover.User, error) {
	return []hover.User{{ID: "1", FirstName: "Ann", LastName: "Lee", Email: "ann@example.com"}}, nil
}

// someJobs are jobs in all states, the newest first.
func someJobs() []engine.JobView {
	at := func(d time.Duration) engine.Time { return engine.At(jobsNow.Add(-d)) }
	structures := func(states ...string) (list []engine.ModelView) {
		for i, s := range states {
			m := engine.ModelView{ID: hover.ModelID(fmt.Sprint(i)), State: hover.ModelCompleted, Files: []engine.FileView{{Format: "pdf", State: s, Path: "house.pdf"}}}
			if s == "unavailable" {
				m.State = hover.ModelFailed
			}
			list = append(list, m)
		}
		return list
	}
	share := func(f float64) *float64 { return &f }
	return []engine.JobView{
		{ID: "1", Address: "1420 Sycamore Lane, Carmel IN", State: hover.JobCompleted, UpdatedAt: at(2 * time.Minute), Models: structures("saved", "ready", "unavailable")},
		{ID: "2", Address: "88 Harbor View Rd, Portland ME", State: hover.JobWorking, Progress: share(0.62), ETA: at(-80 * time.Minute)},
		{ID: "3", Name: "Ramirez", Address: "5 Cedar Ct, Austin TX", State: hover.JobCompleted, UpdatedAt: at(168 * time.Minute), Models: structures("saved")},
		{ID: "4", Address: "12 Mill Street, Dayton OH", State: hover.JobFailed, FailureReason: "not enough photos of the rear side", UpdatedAt: at(4 * time.Hour), ViewURL: "https://hover.to/3d/4"},
		{ID: "5", Address: "301 Lake Shore Dr, Madison WI", State: hover.JobWaitingApproval, UpdatedAt: at(20 * time.Hour)},
		{ID: "6", Name: "Okafor garage", Address: "77 Pine Ave, Boise ID", State: hover.JobUploading, Progress: share(0.05)},
		{ID: "7", Address: "9 Quarry Hill, Barre VT", State: hover.JobCompleted, UpdatedAt: at(72 * time.Hour), Models: structures("saved")},
		{ID: "8", Address: "640 Juniper St, Flagstaff AZ", State: hover.JobCompleted, UpdatedAt: at(96 * time.Hour), Models: structures("saved", "saved")},
	}
}
