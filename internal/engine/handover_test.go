package engine_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/opener"
	"dormer/internal/records"
	"dormer/internal/simulator"
)

func TestAMeasuredHouseIsPrintedAndMailedAndShownInItsFolder(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		id := w.working(simulator.JobSpec{Address: barre, Structures: []simulator.StructureSpec{{Name: "House"}, {Name: "Garage"}}})
		w.complete(id)
		w.pass(5 * time.Second)
		row := w.rowFor(id)
		if !row.ReadAt.IsZero() {
			t.Fatal("it was read by nobody")
		}
		hands := func(how engine.Handing, model hover.ModelID, want string) (left string) {
			t.Helper()
			says, err := w.e.HandOver(t.Context(), how, id, model)
			if err != nil {
				t.Fatal(err)
			}
			if got := w.hand.last(); !strings.HasPrefix(got, want) || !strings.HasSuffix(got, ".pdf") {
				t.Errorf("handed over was %q, want %q", got, want)
			}
			return says.String()
		}
		house := "printed " + filepath.Join(w.dir, "Documents", "9 Quarry Hill, Barre VT 05641 ("+string(id)+")", "House")
		for how, says := range map[opener.Printed]string{
			opener.ByDialog: "", opener.ByPrinter: "The PDF was sent to your printer", opener.ByViewer: "The PDF is open: print it there",
		} {
			w.hand.printer = how
			if left := hands(engine.HandPrint, "", house); left != says {
				t.Errorf("%v says %q, want %q", how, left, says)
			}
		}
		if w.rowFor(id).ReadAt.IsZero() {
			t.Error("who prints a house has read that it is measured")
		}

		garage := w.sim.Structures(id)[1]
		left := hands(engine.HandMail, garage, "mailed "+strings.TrimSuffix(strings.TrimPrefix(house, "printed "), "House")+"Garage")
		if !strings.Contains(left, "Drag the PDF from the folder") {
			t.Errorf("a letter without the file says %q", left)
		}
		of, err := w.e.Figures(t.Context(), id, garage)
		if err != nil {
			t.Fatal(err)
		}
		l := w.hand.letter
		if l.Subject != "Measurements: 9 Quarry Hill, Barre VT" || len(l.Attach) != 1 {
			t.Errorf("the letter is %+v", l)
		}
		for _, line := range of[0].Lines() {
			if !strings.Contains(l.Body, "\n"+line.String()+"\n") {
				t.Errorf("the letter lacks %q:\n%s", line, l.Body)
			}
		}
		if !strings.HasPrefix(l.Body, "9 Quarry Hill, Barre VT 05641\n\nGarage\nRoof: ") || strings.Contains(l.Body, "House") {
			t.Errorf("the letter is not of the garage alone:\n%s", l.Body)
		}
		w.hand.attaches = true
		if left := hands(engine.HandMail, "", "mailed "); left != "" {
			t.Errorf("a letter with the file says %q", left)
		}

		if err := w.e.Act(t.Context(), engine.ActShowFolder, id, garage); err != nil {
			t.Fatal(err)
		}
		if got := w.hand.last(); !strings.HasPrefix(got, "shown ") || !strings.Contains(got, "Garage measurements.pdf") {
			t.Errorf("%q was shown", got)
		}
	})
}

func TestWhatIsHandedOverIsFetchedFirst(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		w.set(engine.KeyPrefetch, "none")
		id := w.working(simulator.JobSpec{Structures: []simulator.StructureSpec{{Name: "House"}, {Name: "Garage"}}})
		if _, err := w.e.HandOver(t.Context(), engine.HandMail, id, ""); err == nil || !strings.Contains(err.Error(), "no PDF to open yet") {
			t.Errorf("before it is measured: %v", err)
		}
		w.complete(id)
		w.pass(5 * time.Second)
		if _, err := w.e.HandOver(t.Context(), engine.HandMail, id, ""); err != nil {
			t.Fatal(err)
		}
		if l := w.hand.letter; len(l.Attach) != 1 || !strings.Contains(l.Attach[0], "House") {
			t.Errorf("the letter is %+v", l)
		} else if _, err := os.Stat(l.Attach[0]); err != nil {
			t.Error(err)
		}
	})
}

func TestWhatCannotBeHandedOverSaysWhatToDo(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		id := w.working(simulator.JobSpec{})
		w.complete(id)
		w.pass(5 * time.Second)
		w.hand.tied = errors.New("no application is registered")
		for how, says := range map[engine.Handing]string{
			engine.HandPrint: "could not be printed", engine.HandMail: "Choose a mail program",
		} {
			if _, err := w.e.HandOver(t.Context(), how, id, ""); err == nil || !strings.Contains(err.Error(), says) {
				t.Errorf("%s: %v", how, err)
			}
		}
		if !w.rowFor(id).ReadAt.IsZero() {
			t.Error("nobody has got anything, and its alert is read")
		}
		if _, err := w.e.HandOver(t.Context(), "burn", id, ""); !errors.Is(err, records.ErrUsage) {
			t.Errorf("an unknown way: %v", err)
		}
		if _, err := w.e.HandOver(t.Context(), engine.HandPrint, "404", ""); !errors.Is(err, engine.ErrUnknown) {
			t.Errorf("an unknown job: %v", err)
		}
	})
}

// Whoever has acted needs no badge for it: from wherever they did.
func TestActingOnAnAlertAnywhereMarksItRead(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		id := w.working(simulator.JobSpec{Structures: []simulator.StructureSpec{{Name: "House"}, {Name: "Garage"}}})
		other := w.working(simulator.JobSpec{})
		waits := w.working(simulator.JobSpec{State: hover.JobWaitingApproval})
		w.complete(id)
		w.complete(other)
		w.pass(2 * time.Minute)
		unread := func(want int) {
			t.Helper()
			if n, err := w.e.Unread(t.Context()); err != nil || n != want {
				t.Errorf("%d are unread, %v; want %d", n, err, want)
			}
		}
		unread(3)
		if err := w.e.Act(t.Context(), engine.ActAtHover, id, ""); err != nil { // a look at Hover is not the PDF
			t.Fatal(err)
		}
		unread(3)
		if err := w.e.Act(t.Context(), engine.ActOpenPDF, id, w.sim.Structures(id)[1]); err != nil { // the tray, the list
			t.Fatal(err)
		}
		unread(2)
		if err := w.e.Act(t.Context(), engine.ActAtHover, waits, ""); err != nil {
			t.Fatal(err)
		}
		unread(1)
		for _, err := range w.e.Get(t.Context(), engine.GetRequest{Jobs: []hover.JobID{other}, Open: true}) { // dormer get --open
			if err != nil {
				t.Fatal(err)
			}
		}
		unread(0)
	})
}
