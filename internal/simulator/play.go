package simulator

import (
	"context"
	"time"

	"dormer/internal/hover"
)

// Speed says how fast a scenario plays. At 1 hours become seconds: the demo's
// pace, with its first finished job six seconds after the webhook was verified.
type Speed float64

// scaled turns the demo's seconds into those of a speed; 0 is the demo's.
func (v Speed) scaled(d time.Duration) time.Duration {
	if v <= 0 {
		return d
	}
	return time.Duration(float64(d) / float64(v))
}

var (
	// builds is how a captured job goes on.
	builds = []Step{
		{3 * time.Second, hover.JobProcessing}, {9 * time.Second, hover.JobPaying}, {3 * time.Second, hover.JobCompleted},
	}
	// uploads is how a job goes on that the crew captured itself.
	uploads = []Step{
		{0, hover.JobUploading}, {5 * time.Second, hover.JobProcessingUpload}, {8 * time.Second, hover.JobWorking},
		{15 * time.Second, hover.JobProcessing}, {25 * time.Second, hover.JobPaying}, {4 * time.Second, hover.JobCompleted},
	}
	// tests is how Hover's own test jobs run: 30 to 60 s (Hover's docs).
	tests = []Step{
		{3 * time.Second, hover.JobProcessingUpload}, {7 * time.Second, hover.JobWorking},
		{15 * time.Second, hover.JobProcessing},
		{12 * time.Second, hover.JobPaying}, {5 * time.Second, hover.JobCompleted},
	}
)

const (
	esxLate      = 20 * time.Second
	lifeInterval = 4 * time.Minute
)

// Play lets the account live until ctx ends: once a webhook is verified the
// jobs that have a script follow it, capture requests are answered, and now and
// then the crew captures another house. Only one scenario plays at a time.
func (s *Simulator) Play(ctx context.Context, speed Speed) {
	ctx, cancel := s.until(ctx)
	defer cancel()
	if speed <= 0 {
		speed = 1
	}
	s.mu.Lock()
	s.speed, s.scene = speed, ctx
	if s.faults.ESXDelay == 0 {
		s.faults.ESXDelay = speed.scaled(esxLate)
	}
	for _, j := range s.jobs {
		s.setHours(j, j.script)
	}
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		s.speed, s.scene = 0, nil
		s.mu.Unlock()
	}()
	select {
	case <-s.verified:
	case <-ctx.Done():
		return
	}
	s.mu.Lock()
	for _, j := range s.jobs {
		if len(j.script) > 0 {
			s.play(j, j.script)
		}
	}
	s.playPapers()
	for _, c := range s.captures {
		if c.state == hover.CaptureNew || c.state == hover.CaptureConnected {
			s.playCapture(c)
		}
	}
	s.mu.Unlock()
	for n := 0; sleep(ctx, speed.scaled(lifeInterval)); n++ {
		s.mu.Lock()
		s.newCapture(n)
		s.mu.Unlock()
	}
}

// newCapture has the crew capture a house; every fifth has a second structure
// that fails. Callers hold mu.
func (s *Simulator) newCapture(n int) {
	spec := JobSpec{State: hover.JobUploading, Age: time.Second}
	if n%5 == 2 {
		spec.Structures = []StructureSpec{{Name: "House"}, {Name: "Garage", Fails: "The rear corner is hidden by a tree."}}
	}
	j := s.addJob(spec)
	for _, m := range j.models {
		s.tellCreated(m)
	}
	s.play(j, uploads)
}

// play starts a goroutine that moves a job along its script; callers hold mu.
func (s *Simulator) play(j *jobRow, script []Step) {
	if j.playing || s.closed {
		return
	}
	j.playing = true
	s.setHours(j, script)
	s.perform(func(ctx context.Context) {
		defer func() {
			s.mu.Lock()
			j.playing = false
			s.mu.Unlock()
		}()
		for i, step := range script {
			s.mu.Lock()
			wait, approved := s.speed.scaled(step.Wait), j.approved
			if j.state != hover.JobWaitingApproval {
				approved = nil
			}
			s.mu.Unlock()
			t := time.NewTimer(wait)
			select {
			case <-t.C:
			case <-approved:
			case <-ctx.Done():
			}
			t.Stop()
			if ctx.Err() != nil {
				return
			}
			s.mu.Lock()
			s.setHours(j, script[i+1:])
			s.enter(j, step.State)
			s.mu.Unlock()
		}
	})
}

