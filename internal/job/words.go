package job

import (
	"fmt"
	"strings"
	"time"
	"unicode"

	"dormer/internal/hover"
)

// words says what a job in a state does, to follow the job's title.
var words = map[hover.JobState]string{
	hover.JobDraft:                  "waits for photos",
	hover.JobUploading:              "is being uploaded",
	hover.JobProcessingUpload:       "has its photos checked",
	hover.JobSubmitting:             "is about to be built",
	hover.JobWorking:                "is being built",
	hover.JobWaitlisted:             "is on Hover's waiting list",
	hover.JobWaitingApproval:        "waits for approval",
	hover.JobRetrieving:             "is being finished",
	hover.JobProcessing:             "is being finished",
	hover.JobPaying:                 "is being paid for",
	hover.JobCompleted:              "is measured",
	hover.JobFailed:                 "could not be measured",
	hover.JobCancelled:              "was cancelled",
	hover.JobRequestingCorrections:  "is being corrected",
	hover.JobProcessingImprovements: "has its new photos checked",
	hover.JobRequestingImprovements: "is being improved",
}

// StateWords gives a job's state in plain words that may follow its title, "is
// being built". A state that Hover added later is shown as it is.
func StateWords(s hover.JobState) string {
	if w, ok := words[s]; ok {
		return w
	}
	if name := clean(strings.ReplaceAll(string(s), "_", " "), 60); name != "" {
		return "is in state “" + name + "”"
	}
	return "is new"
}

// Says gives the job's state in plain words, with the time that is left where
// Hover has estimated it: "is being built, about 1 h 20 min left".
func (j Job) Says(now time.Time) string {
	s := StateWords(j.State)
	if left := j.ETA.Sub(now); !j.State.Finished() && !j.ETA.IsZero() && left > 0 {
		s += ", about " + duration(left) + " left"
	}
	return s
}

func duration(d time.Duration) string {
	d = max(d.Round(time.Minute), time.Minute)
	switch h, m := int(d/time.Hour), int(d%time.Hour/time.Minute); {
	case h >= 48:
		return fmt.Sprintf("%d days", (h+12)/24)
	case h == 0:
		return fmt.Sprintf("%d min", m)
	case m == 0:
		return fmt.Sprintf("%d h", h)
	default:
		return fmt.Sprintf("%d h %d min", h, m)
	}
}

// Bounds on what an alert shows, in characters.
const (
	maxTitle  = 120
	maxBody   = 500
	maxReason = 160
	maxName   = 60
)

// Title gives what people call the job, on one line: its name, its address, or
// both if neither holds the other; else "Job 123".
func (j Job) Title() string {
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
		return clean("Job "+string(j.ID), maxTitle)
	case name == "" || holds(address, name):
		return address
	case address == "" || holds(name, address):
		return name
	}
	return name + " – " + address
}

func holds(s, part string) bool { return strings.Contains(strings.ToLower(s), strings.ToLower(part)) }

// Title gives what people call the structure.
func (s Structure) Title() string {
	if name := clean(s.Name, maxName); name != "" {
		return name
	}
	return "Main structure"
}

// FailureReason says why the job's structures could not be measured, each
// reason once; empty if Hover gave none.
func (j Job) FailureReason() string {
	var reasons []string
	seen := map[string]bool{}
	for _, s := range j.Structures {
		if r := clean(s.FailureReason, maxReason); s.State == hover.ModelFailed && r != "" && !seen[r] {
			seen[r] = true
			reasons = append(reasons, r)
		}
	}
	if len(reasons) == 0 && j.State == hover.JobFailed {
		return clean(j.Reason, maxReason)
	}
	return strings.Join(reasons, "; ")
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
