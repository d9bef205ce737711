package engine_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/simulator"
)

// Nobody here has seen the real Hover. Each open question about it is a switch of
// the simulator with all its plausible answers, and every two answers of two
// questions meet in a story that goes from the sign-in to the PDF on disk.

// question is one open question; its first answer is the likeliest.
type question struct {
	name    string
	answers []reply
}

// reply is one answer to a question.
type reply struct {
	name string
	set  func(*simulator.Faults)
}

func (r reply) String() string { return r.name }

// likely changes nothing.
func likely(*simulator.Faults) {}

// openQuestions are Hover's, by the numbers of the dossier's list and what else
// nobody knows.
func openQuestions() []question {
	reading := func(r string) reply {
		return reply{r, func(f *simulator.Faults) { f.Reading = r }}
	}
	readings := []reply{{"as Hover's page says", likely}}
	for _, r := range hover.Readings() {
		readings = append(readings, reading(r.String()))
	}
	notReady := func(as string) reply {
		return reply{as, func(f *simulator.Faults) { f.NotReadyAs, f.ArtifactNotReady = as, 2 }}
	}
	return []question{
		{"signature", readings},
		{"headers of the signature", []reply{
			{"both digests", likely},
			{"SHA-256 alone", func(f *simulator.Faults) { f.SHA256Only = true }},
			{"SHA-1 alone", func(f *simulator.Faults) { f.SHA1Only = true }},
			{"none", func(f *simulator.Faults) { f.Unsigned = true }},
			{"another", func(f *simulator.Faults) { f.OtherSignature = true }},
		}},
		{"Content-MD5", []reply{{"sent", likely}, {"left out", func(f *simulator.Faults) { f.WithoutMD5 = true }}}},
		{"verification", []reply{
			{"signed", likely},
			{"unsigned", func(f *simulator.Faults) { f.UnsignedCode = true }},
			{"twice", func(f *simulator.Faults) { f.CodeTwice = true }},
			{"never by itself", func(f *simulator.Faults) { f.VerificationLost = 1 }},
			{"never by itself, nor in the reply", func(f *simulator.Faults) { f.VerificationLost, f.CodeInResend = 1, false }},
			{"before the 201", func(f *simulator.Faults) { f.VerificationBefore201 = 1500 * time.Millisecond }},
			{"a minute late", func(f *simulator.Faults) { f.VerificationDelay = time.Minute }},
		}},
		{"events", []reply{
			{"v2", likely},
			{"v1 and v2", func(f *simulator.Faults) { f.EmitV1 = true }},
			{"v1", func(f *simulator.Faults) { f.EmitV1, f.WithoutV2 = true, true }},
		}},
		{"order", []reply{
			{"once, in order", likely},
			{"twice", func(f *simulator.Faults) { f.Duplicate = true }},
			{"out of order", func(f *simulator.Faults) { f.Reorder = true }},
			{"twice and out of order", func(f *simulator.Faults) { f.Duplicate, f.Reorder = true, true }},
		}},
		{"bodies", []reply{
			{"JSON", likely},
			{"a form", func(f *simulator.Faults) { f.FormBodies = "fields" }},
			{"JSON within a form", func(f *simulator.Faults) { f.FormBodies = "payload" }},
		}},
		{"retries", []reply{{"none", likely}, {"three", func(f *simulator.Faults) { f.RetryOn5xx = 3 }}}},
		{"deliveries that fail", []reply{
			{"are told", likely},
			{"end the verification", func(f *simulator.Faults) { f.DisableAfter = 1 }},
			{"end the webhook", func(f *simulator.Faults) { f.DisableAfter, f.DisabledGone = 1, true }},
		}},
		{"acting user", []reply{{"may be left out", likely}, {"needed", func(f *simulator.Faults) { f.NeedActingUser = true }}}},
		{"invalid_grant", []reply{{"400", likely}, {"401", func(f *simulator.Faults) { f.InvalidGrant401 = true }}}},
		{"a reply to a refresh that is lost", []reply{
			{"does not happen", likely},
			{"the old token lives", func(f *simulator.Faults) { f.OldRefreshLives, f.LoseRefreshReply = true, 1 }},
		}},
		{"an artifact that is not ready", []reply{
			{"does not happen", likely}, notReady("404"), notReady("202"), notReady("409"), notReady("422"), notReady("empty"), notReady("page"),
		}},
		{"storage", []reply{
			{"another host", likely},
			{"Hover's own", func(f *simulator.Faults) { f.StorageAtHover = true }},
			{"another host, links of two seconds", func(f *simulator.Faults) { f.LinkLife = 2 * time.Second }},
			{"Hover's own, links of two seconds", func(f *simulator.Faults) { f.StorageAtHover, f.LinkLife = true, 2*time.Second }},
		}},
		{"pages", []reply{
			{"next_page", likely},
			{"totals", func(f *simulator.Faults) { f.JobPages = "totals" }},
			{"neither", func(f *simulator.Faults) { f.JobPages = "neither" }},
		}},
		{"ids", []reply{{"numbers", likely}, {"texts", func(f *simulator.Faults) { f.TextIDs = true }}}},
		{"search", []reply{
			{"what contains it", likely},
			{"too short is 422", func(f *simulator.Faults) { f.SearchUnder3 = true }},
			{"ignored", func(f *simulator.Faults) { f.Search = "ignored" }},
			{"to the letter", func(f *simulator.Faults) { f.Search = "strict" }},
		}},
		{"redirects", []reply{{"to this computer too", likely}, {"https alone", func(f *simulator.Faults) { f.AllowLoopbackRedirect = false }}}},
		{"errors", []reply{
			{"in several shapes", likely},
			{"a page", func(f *simulator.Faults) { f.ErrorShape = "html" }},
			{"empty", func(f *simulator.Faults) { f.ErrorShape = "empty" }},
		}},
	}
}

