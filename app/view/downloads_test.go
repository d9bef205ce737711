package view_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"dormer/app/view"
	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/say"
)

const mb = 1_000_000

var housePDF = view.Order{Model: "11", Structure: "House", Format: hover.FormatPDF, Count: 1}

// trickle downloads a file of 4 MB in 4 seconds.
func trickle(ctx context.Context, r engine.GetRequest, yield func(engine.Progress, error) bool) {
	p := engine.Progress{Job: r.Jobs[0], Model: r.Models[0], Format: r.Formats[0], Total: 4 * mb}
	for range 400 {
		select {
		case <-ctx.Done():
			yield(engine.Progress{}, ctx.Err())
			return
		case <-time.After(10 * time.Millisecond):
		}
		if p.Done += mb / 100; !yield(p, nil) {
			return
		}
	}
	p.Path = fmt.Sprintf("/jobs/%s/%s.%s", r.Jobs[0], r.Models[0], r.Formats[0])
	yield(p, nil)
}

func TestADownloadShowsSizeSpeedAndTimeLeft(t *testing.T) {
	inJobsWindow(t, func(t *testing.T, w *jobsWindow) {
		w.get = trickle
		d := view.NewDownloads(w.deps())
		drawn := 0
		d.Listen("1", func() { drawn++; d.Of("1") })
		d.Start("1", housePDF)
		if got := d.Of("1"); len(got) != 1 || got[0].State.Ended() {
			t.Errorf("%+v", got)
		}
		for range 30 {
			w.Pass(100 * time.Millisecond)
		}
		got := d.Of("1")[0]
		if got.State != view.TransferRunning || got.Says != "3 MB of 4 MB · 1 MB/s · 1 s left" || got.Share < 0.7 || got.Share > 0.8 {
			t.Errorf("%+v", got)
		}
		if drawn > 32 {
			t.Errorf("drawn %d times in 3 seconds", drawn)
		}
		for range 20 {
			w.Pass(100 * time.Millisecond)
		}
		if got := d.Of("1")[0]; got.State != view.TransferSaved || got.Share != 1 || got.Says != "Saved · 4 MB" || got.Path != "/jobs/1/11.pdf" {
			t.Errorf("%+v", got)
		}
		was := w.Posts()
		w.Pass(time.Hour)
		if w.Posts() != was {
			t.Error("the window is kept busy with nothing to draw")
		}
		d.Open("/jobs/1/11.pdf", false)
		w.Settle()
		d.Open("/jobs/1/11.pdf", true)
		w.Settle()
		if !slices.Equal(w.opened, []string{"/jobs/1/11.pdf", "/jobs/1"}) {
			t.Error(w.opened)
		}
	})
}

func TestADownloadThatStandsStillSaysSo(t *testing.T) {
	inJobsWindow(t, func(t *testing.T, w *jobsWindow) {
		w.get = func(ctx context.Context, r engine.GetRequest, yield func(engine.Progress, error) bool) {
			for done := range int64(3) {
				yield(engine.Progress{Done: done * mb, Total: 4 * mb}, nil)
				time.Sleep(time.Second) // sleep: in the bubble, where no time passes
			}
			<-ctx.Done()
			yield(engine.Progress{}, ctx.Err())
		}
		d := view.NewDownloads(w.deps())
		says := ""
		d.Listen("1", func() { says = d.Of("1")[0].Says })
		d.Start("1", housePDF)
		w.Pass(2500 * time.Millisecond)
		w.Pass(100 * time.Millisecond)
		if says != "2 MB of 4 MB · 800 KB/s · 3 s left" {
			t.Error(says)
		}
		for range 100 {
			w.Pass(100 * time.Millisecond)
		}
		if says != "2 MB of 4 MB · waiting for Hover…" {
			t.Error(says)
		}
	})
}

