package view

import (
	"iter"
	"regexp"
	"strings"
	"time"

	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/internal/words"
)

// Standing is how a job or a structure stands, as a row tells it by a mark and a
// colour beside the words.
type Standing int

// The standings.
const (
	StandingNone      Standing = iota // cancelled, or a state that Hover added later
	StandingUploading                 // its photos are on their way
	StandingWorking                   // Hover is busy with it
	StandingDone                      // measured
	StandingFailed                    // could not be measured
	StandingWaiting                   // a person has to do something first
)

// RowAction is the one thing that a row offers to do.
type RowAction int

// The actions of a row.
const (
	RowNothing RowAction = iota
	RowOpenPDF           // a PDF that is ready
	RowChoose            // other files, in the picker
	RowExplain           // what to do about a failure
	RowAtHover           // the job's page at Hover
)

// JobRow is a job as the list shows it.
type JobRow struct {
	ID       hover.JobID
	Title    string
	Second   string // the second line: its state in plain words
	Standing Standing
	Bar      float64 // how much of it is done, 0 to 1; 0 is no bar
	Action   RowAction
	Busy     bool // the action is under way
	Unread   bool // there are alerts of it that nobody has read
	Star     bool
	Address  string // to be copied; "" if Hover does not say
	Loading  bool   // nothing but the ID is known yet
}

// RowOf gives the row of a job at a time.
func RowOf(v engine.JobView, now time.Time) JobRow {
	title, _ := called(v)
	r := JobRow{ID: v.ID, Title: title, Standing: standingOf(v), Unread: v.Unread, Star: v.Star, Address: v.Address}
	switch {
	case v.State == hover.JobCompleted:
		r.Second, r.Action = finishedLine(v, now), finishedAction(v)
	case v.State == hover.JobFailed:
		r.Second, r.Action = words.T("jobs.failed_unknown"), RowExplain
		if why := v.Why(); !why.IsZero() {
			r.Second = words.T("jobs.failed", "why", words.Say(why))
		}
	case v.State == hover.JobCancelled:
		r.Second = words.T("jobs.cancelled", "when", words.Ago(v.UpdatedAt.Time, now))
	case v.State == hover.JobWaitingApproval && v.PhotosOnly:
		r.Second, r.Action = words.T("jobs.orderable"), RowAtHover
	case v.Unpaid:
		r.Second, r.Action = joined(words.T("jobs.waits_payment"), since(v.UpdatedAt.Time, now)), RowAtHover
	case v.State == hover.JobWaitingApproval:
		r.Second, r.Action = joined(words.T("jobs.waits_approval"), since(v.UpdatedAt.Time, now)), RowAtHover
	default:
		r.Second = joined(doing(v.State), timeLeft(v.ETA.Time, now))
		if v.Progress != nil {
			r.Bar = min(max(*v.Progress, 0), 1)
		}
	}
	return r
}

// listedRow gives the row of a job as the list has it: its second line begins with where
// it is, and ends with what was noted.
func listedRow(v engine.JobView, now time.Time) JobRow {
	r := RowOf(v, now)
	_, where := called(v)
	r.Second = joined(placed(where), found(v.Matched), r.Second, archived(v), oneLine(v.Note))
	return r
}

// called gives what people call a job, its name or its street, and where that is. A
// test says so.
func called(v engine.JobView) (title, where string) {
	street, town, _ := strings.Cut(v.Address, ", ")
	title, where = v.Name, v.Address
	switch {
	case title == "":
		title, where = street, town
	case strings.Contains(strings.ToLower(title), strings.ToLower(street)):
		where = town
	}
	return TitleOf(engine.JobView{ID: v.ID, Name: title, Test: v.Test}), where
}

// placed says where a job is, as a list does.
func placed(where string) string { return oneLine(postalCode.ReplaceAllString(where, "")) }

// postalCode ends an address: it tells nobody more in a list.
var postalCode = regexp.MustCompile(`\s+\d{5}(-\d{4})?$`)

// found says where else than in the title and the place what was searched for stands.
func found(list []job.Match) string {
	var said []string
	for _, m := range list {
		value := oneLine(m.Value)
		switch m.Field { // a note stands in the row anyhow
		case job.FieldCustomer:
			said = append(said, words.T("jobs.found_customer", "value", value))
		case job.FieldReference:
			said = append(said, words.T("job.reference", "id", value))
		case job.FieldNumber:
			said = append(said, words.T("jobs.found_number", "value", value))
		case job.FieldPhone:
			said = append(said, words.T("jobs.found_phone", "value", value))
		case job.FieldEmail:
			said = append(said, value)
		}
	}
	return joined(said...)
}

func archived(v engine.JobView) string {
	if v.Archived {
		return words.T("jobs.archived")
	}
	return ""
}

// TitleOf gives what people call a job: its name, its address, or both. A test
// says so.
func TitleOf(v engine.JobView) string { return words.Say(v.Title()) }

