package engine_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"dormer/internal/engine"
	"dormer/internal/health"
	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/internal/simulator"
	"dormer/storage"

	"pgregory.net/rapid"
)

// tally counts what was tried.
type tally struct {
	sequences, steps, events, replies, crossings, restarts, jumps, alerts, claims int
}

// step is one thing that happens.
type step struct {
	Do    string
	Job   int // which one
	State hover.JobState
	How   string        // of an event, how it is told
	For   time.Duration // how long nothing else happens
}

func someStep() *rapid.Generator[step] {
	states := []hover.JobState{
		hover.JobCompleted, hover.JobCompleted, hover.JobCompleted, hover.JobWorking, hover.JobProcessing, hover.JobFailed, hover.JobCancelled,
		hover.JobWaitingApproval, hover.JobRequestingCorrections, "dreaming",
	}
	return rapid.Custom(func(t *rapid.T) step {
		return step{
			Do: rapid.SampledFrom([]string{
				"change", "change", "change", "change", "structure", "repeat", "replay", "late", "late", "paper", "unsigned",
				"cut", "mend", "mend", "fail", "lag", "catch up", "deaf", "hear", "hold", "hold", "read on", "restart", "off and on", "sleep", "set the clock",
			}).Draw(t, "do"),
			Job:   rapid.IntRange(0, 2).Draw(t, "job"),
			State: rapid.SampledFrom(states).Draw(t, "state"),
			How:   rapid.SampledFrom([]string{"told", "told", "twice", "v1 too", "later", "lost"}).Draw(t, "how"),
			// Odd amounts, so that nothing here falls on what the engine does by the clock.
			For: rapid.SampledFrom([]time.Duration{
				0, 317 * time.Millisecond, 5123 * time.Millisecond, 37011 * time.Millisecond, 211037 * time.Millisecond, 4001003 * time.Millisecond,
			}).Draw(t, "for"),
		}
	})
}

// life is one sequence.
type life struct {
	*world
	model   *thought
	seen    *recorder
	clock   atomic.Int64 // how far ours is ahead of Hover's
	asleep  atomic.Int64
	jobs    []hover.JobID
	late    []map[string]any // events that are still on their way
	sent    []map[string]any // those that were answered 200
	unread  []crossing       // those that were answered 200 while the reader stood still
	posted  atomic.Int64     // counts those that were answered 200
	numbers int
	f       *tally
}

// crossing is an event that is read later than it was received.
type crossing struct {
	body  map[string]any
	again bool
	seq   int64
}

// newLife begins with three jobs that Hover works on and the engine knows.
func newLife(t *testing.T, f *tally) *life {
	w := newWorld(t)
	l := &life{world: w, f: f, seen: &recorder{next: w.road.next}, model: newThought()}
	l.seen.posted = &l.posted
	w.road.next = l.seen
	w.now = l.now
	t.Cleanup(func() {
		if err := storage.Verify(filepath.Join(w.dir, "dormer.db")); err != nil {
			t.Errorf("the store ends in disorder: %v", err)
		}
	})
	w.network = func() string {
		if d := l.asleep.Swap(0); d > 0 { // as long as this takes, the clock's ticks do not come
			time.Sleep(time.Duration(d)) // sleep: the computer does, in the bubble's time
		}
		return "192.0.2.7"
	}
	w.faults(func(f *simulator.Faults) { f.RateLimit = 0 })
	l.start()
	w.signIn()
	w.pass(2 * time.Second)
	for range 3 {
		id := w.sim.AddJob(simulator.JobSpec{State: hover.JobWorking, Structures: []simulator.StructureSpec{{}, {Name: "Garage"}}})
		l.jobs = append(l.jobs, id)
		l.post(told(id, hover.JobWorking))
	}
	return l
}

