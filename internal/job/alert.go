package job

import (
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf8"

	"dormer/internal/hover"
	"dormer/internal/say"
)

// UnmarshalJSON reads an alert as it was stored. A reason of Hover's that stands in it as
// it was sent, from before Dormer knew it, is told in the reader's language like one of
// today.
func (a *Alert) UnmarshalJSON(b []byte) error {
	type stored Alert
	if err := json.Unmarshal(b, (*stored)(a)); err != nil {
		return err
	}
	a.Title, a.Body = say.Retold(a.Title), say.Retold(a.Body)
	return nil
}

// Files says what became of a job's PDFs and figures when its alert is written.
type Files struct {
	Figures     map[hover.ModelID]say.Text // the first figures of the structures that have them, "28.5 squares, 8/12"
	Saved       int                        // on disk
	Waiting     int                        // not had yet, and still tried for
	Unavailable int                        // refused for good
	PDFFollows  bool                       // the alert will be replaced when they have come
	Paper       Paper                      // what is known of the paper that the alert tells of
}

// Paper is what an alert tells of a paper that Hover's API has given.
type Paper struct {
	Title string
	By    string   // whose it is
	Lines int      // of a material list; answers of a checklist
	Total *float64 // in dollars; nil: not said
}

// Says tells it in a sentence or two; zero if there is nothing to say.
func (f Files) Says() say.Text {
	var saved, follows, refused say.Text
	if f.Saved > 0 {
		saved = say.N("alert.pdf.saved", f.Saved)
	}
	switch {
	case !f.PDFFollows && f.Waiting == 0:
	case f.Saved > 0:
		follows = say.T("alert.pdf.more")
	default:
		follows = say.T("alert.pdf.follows")
	}
	switch {
	case f.Unavailable > 0 && f.Saved+f.Waiting == 0 && !f.PDFFollows:
		refused = say.T("alert.pdf.none")
	case f.Unavailable > 0:
		refused = say.T("alert.pdf.others")
	}
	return say.Sentences(saved, follows, refused)
}

// Compose writes the alert of a happening: what happened as the title, why and
// what to do next as the body. j is the job that it is about; it may be the zero
// Job if none is known. A captured request reads better from [ComposeCapture].
func Compose(h Happening, j Job, files Files) (title, body say.Text) {
	if j.ID == "" {
		j.ID = h.Job
	}
	about := j.Title()
	if j.ID == "" && j.Name == "" && j.Address == (hover.Address{}) {
		about = say.Text{}
	}
	switch h.Outcome {
	case Completed:
		return measured(about), say.Sentences(j.structures(files.Figures), files.Says())
	case Failed:
		return unmeasured(about, j.Why())
	case Cancelled:
		return say.T("alert.cancelled", "job", about), say.T("alert.cancelled.body")
	case Approval:
		if j.PhotosOnly() {
			return say.T("alert.orderable", "job", about), say.T("alert.orderable.body")
		}
		return say.T("alert.approval", "job", about), say.T("alert.approval.body")
	case Payment:
		if h.State == string(hover.JobPaymentFailed) {
			return say.T("alert.payment.failed", "job", about), say.T("alert.payment.failed.body")
		}
		return say.T("alert.payment", "job", about), say.T("alert.payment.body")
	case StructureDone:
		s := Structure{ID: h.Model}
		for _, known := range j.Structures {
			if known.ID == h.Model {
				s = known
			}
		}
		about = say.T("alert.structure", "structure", s.Title(), "job", about)
		if h.Failed() {
			return unmeasured(about, s.Why())
		}
		return measured(about), say.Sentences(files.Figures[h.Model], files.Says())
	case File:
		for _, known := range j.Structures {
			if known.ID == h.Model && len(j.Structures) > 1 {
				about = say.T("alert.structure", "structure", known.Title(), "job", about)
			}
		}
		return say.T("alert.file", "job", about, "format", strings.ToUpper(h.State)), say.T("alert.file.body")
	case Capture:
		if about.IsZero() {
			about = say.T("alert.captured.somewhere")
		}
		return say.T("alert.captured", "job", about), say.T("alert.captured.body")
	case Estimate:
		if strings.HasPrefix(h.State, "list-") { // queued before lists had an outcome of their own
			return materials(h, about, files)
		}
		return of(about, say.T("alert.estimate"), say.T("alert.estimate.of", "job", about)), say.T("alert.open.see")
	case Materials:
		return materials(h, about, files)
	case Checklist:
		return of(about, say.T("alert.checklist"), say.T("alert.checklist.of", "job", about)), checklist(files)
	case Proposal:
		if state, ok := strings.CutPrefix(h.State, signature); ok { // as above
			h.Outcome, h.State = Signature, state
			return Compose(h, j, files)
		}
		return of(about, say.T("alert.proposal"), say.T("alert.proposal.of", "job", about)), say.T("alert.open.send")
	case Signature:
		if h.State == "signed" {
			return of(about, say.T("alert.proposal.signed"), say.T("alert.proposal.signed.of", "job", about)),
				say.T("alert.open.see")
		}
		return of(about, say.T("alert.proposal.complete"), say.T("alert.proposal.complete.of", "job", about)),
			say.T("alert.open.see")
	case Order:
		if h.State == "submitted" {
			return of(about, say.T("alert.order.sent"), say.T("alert.order.sent.of", "job", about)), say.T("alert.open.follow")
		}
		return of(about, say.T("alert.order"), say.T("alert.order.of", "job", about)), say.T("alert.open.see")
	}
	return of(about, say.T("alert.news"), about), say.Text{}
}

