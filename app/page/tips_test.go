package page

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"dormer/app/parts"
	"dormer/app/windowtest"
	"dormer/internal/say"
)

// TestWhatIsCutInAListIsToldUnderThePointer in every list, and goes with the pointer;
// beside what is not cut nothing is told.
func TestWhatIsCutInAListIsToldUnderThePointer(t *testing.T) {
	const long = "the house behind the old mill at the end of the gravel"
	for name, open := range map[string]func(t *testing.T) *jobsDesk{
		"jobs": func(t *testing.T) *jobsDesk {
			d := newJobsDesk(t, 992, 760)
			d.jobs = someJobs()
			d.jobs[0].Name = long
			d.page()
			return d
		},
		"inbox": func(t *testing.T) *jobsDesk {
			d := newJobDesk(t, 520, 760)
			d.alerts = someAlerts()
			d.alerts[0].Body = say.Words(long + ", second gate on the left")
			d.inbox()
			d.until("they are drawn", func() bool { return len(d.inboxRows()) > 1 })
			return d.jobsDesk
		},
		"captures": func(t *testing.T) *jobsDesk {
			o := newOffice(t, 620, 600)
			o.captures = someCaptures()
			o.captures[0].Address = long
			capturesPage(o)
			return o.jobsDesk
		},
		"activity": func(t *testing.T) *jobsDesk {
			o := newOffice(t, 992, 600)
			o.events, o.jobs = someEvents(), someJobs()
			for i := range o.jobs {
				o.jobs[i].Name = long
			}
			activityPage(o)
			return o.jobsDesk
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := open(t)
			c := d.window.Canvas()
			tells := func() (told string) {
				windowtest.Each(d.window, func(o fyne.CanvasObject) {
					if p, ok := o.(*parts.Paragraph); ok && strings.Contains(p.Text(), long) && p.Visible() {
						told = p.Text()
					}
				})
				return told
			}
			var cut, whole *parts.Text
			windowtest.Each(d.window, func(o fyne.CanvasObject) {
				r, ok := o.(*listRow)
				if !ok {
					return
				}
				for _, text := range r.content.texts() {
					switch is := strings.Contains(text.Text(), long); {
					case is && cut == nil:
						cut = text
					case !is && whole == nil && text.Natural().Width < text.Size().Width:
						whole = text
					}
				}
			})
			if cut == nil || whole == nil {
				t.Fatalf("cut %v, whole %v in %q", cut, whole, d.texts())
			}
			to := func(text *parts.Text) {
				test.MoveMouse(c, fyne.CurrentApp().Driver().AbsolutePositionForObject(text).AddXY(10, 5))
			}
			to(whole)
			if told := tells(); told != "" {
				t.Errorf("of what is whole it tells %q", told)
			}
			to(cut)
			if told := tells(); told != cut.Text() {
				t.Errorf("it tells %q, want %q", told, cut.Text())
			}
			to(whole)
			if told := tells(); told != "" {
				t.Errorf("elsewhere it still tells %q", told)
			}
		})
	}
}