// live plays a sequence and gives what the engine and the model differ in.
func live(t *testing.T, steps []step, f *tally) []string {
	l := newLife(t, f)
	for i, s := range steps {
		f.steps++
		l.do(s)
		l.rest(s.For)
		if d := l.differences(); len(d) > 0 {
			return append(d, fmt.Sprintf("after step %d of %+v", i+1, steps), l.log.tail())
		}
	}
	// In the end all is well, and everything comes to light.
	l.do(step{Do: "mend"})
	l.do(step{Do: "hear"})
	l.do(step{Do: "read on"})
	l.rest(3*time.Hour + 7*time.Second)
	d := l.differences()
	d = append(d, l.untold()...)
	if len(d) > 0 {
		return append(d, fmt.Sprintf("at the end of %+v", steps), l.log.tail())
	}
	f.alerts += len(l.model.alerts)
	f.claims += l.model.claims
	l.stop()
	return nil
}

// now is what our clock shows. It has no monotonic reading: it can be set.
func (l *life) now() time.Time { return time.Now().Round(0).Add(time.Duration(l.clock.Load())) }

// rest lets time pass and tells the model what came of it.
func (l *life) rest(d time.Duration) {
	l.pass(d)
	l.note()
}

// note tells the model what Hover has replied, and what the time is.
func (l *life) note() {
	for _, r := range l.seen.take() {
		l.f.replies++
		l.model.claimUntil(r.at)
		l.model.learn(r)
	}
	l.model.claimUntil(time.Now())
}

// unclaimed waits until no claim is under way: whether a claim or Hover's reply
// is first after a restart nobody can say.
func (l *life) unclaimed() {
	l.rest(0)
	if l.model.claiming() {
		l.rest(claimWait + time.Second)
	}
}

func (l *life) do(s step) {
	id := l.jobs[s.Job]
	switch s.Do {
	case "change":
		l.sim.Quietly(func() {
			var err error
			switch s.State {
			case hover.JobCompleted:
				// The garage takes its time, more often than not.
				if err = l.sim.SetModelState(id, l.sim.Structures(id)[0], hover.ModelCompleted, ""); err == nil {
					err = l.sim.SetJobState(id, s.State)
				}
			case hover.JobFailed:
				err = l.sim.FailJob(id, "Too dark.")
			default:
				err = l.sim.SetJobState(id, s.State)
			}
			if err != nil {
				l.t.Fatal(err)
			}
		})
		body := told(id, s.State)
		l.numbers++
		body["n"] = l.numbers
		switch s.How {
		case "later":
			l.late = append(l.late, body)
		case "v1 too":
			old := maps.Clone(body)
			old["event"] = "job-state-changed"
			if s.State == hover.JobCompleted {
				old["state"] = "complete"
			}
			l.post(old)
			l.post(body)
		case "twice":
			l.post(body)
			l.post(body)
		case "told":
			l.post(body)
		}
	case "structure":
		l.sim.Quietly(func() {
			if err := l.sim.SetModelState(id, l.sim.Structures(id)[1], hover.ModelCompleted, ""); err != nil {
				l.t.Fatal(err)
			}
		})
	case "repeat":
		if len(l.sent) > 0 {
			l.post(l.sent[(s.Job*7+l.numbers)%len(l.sent)])
		}
	case "replay": // a person has an old event run through the pipeline again
		if events := l.events(); len(events) > 0 {
			if _, err := l.e.Replay(l.t.Context(), []uint64{events[(s.Job*7+l.numbers)%len(events)].Seq}); err != nil {
				l.t.Fatal(err)
			}
			l.rest(0) // to the model it is no news
		}
	case "late": // the newest first: they have changed places
		if n := len(l.late); n > 0 {
			body := l.late[n-1]
			l.late = l.late[:n-1]
			l.post(body)
		}
	case "paper":
		l.post(map[string]any{"event": "project-management-proposal-document-state-changed", "project_management_proposal_document_id": 100 + s.Job, "job_id": id.Wire(), "state": "complete"})
	case "unsigned": // somebody else's: refused, but Hover may be asked
		if status := l.try(told(id, s.State), simulator.Delivery{Unsigned: true}); status == http.StatusOK {
			l.t.Fatal("an unsigned event was taken")
		}
	case "cut":
		l.road.cut(true)
	case "mend":
		l.road.cut(false)
		l.seen.lag(false)
		l.answersAsUsual()
	case "fail":
		l.answersAsUsual()
		l.answer("/api/v3/jobs*", 500)
	case "lag":
		l.seen.lag(true)
	case "catch up":
		ctx, cancel := context.WithTimeout(l.t.Context(), time.Minute)
		defer cancel()
		_ = l.e.CatchUp(ctx) // fails where Hover cannot be asked
	case "hold":
		l.held.Store(true)
	case "read on":
		l.unclaimed()
		l.held.Store(false)
		l.pass(time.Second + 7*time.Millisecond) // it tries again every second
		for _, c := range l.unread {
			l.f.crossings++
			l.model.read(c, time.Unix(0, l.foldedAt.Load()))
		}
		l.unread = nil
		l.note()
	case "deaf":
		l.wire.become(func(t *wire) { t.down = true })
	case "hear":
		l.wire.become(func(t *wire) { t.down = false })
	case "restart":
		l.f.restarts++
		l.unclaimed()
		l.restart()
	case "off and on":
		l.f.restarts++
		l.unclaimed()
		l.stop()
		l.pass(s.For)
		l.start()
	case "sleep":
		l.f.jumps++
		l.unclaimed()
		l.asleep.Store(int64(s.For + 40*time.Second))
		l.rest(s.For + 50*time.Second)
	case "set the clock":
		l.f.jumps++
		l.unclaimed()
		l.clock.Store(int64([]time.Duration{-time.Hour, 0, time.Hour}[s.Job]))
		l.asleep.Store(int64(31 * time.Second)) // it is noticed, as a set clock is
		l.rest(50 * time.Second)
	}
}