// covering gives choices of one answer a question, so that every two answers of two
// questions meet in one of them at least: each row takes as many new pairs as it
// can. The same table gives the same rows.
func covering(sizes []int) [][]int {
	type pair struct{ q1, a1, q2, a2 int }
	open := map[pair]bool{}
	for q1 := range sizes {
		for q2 := q1 + 1; q2 < len(sizes); q2++ {
			for a1 := range sizes[q1] {
				for a2 := range sizes[q2] {
					open[pair{q1, a1, q2, a2}] = true
				}
			}
		}
	}
	isOpen := func(q1, a1, q2, a2 int) bool {
		if q1 > q2 {
			q1, a1, q2, a2 = q2, a2, q1, a1
		}
		return open[pair{q1, a1, q2, a2}]
	}
	var rows [][]int
	used := make([]map[int]int, len(sizes)) // how often each answer was chosen: where pairs do not decide, all take turns
	for q := range used {
		used[q] = map[int]int{}
	}
	for len(open) > 0 {
		row := make([]int, len(sizes))
		for q := range row {
			row[q] = -1
		}
		// It begins with a pair that is open, the first in the table's order.
		first := pair{q1: len(sizes)}
		for p := range open {
			if p.q1 < first.q1 || p.q1 == first.q1 && (p.a1 < first.a1 || p.a1 == first.a1 && (p.q2 < first.q2 || p.q2 == first.q2 && p.a2 < first.a2)) {
				first = p
			}
		}
		row[first.q1], row[first.q2] = first.a1, first.a2
		for q := range row {
			if row[q] >= 0 {
				continue
			}
			best, most := 0, -1
			for a := range sizes[q] {
				n := 0
				for other, chosen := range row {
					if chosen >= 0 && isOpen(q, a, other, chosen) {
						n++
					}
				}
				if n > most || n == most && used[q][a] < used[q][best] {
					best, most = a, n
				}
			}
			row[q] = best
		}
		for q1 := range row {
			used[q1][row[q1]]++
			for q2 := q1 + 1; q2 < len(row); q2++ {
				delete(open, pair{q1, row[q1], q2, row[q2]})
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// told is the name of a row: its answers but the likeliest.
func answersOf(questions []question, row []int) string {
	var said []string
	for q, a := range row {
		if a > 0 {
			said = append(said, questions[q].name+": "+questions[q].answers[a].name)
		}
	}
	if said == nil {
		return "everything as Hover's pages say"
	}
	return strings.Join(said, "; ")
}

// firstContact is the whole story with a Hover that answers as set says: nil if the
// product lives with it.
func firstContact(w *world, set func(*simulator.Faults)) error {
	ctx := w.t.Context()
	sycamore := hover.Address{Line1: "1420 Sycamore Lane", City: "Carmel", Region: "IN"}
	for i := range 130 { // more than a page
		w.sim.AddJob(simulator.JobSpec{Name: fmt.Sprintf("House %d", i), State: hover.JobCompleted})
	}
	house := w.sim.AddJob(simulator.JobSpec{Name: "Whitfield", Address: sycamore, State: hover.JobWorking})
	away := w.sim.AddJob(simulator.JobSpec{Name: "Ramirez", State: hover.JobWorking})
	w.faults(set)
	w.start()
	w.signIn()
	until := func(what string, most time.Duration, ok func() bool) error {
		for began := time.Now(); ; w.pass(time.Second) {
			if ok() {
				return nil
			}
			if time.Since(began) > most { // clock: the story's own
				return fmt.Errorf("within %s it did not come about: %s: %+v", most, what, w.status())
			}
		}
	}
	ready := func() bool { return w.status().State == engine.StateReady && !w.status().CatchUp.Behind }
	verified := func() bool {
		return slices.ContainsFunc(w.sim.Webhooks(), func(h simulator.Webhook) bool { return !h.VerifiedAt.IsZero() })
	}
	knows := func(id hover.JobID, state hover.JobState) func() bool {
		return func() bool {
			v, err := w.e.Job(ctx, id)
			return err == nil && v.State == state
		}
	}
	shown := func(id hover.JobID) (n int) {
		for _, s := range w.desk.all() {
			if s.Job == id || id == "" {
				n++
			}
		}
		return n
	}
	saved := func(id hover.JobID) (n int) {
		v, err := w.e.Job(ctx, id)
		if err != nil {
			return -1
		}
		for _, m := range v.Models {
			for _, f := range m.Files {
				if _, err := os.Stat(f.Path); f.Format == "pdf" && f.State == "saved" && err == nil {
					n++
				}
			}
		}
		return n
	}
	if err := until("ready", 5*time.Minute, ready); err != nil {
		return err
	}
	jobs := 0
	for _, err := range w.e.Jobs(ctx, engine.JobFilter{}) {
		if err != nil {
			return err
		}
		jobs++
	}
	if jobs != 132 {
		return fmt.Errorf("of 132 jobs %d are known", jobs)
	}

	// Two hours later the token is old; a state comes by its event.
	w.sim.ExpireAccess()
	if err := w.sim.SetJobState(house, hover.JobProcessing); err != nil {
		return err
	}
	if err := until("a state is known by its event", 3*time.Minute, knows(house, hover.JobProcessing)); err != nil {
		return err
	}

	// While nothing can arrive a house is finished: it is told by asking, and the
	// webhook is there again afterwards.
	w.wire.become(func(t *wire) { t.down = true })
	w.pass(time.Second)
	if err := w.sim.CompleteJob(away); err != nil {
		return err
	}
	if err := until("a house is told while no webhook can arrive", 6*time.Minute, func() bool { return shown(away) == 1 && saved(away) == 1 }); err != nil {
		return err
	}
	w.wire.become(func(t *wire) { t.down = false })
	if err := until("ready again, with a webhook that Hover sends to", 20*time.Minute, func() bool { return ready() && verified() }); err != nil {
		return err
	}

	// A house is finished: one notification, one PDF.
	if err := w.sim.CompleteJob(house); err != nil {
		return err
	}
	if err := until("the house is told, its PDF on disk", 5*time.Minute, func() bool { return shown(house) >= 1 && saved(house) == 1 }); err != nil {
		return err
	}
	// An event of before comes late; a search goes as Hover lets it.
	if _, err := w.sim.Emit(ctx, map[string]any{"event": "job-state-changed-v2", "job_id": house.Wire(), "state": "working"}, simulator.Delivery{Unsigned: true}); err != nil {
		return err
	}
	for _, err := range w.e.SearchHover(ctx, "sycamore") {
		if err != nil {
			return err
		}
	}
	w.pass(3 * time.Hour)
	if err := knows(house, hover.JobCompleted); !err() {
		return fmt.Errorf("in the end the house is %+v", w.job(house))
	}
	for _, id := range []hover.JobID{house, away} {
		if n, files := shown(id), saved(id); n != 1 || files != 1 {
			return fmt.Errorf("job %s was told %d times and has %d PDFs: %+v", id, n, files, w.desk.all())
		}
	}
	pdfs, err := filepath.Glob(filepath.Join(w.dir, "Documents", "*", "*.pdf"))
	if err != nil || len(pdfs) != 2 {
		return errors.Join(err, fmt.Errorf("on disk are %q", pdfs))
	}
	if s := w.status(); s.Work.Dead != 0 || s.State != engine.StateReady {
		return fmt.Errorf("in the end the status is %+v", s)
	}
	return nil
}

// TestWhateverHoverAnswersTheHouseIsToldOnce goes through a dozen of the covering
// set; `make soak` through all of it (DORMER_SOAK_COVERING=all).
func TestWhateverHoverAnswersTheHouseIsToldOnce(t *testing.T) {
	questions := openQuestions()
	sizes := make([]int, len(questions))
	answers := 0
	for i, q := range questions {
		sizes[i] = len(q.answers)
		answers += len(q.answers)
	}
	rows := covering(sizes)
	every := max(1, len(rows)/12)
	if os.Getenv("DORMER_SOAK_COVERING") == "all" {
		every = 1
	}
	ran := 0
	for i := 0; i < len(rows); i += every {
		ran++
		t.Run(fmt.Sprintf("%02d", i), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				err := firstContact(newWorld(t), func(f *simulator.Faults) {
					for q, a := range rows[i] {
						questions[q].answers[a].set(f)
					}
				})
				if err != nil {
					t.Errorf("%s:\n%v", answersOf(questions, rows[i]), err)
				}
			})
		})
	}
	t.Logf("%d questions with %d answers, %d stories in which every two meet, %d of them told", len(questions), answers, len(rows), ran)
}

// TestEachAnswerAlone tells the story with one answer at a time, so that what fails
// has one cause.
func TestEachAnswerAlone(t *testing.T) {
	if os.Getenv("DORMER_SOAK_COVERING") != "all" {
		t.Skip("the covering set has them all; `make soak` tells them one by one, too")
	}
	for _, q := range openQuestions() {
		for _, a := range q.answers[1:] {
			t.Run(q.name+", "+a.name, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					if err := firstContact(newWorld(t), a.set); err != nil {
						t.Error(err)
					}
				})
			})
		}
	}
}