// Failed says that it is news of something that could not be measured.
func (h Happening) Failed() bool {
	return h.Outcome == Failed || h.Outcome == StructureDone && h.State == string(hover.ModelFailed)
}

func measured(about say.Text) say.Text { return say.T("alert.measured", "job", about) }

func unmeasured(about, why say.Text) (title, body say.Text) {
	return say.T("alert.failed", "job", about), say.Sentences(why, say.T("alert.failed.body"))
}

// ComposeCapture writes the alert of a captured request.
func ComposeCapture(inv Invitation) (title, body say.Text) {
	j := Job{ID: inv.Job, Name: inv.JobName, Address: inv.Address}
	title, body = Compose(Happening{Outcome: Capture, Job: inv.Job}, j, Files{})
	if who := clean(inv.Name, maxName); who != "" {
		body = say.Sentences(say.T("alert.captured.by", "who", who), body)
	}
	return title, body
}

// mostFigures is of how many structures an alert tells the figures.
const mostFigures = 3

// structures tells the figures of those that are measured, which others are and
// which are not, and why; nothing if there is but one, measured and without figures.
func (j Job) structures(figures map[hover.ModelID]say.Text) say.Text {
	var told, ready, failed, open []say.Text
	for _, s := range j.Structures {
		name := s.Title()
		switch s.State {
		case hover.ModelCompleted:
			if is := figures[s.ID]; !is.IsZero() && len(told) < mostFigures {
				told = append(told, say.T("alert.figures", "structure", name, "figures", is))
			} else {
				ready = append(ready, name)
			}
		case hover.ModelFailed:
			if why := s.Why(); !why.IsZero() {
				name = say.T("alert.structures.why", "structure", name, "why", why)
			}
			failed = append(failed, name)
		default:
			open = append(open, name)
		}
	}
	if len(told)+len(ready)+len(failed)+len(open) < 2 && len(told)+len(failed) == 0 {
		return say.Text{}
	}
	all := told
	if len(ready) > 0 {
		all = append(all, say.T("alert.structures.ready", "names", few(ready)))
	}
	if len(failed) > 0 {
		all = append(all, say.T("alert.structures.failed", "names", few(failed)))
	}
	if len(open) > 0 {
		all = append(all, say.T("alert.structures.open", "names", few(open)))
	}
	return say.Sentences(all...)
}