// post has Hover post a signed event, and tells the model if it was taken.
func (l *life) post(body map[string]any) {
	l.rest(0)
	if l.try(body, simulator.Delivery{}) != http.StatusOK {
		return
	}
	l.f.events++
	l.sent = append(l.sent, body)
	c := crossing{body, l.model.again(body, l.now()), l.posted.Add(1)}
	if l.held.Load() {
		l.unread = append(l.unread, c)
	} else {
		l.model.read(c, time.Now())
	}
	l.rest(0)
}

// try posts and gives the status; 0 where nobody answers.
func (l *life) try(body map[string]any, d simulator.Delivery) int {
	status, err := l.sim.Emit(l.t.Context(), body, d)
	if err != nil {
		return 0
	}
	return status
}

// differences compares what is known of the jobs, and looks for what was told
// and has not happened.
func (l *life) differences() (all []string) {
	for id, want := range l.model.jobs {
		v, err := l.e.Job(l.t.Context(), id)
		got := map[hover.ModelID]hover.ModelState{}
		for _, m := range v.Models {
			got[m.ID] = m.State
		}
		if err != nil || v.State != want.state || v.Confirmed != (want.confirmed && !want.claimed) || want.confirmed && !maps.Equal(got, want.models) {
			all = append(all, fmt.Sprintf("job %s: %s (confirmed: %v) with %v: %v; the model: %+v", id, v.State, v.Confirmed, got, err, want))
		}
	}
	told := l.told()
	for what, n := range told {
		if n > count(l.model.alerts)[what] {
			all = append(all, fmt.Sprintf("%s is told %d times; the model: %v", what, n, l.model.alerts))
		}
	}
	return all
}

// untold looks, when all has come to rest, for what was not told, and whether
// the model itself knows what is so at Hover.
func (l *life) untold() (all []string) {
	told := l.told()
	for what, n := range count(l.model.alerts) {
		if told[what] < n {
			all = append(all, fmt.Sprintf("%s happened %d times and is told %d times", what, n, told[what]))
		}
	}
	for id, state := range l.sim.Jobs() {
		if known := l.model.jobs[id]; known == nil || known.state != state || known.claimed {
			all = append(all, fmt.Sprintf("job %s is %s at Hover, and nobody has found out: %+v", id, state, known))
		}
	}
	if s := l.status(); s.State != engine.StateReady || s.Work != (health.WorkStatus{}) {
		all = append(all, fmt.Sprintf("it does not come to rest: %s, %+v", s.State, s.Work))
	}
	return all
}

func (l *life) told() map[string]int {
	var list []string
	for _, a := range l.alerts() {
		if a.Kind != job.Summary {
			list = append(list, alertText(a.Kind, a.JobID, a.ModelID))
		}
	}
	return count(list)
}