// TestAnAnswerThatNobodyThoughtOfFailsTheStory, so that the covering set means
// something.
func TestAnAnswerThatNobodyThoughtOfFailsTheStory(t *testing.T) {
	for name, set := range map[string]func(*simulator.Faults){
		"the PDF is never there": func(f *simulator.Faults) { f.ArtifactNotReady = simulator.Always },
		"no code ever comes":     func(f *simulator.Faults) { f.VerificationLost, f.CodeInResend = simulator.Always, false },
		"a list without its results": func(f *simulator.Faults) {
			f.Answers = []simulator.Answer{{Path: "/api/v3/jobs", Status: 200, Kind: "empty", Count: simulator.Always}}
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				if err := firstContact(newWorld(t), set); err == nil {
					t.Error("the story does not notice it")
				}
			})
		})
	}
}

func TestTheCoveringSetHasEveryPair(t *testing.T) {
	sizes := []int{3, 2, 7, 4, 2}
	rows := covering(sizes)
	if len(rows) > 40 {
		t.Errorf("it takes %d rows", len(rows))
	}
	for q1 := range sizes {
		for q2 := q1 + 1; q2 < len(sizes); q2++ {
			for a1 := range sizes[q1] {
				for a2 := range sizes[q2] {
					if !slices.ContainsFunc(rows, func(r []int) bool { return r[q1] == a1 && r[q2] == a2 }) {
						t.Errorf("answer %d of %d never meets %d of %d", a1, q1, a2, q2)
					}
				}
			}
		}
	}
}