func TestCancelAndTryAgain(t *testing.T) {
	inJobsWindow(t, func(t *testing.T, w *jobsWindow) {
		w.get = trickle
		d := view.NewDownloads(w.deps())
		d.Listen("1", func() {})
		sheet := view.Order{Model: "11", Structure: "House", Format: hover.FormatXLSX, Count: 1}
		d.Start("1", housePDF, sheet)
		w.Pass(time.Second)
		d.Cancel("1", housePDF)
		if got := d.Of("1"); got[0].State != view.TransferCancelled || got[0].Says != "Canceled" || got[1].State != view.TransferRunning {
			t.Errorf("%+v", got)
		}
		w.Pass(10 * time.Second)
		if got := d.Of("1"); got[0].State != view.TransferCancelled || got[1].State != view.TransferSaved {
			t.Errorf("%+v", got)
		}
		if told := w.Told(); len(told) != 0 {
			t.Errorf("what a person cancelled is no error: %v", told)
		}
		d.Start("1", housePDF)
		w.Pass(time.Second)
		if !d.Running("1") {
			t.Error("it was not tried again")
		}
		d.Start("1", housePDF) // is under way
		w.Pass(10 * time.Second)
		if got := d.Of("1"); got[0].State != view.TransferSaved || len(got) != 2 {
			t.Errorf("%+v", got)
		}
		if len(w.got) != 3 {
			t.Errorf("asked %d times", len(w.got))
		}
		d.Start("1", housePDF, sheet)
		d.Cancel("1")
		w.Settle()
		if d.Running("1") {
			t.Error("cancelling all left one running")
		}
	})
}

func TestAFailedDownloadSaysWhy(t *testing.T) {
	for story, c := range map[string]struct {
		get  func(yield func(engine.Progress, error) bool)
		want string
	}{
		"the file says it": {func(yield func(engine.Progress, error) bool) {
			yield(engine.Progress{Error: say.Words("your Hover plan does not include this file")}, nil)
			yield(engine.Progress{}, &say.Error{What: say.Words("1 of 1 files are missing")})
		}, "your Hover plan does not include this file"},
		"only the end says it": {func(yield func(engine.Progress, error) bool) {
			yield(engine.Progress{}, &say.Error{What: say.Words("The disk is full"), Do: say.Words("Free some space.")})
		}, "The disk is full. Free some space."},
		"nothing came": {func(func(engine.Progress, error) bool) {}, "Hover has no such file for this structure."},
	} {
		t.Run(story, func(t *testing.T) {
			inJobsWindow(t, func(t *testing.T, w *jobsWindow) {
				w.get = func(_ context.Context, _ engine.GetRequest, yield func(engine.Progress, error) bool) { c.get(yield) }
				d := view.NewDownloads(w.deps())
				d.Listen("1", func() {})
				d.Start("1", housePDF)
				w.Settle()
				if got := d.Of("1")[0]; got.State != view.TransferFailed || got.Says != "Failed: "+c.want {
					t.Errorf("%+v", got)
				}
				if told := w.Told(); len(told) != 0 {
					t.Errorf("who looks at it is told twice: %v", told)
				}
			})
		})
	}
}

func TestManyPhotosAreOneBar(t *testing.T) {
	inJobsWindow(t, func(t *testing.T, w *jobsWindow) {
		w.get = func(_ context.Context, _ engine.GetRequest, yield func(engine.Progress, error) bool) {
			for i := range 20 {
				p := engine.Progress{Part: fmt.Sprint(i), Done: mb, Total: mb, Path: fmt.Sprintf("/jobs/1/%d.jpg", i)}
				yield(p, nil)
				time.Sleep(time.Second) // sleep: in the bubble, where no time passes
			}
		}
		d := view.NewDownloads(w.deps())
		d.Start("1", view.Order{Model: "11", Format: hover.FormatPhoto, Count: 20})
		w.Pass(9500 * time.Millisecond)
		if got := d.Of("1")[0]; got.Share != 0.5 || got.Says != "10 of 20 · 889 KB/s" {
			t.Errorf("%+v", got)
		}
		w.Pass(time.Minute)
		if got := d.Of("1")[0]; got.Says != "Saved · 20 files · 20 MB" || got.Path != "/jobs/1/0.jpg" {
			t.Errorf("%+v", got)
		}
	})
}