// few leaves out of an enumeration what would make it long, and counts that.
func few(names []say.Text) []say.Text {
	shown := 0
	for used := 0; shown < len(names); shown++ {
		if used += utf8.RuneCountInString(names[shown].String()); shown > 0 && used > maxReason {
			break
		}
	}
	if more := len(names) - shown; more > 0 {
		return append(names[:shown:shown], say.T("alert.more", "n", more))
	}
	return names
}

// materials tells of a material list: that it is made, that somebody sent it, what became
// of its approval.
func materials(h Happening, about say.Text, files Files) (title, body say.Text) {
	what := say.Sentences(files.Paper.list(), files.saved())
	if what.IsZero() {
		what = say.T("alert.open.see")
	}
	switch {
	case h.State == listSent:
		who := say.T("alert.list.sent.body")
		if h.By != "" {
			who = say.T("alert.list.sent.by", "who", clean(h.By, maxName))
		}
		return of(about, say.T("alert.list.sent"), say.T("alert.list.sent.of", "job", about)), say.Sentences(who, what)
	case strings.HasPrefix(h.State, listApproval):
		status := say.Words(clean(strings.TrimPrefix(h.State, listApproval), maxName))
		return of(about, say.T("alert.list.approval"), say.T("alert.list.approval.of", "job", about)), say.Sentences(status, what)
	}
	return of(about, say.T("alert.list"), say.T("alert.list.of", "job", about)), what
}

// list tells what a material list comes to: "Siding, by Morgan Long: 12 items, $1,497.20."
func (p Paper) list() say.Text {
	if p.Lines == 0 && p.Title == "" {
		return say.Text{}
	}
	items := say.N("paper.items", p.Lines)
	if p.Total != nil {
		items = say.T("paper.items.total", "items", items, "total", Money(*p.Total))
	}
	switch {
	case p.Title == "":
		return say.T("alert.paper.items", "items", items)
	case p.By == "":
		return say.T("alert.paper.named", "name", clean(p.Title, maxName), "items", items)
	}
	return say.T("alert.paper.by", "name", clean(p.Title, maxName), "who", clean(p.By, maxName), "items", items)
}

func checklist(files Files) say.Text {
	p := files.Paper
	if p.Lines == 0 {
		return say.Sentences(files.saved(), say.T("alert.open.see"))
	}
	answers := say.N("paper.answers", p.Lines)
	what := say.T("alert.paper.items", "items", answers)
	switch {
	case p.Title != "" && p.By != "":
		what = say.T("alert.paper.by", "name", clean(p.Title, maxName), "who", clean(p.By, maxName), "items", answers)
	case p.Title != "":
		what = say.T("alert.paper.named", "name", clean(p.Title, maxName), "items", answers)
	}
	return say.Sentences(what, files.saved())
}

// saved says what became of a paper's file.
func (f Files) saved() say.Text {
	switch {
	case f.Saved > 0:
		return say.T("alert.paper.saved")
	case f.PDFFollows || f.Waiting > 0:
		return say.T("alert.paper.follows")
	case f.Unavailable > 0:
		return say.T("alert.paper.none")
	}
	return say.Text{}
}

// Money prints dollars: "$1,497.20".
func Money(dollars float64) string {
	s := strconv.FormatFloat(dollars, 'f', 2, 64)
	sign := ""
	if rest, negative := strings.CutPrefix(s, "-"); negative {
		s, sign = rest, "-"
	}
	whole, cents, _ := strings.Cut(s, ".")
	return sign + "$" + thousands(whole) + "." + cents
}

func thousands(digits string) string {
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// of chooses how a document is told of: alone, or as that of a job that is known.
func of(about, alone, jobs say.Text) say.Text {
	if about.IsZero() {
		return alone
	}
	return jobs
}