func alertText(kind job.Outcome, id hover.JobID, model hover.ModelID) string {
	return strings.TrimSuffix(fmt.Sprintf("%s %s %s", kind, id, model), " ")
}

func count(list []string) map[string]int {
	n := map[string]int{}
	for _, s := range list {
		n[s]++
	}
	return n
}

// tail is the end of the log.
func (l *logbook) tail() string {
	s := l.String()
	return s[max(0, len(s)-20_000):]
}

// recorder stands between the engine and Hover and sees what is said of jobs.
type recorder struct {
	next   http.RoundTripper
	posted *atomic.Int64 // counts the events that were answered

	mu     sync.Mutex // protects what follows
	lags   bool
	last   map[string][]byte // by path
	listed []recorded
}

type recorded struct {
	at     time.Time
	job    hover.Job
	asked  int64 // how many events had been answered when it was asked for
	inList bool
}

// lag has Hover's job replies stay as they were.
func (r *recorder) lag(on bool) {
	r.mu.Lock()
	r.lags = on
	r.mu.Unlock()
}

func (r *recorder) take() []recorded {
	r.mu.Lock()
	defer r.mu.Unlock()
	list := r.listed
	r.listed = nil
	return list
}

func (r *recorder) RoundTrip(q *http.Request) (*http.Response, error) {
	asked := r.posted.Load()
	res, err := r.next.RoundTrip(q)
	if err != nil || res.StatusCode != http.StatusOK || q.Method != http.MethodGet || !strings.HasPrefix(q.URL.Path, "/api/v3/jobs") {
		return res, err
	}
	body, err := io.ReadAll(res.Body)
	_ = res.Body.Close()
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if q.URL.Path == "/api/v3/jobs" {
		var page struct{ Results []hover.Job }
		if err := json.Unmarshal(body, &page); err != nil {
			return nil, err
		}
		for _, j := range page.Results {
			r.listed = append(r.listed, recorded{time.Now(), j, asked, true})
		}
	} else {
		if old, ok := r.last[q.URL.Path]; ok && r.lags {
			body = old
		}
		if r.last == nil {
			r.last = map[string][]byte{}
		}
		r.last[q.URL.Path] = body
		var j hover.Job
		if err := json.Unmarshal(body, &j); err != nil {
			return nil, err
		}
		r.listed = append(r.listed, recorded{time.Now(), j, asked, false})
	}
	res.Body, res.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	return res, nil
}

// thought is the model.
type thought struct {
	jobs   map[hover.JobID]*thoughtJob
	papers map[string]bool
	bodies map[string]time.Time // when each was last sent, by our clock
	alerts []string
	claims int
}

type thoughtJob struct {
	id        hover.JobID
	state     hover.JobState
	claimed   bool // nobody but an event says so
	confirmed bool // Hover has ever replied
	version   time.Time
	models    map[hover.ModelID]hover.ModelState
	told      map[string]bool // outcomes and structures, of this generation
	claimAt   time.Time       // when claimOf is told without Hover; zero: never
	claimOf   hover.JobState
	asked     int64 // how many events had been answered when the reply was asked for that confirmed it last
}

const claimWait = 10 * time.Second

func newThought() *thought {
	return &thought{jobs: map[hover.JobID]*thoughtJob{}, papers: map[string]bool{}, bodies: map[string]time.Time{}}
}

func (m *thought) job(id hover.JobID) *thoughtJob {
	if m.jobs[id] == nil {
		m.jobs[id] = &thoughtJob{id: id, models: map[hover.ModelID]hover.ModelState{}, told: map[string]bool{}}
	}
	return m.jobs[id]
}

// lifeOfAJob is the order of the states that Hover's webhook page lists; what
// is not in it comes at any time.
var lifeOfAJob = [][]hover.JobState{
	{hover.JobRequestingCorrections}, {hover.JobWorking, hover.JobWaitingApproval}, {hover.JobProcessing}, {hover.JobCompleted},
}

func place(s hover.JobState) int {
	return slices.IndexFunc(lifeOfAJob, func(together []hover.JobState) bool { return slices.Contains(together, s) })
}