func standingOf(v engine.JobView) Standing {
	if v.Unpaid {
		return StandingWaiting
	}
	switch v.State {
	case hover.JobCompleted:
		return StandingDone
	case hover.JobFailed:
		return StandingFailed
	case hover.JobDraft, hover.JobWaitingApproval:
		return StandingWaiting
	case hover.JobUploading, hover.JobProcessingUpload, hover.JobProcessingImprovements:
		return StandingUploading
	case hover.JobSubmitting, hover.JobWorking, hover.JobWaitlisted, hover.JobRetrieving, hover.JobProcessing,
		hover.JobPaying, hover.JobPaymentPending, hover.JobRequestingCorrections, hover.JobRequestingImprovements:
		return StandingWorking
	}
	return StandingNone
}

// modelStanding gives how a structure stands.
func modelStanding(s hover.ModelState) Standing {
	switch s {
	case hover.ModelCompleted:
		return StandingDone
	case hover.ModelFailed:
		return StandingFailed
	case hover.ModelUploading:
		return StandingUploading
	case hover.ModelProcessing:
		return StandingWorking
	}
	return StandingNone
}

// doing says what happens to a job that is not finished.
func doing(s hover.JobState) string {
	switch s {
	case hover.JobDraft:
		return words.T("jobs.draft")
	case hover.JobUploading:
		return words.T("jobs.uploading")
	case hover.JobProcessingUpload:
		return words.T("jobs.checking_photos")
	case hover.JobSubmitting:
		return words.T("jobs.submitting")
	case hover.JobWorking:
		return words.T("jobs.building")
	case hover.JobWaitlisted:
		return words.T("jobs.waitlisted")
	case hover.JobRetrieving, hover.JobProcessing:
		return words.T("jobs.finishing")
	case hover.JobPaying, hover.JobPaymentPending:
		return words.T("jobs.paying")
	case hover.JobRequestingCorrections:
		return words.T("jobs.correcting")
	case hover.JobProcessingImprovements:
		return words.T("jobs.checking_new_photos")
	case hover.JobRequestingImprovements:
		return words.T("jobs.improving")
	}
	return words.T("jobs.state", "state", words.JobState(s))
}

// timeLeft says when Hover expects to be done, if it has said so.
func timeLeft(eta, now time.Time) string {
	switch {
	case eta.IsZero():
		return ""
	case eta.After(now):
		return words.T("jobs.left", "time", words.Left(eta.Sub(now)))
	}
	return words.T("jobs.late")
}

// since says for how long something has waited.
func since(t, now time.Time) string {
	switch {
	case now.Sub(t) < time.Minute || t.IsZero():
		return ""
	case now.Sub(t) < 12*time.Hour:
		return words.T("jobs.waits_for", "time", words.Span(now.Sub(t)))
	case t.In(now.Location()).YearDay() == now.AddDate(0, 0, -1).YearDay() && now.Sub(t) < 48*time.Hour:
		return words.T("jobs.waits_since_yesterday")
	}
	return words.T("jobs.waits_since", "when", words.Ago(t, now))
}

func finishedLine(v engine.JobView, now time.Time) string {
	built := 0
	for _, m := range v.Models {
		if m.State == hover.ModelCompleted {
			built++
		}
	}
	structures := ""
	if n := len(v.Models); n > 0 {
		structures = words.N("jobs.structures", n)
		if built < n {
			structures = words.T("jobs.structures_ready", "structures", structures, "ready", words.N("jobs.ready", built))
		}
	}
	follows := ""
	if one, several := v.OnlyPDF(); one == nil && !several && waitsForPDF(v) {
		follows = words.T("jobs.pdf_follows")
	}
	return joined(words.T("jobs.finished", "when", words.Ago(v.UpdatedAt.Time, now)), structures, follows)
}

func finishedAction(v engine.JobView) RowAction {
	switch one, several := v.OnlyPDF(); {
	case one != nil || several:
		return RowOpenPDF
	case waitsForPDF(v):
		return RowNothing
	}
	return RowChoose // no PDF for this account, but maybe other files
}

func waitsForPDF(v engine.JobView) bool { return hasPDF(v, engine.FileWaiting) }

// joined puts the parts of a second line together, without those that are empty.
func joined(parts ...string) string {
	line := ""
	for _, p := range parts {
		switch {
		case p == "":
		case line == "":
			line = p
		default:
			line += " · " + p
		}
	}
	return line
}

// files goes through the files of a job's structures.
func files(d engine.JobView) iter.Seq2[engine.ModelView, engine.FileView] {
	return func(yield func(engine.ModelView, engine.FileView) bool) {
		for _, m := range d.Models {
			for _, f := range m.Files {
				if !yield(m, f) {
					return
				}
			}
		}
	}
}

// hasPDF says that a PDF of the job is in that state.
func hasPDF(d engine.JobView, state string) bool {
	for _, f := range files(d) {
		if f.Format == string(hover.FormatPDF) && f.State == state {
			return true
		}
	}
	return false
}

// detailOf gives the detail of the i-th structure; they are in the order of
// Models.
func detailOf(d engine.JobDetail, i int) engine.StructureDetail {
	if i < len(d.Structures) {
		return d.Structures[i]
	}
	return engine.StructureDetail{}
}

// oneLine makes outside text fit for a line: like a title, but empty stays empty.
func oneLine(s string) string {
	words, _ := job.Structure{Name: s}.Title().Outside()
	return words
}