func TestAFewRunAtATimeInTheOrderInWhichTheyWereChosen(t *testing.T) {
	inJobsWindow(t, func(t *testing.T, w *jobsWindow) {
		w.get = trickle
		d := view.NewDownloads(w.deps())
		var orders []view.Order
		for i := range 8 {
			orders = append(orders, view.Order{Model: hover.ModelID(fmt.Sprint(i)), Format: hover.FormatPDF, Count: 1})
		}
		d.Start("1", orders...)
		w.Pass(time.Second)
		first := func() (n int) { // those that have begun are the first n
			for i, got := range d.Of("1") {
				if got.State != view.TransferQueued {
					if n++; n != i+1 {
						t.Errorf("%d has begun before its turn", i)
					}
				}
			}
			return n
		}
		if n := first(); n != view.AtOnce {
			t.Errorf("%d run at a time", n)
		}
		d.Cancel("1", orders[1], orders[3]) // one that runs, and one that waits
		w.Pass(time.Second)
		if n := first(); n != view.AtOnce+2 {
			t.Errorf("%d have begun once two were cancelled", n)
		}
		for range 10 {
			w.Pass(time.Minute)
		}
		if d.Running("1") || first() != len(orders) || len(w.got) != len(orders)-1 {
			t.Errorf("those that waited never ran: %+v", d.Of("1"))
		}
		was := w.Posts()
		w.Pass(time.Minute)
		if w.Posts() != was {
			t.Error("the window is kept busy when all have ended")
		}
	})
}

func TestHowDownloadsOfTwoJobsEndIsDrawnForBoth(t *testing.T) {
	inJobsWindow(t, func(t *testing.T, w *jobsWindow) {
		w.get = trickle
		d := view.NewDownloads(w.deps())
		shown := map[hover.JobID]view.TransferState{}
		for _, id := range []hover.JobID{"1", "2"} {
			d.Listen(id, func() { shown[id] = d.Of(id)[0].State })
			d.Start(id, housePDF)
		}
		w.Pass(3950 * time.Millisecond)
		w.Pass(time.Minute) // both end at once
		for id, is := range shown {
			if is != view.TransferSaved {
				t.Errorf("job %s is shown in state %d", id, is)
			}
		}
	})
}

func TestADownloadThatFailsWhileNobodyLooksIsTold(t *testing.T) {
	inJobsWindow(t, func(t *testing.T, w *jobsWindow) {
		no := errors.New("the disk is full")
		w.get = func(_ context.Context, _ engine.GetRequest, yield func(engine.Progress, error) bool) {
			yield(engine.Progress{}, no)
		}
		d := view.NewDownloads(w.deps())
		d.Start("1", housePDF)
		w.Settle()
		if told := w.Told(); len(told) != 1 || !errors.Is(told[0], no) {
			t.Error(told)
		}
		if len(d.Of("1")) != 1 {
			t.Error("who opens the picker again finds nothing")
		}
		d.Forget("1")
		if len(d.Of("1")) != 0 {
			t.Error("it was not forgotten")
		}
	})
}

func TestWhatIsChosenTogetherIsSaidTogether(t *testing.T) {
	inJobsWindow(t, func(t *testing.T, w *jobsWindow) {
		d := view.NewDownloads(w.deps())
		garage := view.Order{Model: "12", Structure: "Garage", Format: hover.FormatPDF, Count: 1}
		d.Start("1", housePDF, garage, view.Order{Model: "13", Format: hover.FormatXLSX, Count: 1})
		w.Settle()
		d.Start("1", garage) // once more
		w.Settle()
		if len(w.got) != 4 {
			t.Fatalf("asked for %+v", w.got)
		}
		for _, r := range w.got {
			if !slices.Equal(r.Chosen, []hover.ModelID{"11", "12"}) {
				t.Errorf("with %v %v are said to be chosen", r.Models, r.Chosen)
			}
		}
	})
}