var ends = []hover.JobState{hover.JobCompleted, hover.JobFailed, hover.JobCancelled}

func isEnd(s hover.JobState) bool { return slices.Contains(ends, s) }

// again says that the same was sent within the day before.
func (m *thought) again(body map[string]any, at time.Time) bool {
	b, _ := json.Marshal(body)
	last, ok := m.bodies[string(b)]
	m.bodies[string(b)] = at
	return ok && !last.Before(at.Add(-24*time.Hour))
}

// read takes an event as the log's reader does. One that was received before the
// reply was asked for that confirmed the job last is no news of it.
func (m *thought) read(c crossing, at time.Time) {
	if _, paper := c.body["project_management_proposal_document_id"]; !paper {
		if j := m.job(hover.JobID(fmt.Sprint(c.body["job_id"]))); c.seq <= j.asked {
			return
		}
	}
	m.hear(c.body, at, c.again)
}

// hear takes a signed event that was answered 200.
func (m *thought) hear(body map[string]any, at time.Time, again bool) {
	id := hover.JobID(fmt.Sprint(body["job_id"]))
	if paper, ok := body["project_management_proposal_document_id"]; ok {
		if key := fmt.Sprint(paper); !m.papers[key] {
			m.papers[key] = true
			m.alerts = append(m.alerts, alertText(job.Proposal, id, ""))
		}
		return
	}
	j, state := m.job(id), hover.JobState(fmt.Sprint(body["state"]))
	if state == "complete" {
		state = hover.JobCompleted
	}
	if again && j.confirmed && !j.claimed {
		return // it was sent before Hover said what became of it
	}
	reopens := state == hover.JobRequestingCorrections
	comesLate := place(state) >= 0 && place(state) < place(j.state) && !isEnd(state) && !reopens
	switch {
	case isEnd(j.state) && j.confirmed && !j.claimed: // Hover's own word stands
	case isEnd(j.state) && !isEnd(state) && !reopens, comesLate:
	case state != j.state:
		if reopens {
			j.reopen()
		}
		j.state, j.claimed = state, true
	}
	if j.claimed && j.state == state && (isEnd(state) || state == hover.JobWaitingApproval) {
		if j.claimAt.IsZero() {
			j.claimAt = at.Add(claimWait)
		}
		j.claimOf = state
	}
}

// learn takes a reply of Hover's.
func (m *thought) learn(reply recorded) {
	r := reply.job
	j := m.job(r.ID)
	// What a list says is taken where it is another thing than what is known.
	if !reply.inList || !j.confirmed || j.claimed || j.state != r.State || !j.version.Equal(r.UpdatedAt) {
		if !r.UpdatedAt.Before(j.version) {
			j.asked = max(j.asked, reply.asked)
		}
	}
	if r.UpdatedAt.Before(j.version) {
		return
	}
	j.version = r.UpdatedAt
	if !isEnd(r.State) {
		j.reopen()
	}
	// An end that was told before anybody knew the structures covers those that
	// are finished now.
	covered := j.claimed && j.told[string(hover.JobCompleted)]
	for _, s := range r.Models {
		j.models[s.ID] = s.State
	}
	j.state, j.claimed, j.confirmed = r.State, false, true
	if covered {
		j.coverStructures()
	}
	m.tell(j)
}

// claimUntil tells what was claimed and not confirmed within its time.
func (m *thought) claimUntil(now time.Time) {
	for _, j := range m.jobs {
		if j.claimAt.IsZero() || now.Before(j.claimAt) {
			continue
		}
		j.claimAt = time.Time{}
		if j.claimed && j.state == j.claimOf {
			before := len(m.alerts)
			m.tell(j)
			m.claims += len(m.alerts) - before
		}
	}
}

func (m *thought) claiming() bool {
	for _, j := range m.jobs {
		if !j.claimAt.IsZero() {
			return true
		}
	}
	return false
}

