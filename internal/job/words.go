package job

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"dormer/internal/hover"
	"dormer/internal/say"
)

// words says what a job in a state does, to follow the job's title.
var words = map[hover.JobState]say.Text{
	hover.JobDraft:                  say.T("job.state.draft"),
	hover.JobUploading:              say.T("job.state.uploading"),
	hover.JobProcessingUpload:       say.T("job.state.photos"),
	hover.JobSubmitting:             say.T("job.state.submitting"),
	hover.JobWorking:                say.T("job.state.building"),
	hover.JobWaitlisted:             say.T("job.state.waitlisted"),
	hover.JobWaitingApproval:        say.T("job.state.approval"),
	hover.JobRetrieving:             say.T("job.state.finishing"),
	hover.JobProcessing:             say.T("job.state.finishing"),
	hover.JobPaying:                 say.T("job.state.paying"),
	hover.JobPaymentPending:         say.T("job.state.paying"),
	hover.JobPaymentFailed:          say.T("job.state.payment_failed"),
	hover.JobLimitedAccess:          say.T("job.state.unpaid"),
	hover.JobCompleted:              say.T("job.state.measured"),
	hover.JobFailed:                 say.T("job.state.failed"),
	hover.JobCancelled:              say.T("job.state.cancelled"),
	hover.JobRequestingCorrections:  say.T("job.state.correcting"),
	hover.JobProcessingImprovements: say.T("job.state.new_photos"),
	hover.JobRequestingImprovements: say.T("job.state.improving"),
}

// StateWords gives a job's state in plain words that may follow its title, "is
// being built". A state that Hover added later is shown as it is.
func StateWords(s hover.JobState) say.Text {
	if w, ok := words[s]; ok {
		return w
	}
	if name := clean(strings.ReplaceAll(string(s), "_", " "), maxName); name != "" {
		return say.T("job.state.other", "state", name)
	}
	return say.T("job.state.new")
}

// Says gives the job's state in plain words, with the time that is left where
// Hover has estimated it: "is being built, about 1 h 20 min left".
func (j Job) Says(now time.Time) say.Text {
	s := StateWords(j.State)
	if j.State == hover.JobWaitingApproval && j.PhotosOnly() {
		s = say.T("job.state.orderable")
	}
	if j.State.Paying() && j.Unpaid() {
		s = say.T("job.state.unpaid")
	}
	if left := j.ETA.Sub(now); !j.State.Finished() && !j.ETA.IsZero() && left > 0 {
		s = say.T("job.left", "state", s, "span", duration(left))
	}
	return s
}

func duration(d time.Duration) say.Text {
	d = max(d.Round(time.Minute), time.Minute)
	switch h, m := int(d/time.Hour), int(d%time.Hour/time.Minute); {
	case h >= 48:
		return say.N("job.left.days", (h+12)/24)
	case h == 0:
		return say.T("job.left.minutes", "n", m)
	case m == 0:
		return say.T("job.left.hours", "n", h)
	default:
		return say.T("job.left.hours_minutes", "hours", h, "minutes", m)
	}
}

// Bounds on what is told of outside words, in characters.
const (
	maxReason = 160
	maxName   = 60
)

// Title gives what people call the job, on one line: its name, its address, or
// both if neither holds the other; else "Job 123". A test job says so.
func (j Job) Title() say.Text {
	if j.Test {
		j.Test = false
		return say.T("job.test", "job", j.Title())
	}
	address := j.Address.Line1
	if town := strings.TrimSpace(j.Address.City + " " + j.Address.Region); address == "" {
		address = town
	} else if town != "" {
		address += ", " + town
	}
	name := clean(j.Name, maxName)
	address = clean(address, maxName)
	switch {
	case name == "" && address == "":
		return say.T("job.number", "id", clean(string(j.ID), maxName))
	case name == "" || holds(address, name):
		return say.Words(address)
	case address == "" || holds(name, address):
		return say.Words(name)
	}
	return say.T("job.title", "name", name, "address", address)
}

func holds(s, part string) bool { return strings.Contains(strings.ToLower(s), strings.ToLower(part)) }

// Title gives what people call the structure.
func (s Structure) Title() say.Text {
	if name := clean(s.Name, maxName); name != "" {
		return say.Words(name)
	}
	return say.T("job.main_structure")
}

// FailureReason says why the job's structures could not be measured, in the words
// that Hover sent, each reason once; empty if it gave none. People are told [Job.Why].
func (j Job) FailureReason() string { return strings.Join(j.reasons(), "; ") }

// Why says the same in the reader's language, as far as the reasons are known ones.
func (j Job) Why() say.Text {
	var why []say.Text
	for _, sent := range j.reasons() {
		why = append(why, say.Reason(sent))
	}
	if len(why) == 1 {
		return why[0]
	}
	return say.Sentences(why...)
}

// Why says why a structure could not be measured; zero if Hover gave no reason.
func (s Structure) Why() say.Text { return say.Reason(clean(s.FailureReason, maxReason)) }

func (j Job) reasons() (sent []string) {
	seen := map[string]bool{}
	for _, s := range j.Structures {
		if r := clean(s.FailureReason, maxReason); s.State == hover.ModelFailed && r != "" && !seen[r] {
			seen[r] = true
			sent = append(sent, r)
		}
	}
	if r := clean(j.Reason, maxReason); len(sent) == 0 && j.State == hover.JobFailed && r != "" {
		sent = append(sent, r)
	}
	return sent
}

// MatchesMine says whether the person with that e-mail address captured the job.
func (j Job) MatchesMine(email string) bool {
	email = strings.TrimSpace(email)
	for _, by := range j.CapturedBy {
		if email != "" && strings.EqualFold(strings.TrimSpace(by), email) {
			return true
		}
	}
	return false
}

// clean makes outside text fit for a line of limited length: no control or
// direction characters, single spaces, at most limit characters.
func clean(s string, limit int) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r), unicode.IsSpace(r):
			return ' '
		case unicode.In(r, unicode.Cf), r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, s)
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > limit {
		return strings.TrimSpace(string(r[:limit-1])) + "…"
	}
	return s
}

// DeliverableWords gives what was ordered of a structure in plain words, "Roof
// only". What Hover added later is shown as it is; zero if Hover did not say.
func DeliverableWords(s string) say.Text {
	if w, ok := deliverable(s); ok {
		return w
	}
	s = clean(strings.ReplaceAll(s, "_", " "), maxName)
	first, size := utf8.DecodeRuneInString(s)
	if size == 0 {
		return say.Text{}
	}
	return say.Words(string(unicode.ToUpper(first)) + s[size:])
}