// enter moves a job one step on; callers hold mu.
func (s *Simulator) enter(j *jobRow, state hover.JobState) {
	switch state {
	case hover.JobCompleted:
		s.complete(j)
	case hover.JobFailed:
		for _, m := range j.models {
			s.setModel(m, hover.ModelFailed, m.fails)
		}
		s.setState(j, state)
	default:
		s.setState(j, state)
	}
}

// setHours tells a job how long its script still takes; callers hold mu.
func (s *Simulator) setHours(j *jobRow, script []Step) {
	if len(script) == 0 {
		return
	}
	var left time.Duration
	for _, step := range script {
		left += step.Wait
	}
	hours := s.speed.scaled(left).Hours()
	j.hours = &hours
}

// perform runs f until the scenario or the simulator ends; callers hold mu.
func (s *Simulator) perform(f func(context.Context)) {
	if s.closed {
		return
	}
	scene := s.scene
	s.wg.Go(func() {
		ctx, cancel := s.ctx, context.CancelFunc(func() {})
		if scene != nil {
			ctx, cancel = s.until(scene)
		}
		defer cancel()
		f(ctx)
	})
}

// playCapture has somebody answer a capture request; callers hold mu.
func (s *Simulator) playCapture(c *captureRow) {
	s.perform(func(ctx context.Context) {
		for _, next := range []struct {
			after time.Duration
			state hover.CaptureState
		}{{4 * time.Second, hover.CaptureConnected}, {10 * time.Second, hover.CaptureComplete}} {
			s.mu.Lock()
			wait := s.speed.scaled(next.after)
			s.mu.Unlock()
			if !sleep(ctx, wait) {
				return
			}
			s.mu.Lock()
			done := c.state == hover.CaptureComplete || c.state == hover.CaptureDeleted
			if !done && c.state != next.state {
				s.setCapture(c, next.state)
			}
			s.mu.Unlock()
			if done {
				return
			}
		}
		s.mu.Lock()
		s.play(c.job, builds)
		s.mu.Unlock()
	})
}

// playTest runs one of Hover's test jobs; callers hold mu.
func (s *Simulator) playTest(j *jobRow, end hover.JobState) {
	j.test = end
	script := append([]Step(nil), tests...)
	script[len(script)-1].State = end
	s.play(j, script)
}

// ApproveJob does what an admin does on Hover's page: a job that waits for
// approval goes on. While a scenario plays it is then built.
func (s *Simulator) ApproveJob(id hover.JobID) error {
	return s.change(id, func(j *jobRow) {
		if j.state != hover.JobWaitingApproval {
			return
		}
		if j.playing {
			close(j.approved)
			j.approved = make(chan struct{})
			return
		}
		s.setState(j, hover.JobProcessing)
		if s.speed > 0 {
			s.play(j, builds)
		}
	})
}

// papersLater is when, in the demo, somebody presses "Send to …" after all else began.
const papersLater = 30 * time.Second

// playPapers has somebody send the lists that were there at the start; callers hold mu.
func (s *Simulator) playPapers() {
	for _, j := range s.jobs {
		for _, spec := range j.papers {
			wait := s.speed.scaled(papersLater)
			m := s.addMaterials(j, spec)
			s.perform(s.sendLater(m, wait))
		}
		j.papers = nil
	}
}

// sendLater presses "Send to …" after a while.
func (s *Simulator) sendLater(m *materialsRow, wait time.Duration) func(context.Context) {
	return func(ctx context.Context) {
		if !sleep(ctx, wait) {
			return
		}
		s.mu.Lock()
		s.tellMaterials(m, hover.EventMaterialListManualSync)
		s.mu.Unlock()
	}
}