// tell adds the alerts that a job's state stands for, each once in a
// generation.
func (m *thought) tell(j *thoughtJob) {
	outcome := map[hover.JobState]job.Outcome{
		hover.JobCompleted: job.Completed, hover.JobFailed: job.Failed, hover.JobCancelled: job.Cancelled, hover.JobWaitingApproval: job.Approval,
	}[j.state]
	switch {
	case outcome == "":
	case !j.told[string(outcome)]:
		j.told[string(outcome)] = true
		m.alerts = append(m.alerts, alertText(outcome, j.id, ""))
		if isEnd(j.state) {
			j.coverStructures()
		}
	case outcome == job.Completed && !j.claimed:
		for id, state := range j.models {
			if state.Finished() && !j.told[string(id)] {
				j.told[string(id)] = true
				m.alerts = append(m.alerts, alertText(job.StructureDone, j.id, id))
			}
		}
	}
}

func (j *thoughtJob) coverStructures() {
	for id, state := range j.models {
		if state.Finished() {
			j.told[string(id)] = true
		}
	}
}

// reopen begins a new generation if this one has come to an end.
func (j *thoughtJob) reopen() {
	for _, end := range ends {
		if j.told[string(end)] {
			j.told = map[string]bool{}
			return
		}
	}
}

// How far Hover was read is by Hover's clock, also in the catch-up that finds
// that ours was set.
func TestNewsAfterTheClockWasSetIsFoundByTheNextCatchUp(t *testing.T) {
	for _, to := range []int{0, 2} { // an hour back, an hour ahead
		synctest.Test(t, func(t *testing.T) {
			l := newLife(t, &tally{})
			l.do(step{Do: "deaf"})
			l.do(step{Do: "set the clock", Job: to})
			l.do(step{Do: "change", Job: 1, State: hover.JobCompleted, How: "lost"})
			l.do(step{Do: "hear"})
			l.rest(15 * time.Second)
			l.wantAlerts(job.Completed)
		})
	}
}

// Hover's servers do not all know the same: one may answer what was so before
// the last answer. That is no word on what an event claims.
func TestAnAnswerFromBeforeTheLastOneSettlesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLife(t, &tally{})
		id := l.jobs[0]
		l.do(step{Do: "change", State: hover.JobCompleted, How: "told"})
		told := l.sent[len(l.sent)-1]
		l.do(step{Do: "lag"})
		l.do(step{Do: "change", State: hover.JobWorking, How: "lost"})
		l.do(step{Do: "catch up"})
		if v := l.job(id); v.State != hover.JobWorking {
			t.Fatalf("the job is %s", v.State)
		}
		l.rest(2 * time.Hour) // no list tells of it any more
		l.post(told)          // once more
		l.rest(10 * time.Minute)
		l.do(step{Do: "mend"})
		l.rest(time.Hour)
		if v := l.job(id); v.State != hover.JobWorking || !v.Confirmed {
			t.Errorf("the job is %s, confirmed: %v", v.State, v.Confirmed)
		}
	})
}

// A job that Hover does not let us see must not keep us from seeing the others.
func TestASilentJobThatIsRefusedDoesNotFailTheCatchUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLife(t, &tally{})
		l.rest(23 * time.Hour)
		l.answer("/api/v3/jobs/"+string(l.jobs[0]), http.StatusForbidden)
		l.rest(4 * time.Hour)
		if s := l.status(); s.CatchUp.Behind || s.State != engine.StateReady {
			t.Errorf("it is %s: %+v", s.State, s.CatchUp)
		}
		if n := l.asked(http.MethodGet, "/api/v3/jobs/"+string(l.jobs[2])); n < 2 {
			t.Errorf("the others were asked for %d times", n)
		}
	})
}

func TestTheFileOfAStructureThatFailedAfterAllIsNotWaitedFor(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.faults(func(f *simulator.Faults) { f.ArtifactNotReady = simulator.Always })
		w.ready()
		id := w.working(simulator.JobSpec{})
		w.complete(id)
		w.pass(2 * time.Minute)
		if n := w.status().Work.Pending; n == 0 {
			t.Fatal("nobody waits for the PDF")
		}
		if err := w.sim.FailJob(id, "Too dark."); err != nil {
			t.Fatal(err)
		}
		w.pass(2 * time.Hour)
		if s := w.status(); s.Work != (health.WorkStatus{}) {
			t.Errorf("left to do: %+v", s.Work)
		}
		w.wantAlerts(job.Completed, job.Failed)
	})
}
