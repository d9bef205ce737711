package job

import (
	"fmt"
	"strings"

	"dormer/internal/hover"
)

// Files says what became of a job's PDFs when its alert is written.
type Files struct {
	Saved       int  // on disk
	Waiting     int  // not had yet, and still tried for
	Unavailable int  // refused for good
	PDFFollows  bool // the alert will be replaced when they have come
}

// String says it in a sentence or two, empty if there is nothing to say.
func (f Files) String() string {
	var s []string
	switch {
	case f.Saved == 1:
		s = append(s, "The PDF is saved.")
	case f.Saved > 1:
		s = append(s, fmt.Sprintf("%d PDFs are saved.", f.Saved))
	}
	switch {
	case f.PDFFollows && f.Saved > 0, f.Waiting > 0 && f.Saved > 0:
		s = append(s, "More PDFs follow.")
	case f.PDFFollows, f.Waiting > 0:
		s = append(s, "PDF follows.")
	}
	switch {
	case f.Unavailable > 0 && f.Saved+f.Waiting == 0 && !f.PDFFollows:
		s = append(s, "Hover does not give out the PDF. Open the job in Hover to see it.")
	case f.Unavailable > 0:
		s = append(s, "Hover does not give out the other PDFs.")
	}
	return strings.Join(s, " ")
}

const newPhotos = "Open the job in Hover to take new photos, or send a new capture request."

// Compose writes the alert of a happening: what happened as the title, why and
// what to do next as the body. j is the job that it is about; it may be the zero
// Job if none is known. A captured request reads better from [ComposeCapture].
func Compose(h Happening, j Job, files Files) (title, body string) {
	if j.ID == "" {
		j.ID = h.Job
	}
	about := j.Title()
	if j.ID == "" && j.Name == "" && j.Address == (hover.Address{}) {
		about = ""
	}
	switch h.Outcome {
	case Completed:
		title, body = about+" is measured", sentences(j.structures(), files.String())
	case Failed:
		title, body = about+" could not be measured", sentences(clean(j.FailureReason(), maxReason), newPhotos)
	case Cancelled:
		title, body = about+" was cancelled", "Hover no longer works on it. If it is still wanted, send a new capture request."
	case Approval:
		title, body = about+" waits for approval", "An administrator of your organisation must approve it in Hover before it is built."
	case Payment:
		title, body = about+" waits for payment", "It is measured, and Hover gives it out once it is paid for. An administrator can pay in Hover."
	case StructureDone:
		s := Structure{ID: h.Model}
		for _, known := range j.Structures {
			if known.ID == h.Model {
				s = known
			}
		}
		title = s.Title() + " of " + about
		if h.State == string(hover.ModelFailed) {
			title, body = title+" could not be measured", sentences(clean(s.FailureReason, maxReason), newPhotos)
		} else {
			title, body = title+" is measured", files.String()
		}
	case Capture:
		title, body = or(about, "A property")+" was captured", captured
	case Estimate:
		title, body = estimate(h.State, about)
	case Proposal:
		title, body = proposal(h.State, about)
	case Order:
		title, body = "Order"+concerning(about)+" is ready", "Open it in Hover to see it."
		if h.State == "submitted" {
			title, body = "Order"+concerning(about)+" was sent to the supplier", "Open it in Hover to follow it."
		}
	default:
		title = or(about, "News from Hover")
	}
	return clean(title, maxTitle+maxName), clean(body, maxBody)
}

const captured = "Hover builds it now. You are told when it is measured."

// ComposeCapture writes the alert of a captured request.
func ComposeCapture(inv Invitation) (title, body string) {
	j := Job{ID: inv.Job, Name: inv.JobName, Address: inv.Address}
	title, body = Compose(Happening{Outcome: Capture, Job: inv.Job}, j, Files{})
	if who := clean(inv.Name, maxName); who != "" {
		body = clean(who+" took the photos. "+body, maxBody)
	}
	return title, body
}

// structures tells which structures are measured and which are not, and why;
// nothing if there is but one and it is measured.
func (j Job) structures() string {
	var ready, failed, open []string
	for _, s := range j.Structures {
		switch s.State {
		case hover.ModelCompleted:
			ready = append(ready, s.Title())
		case hover.ModelFailed:
			why := s.Title()
			if r := strings.TrimRight(clean(s.FailureReason, maxReason), "."); r != "" {
				why += " (" + r + ")"
			}
			failed = append(failed, why)
		default:
			open = append(open, s.Title())
		}
	}
	if len(ready)+len(failed)+len(open) < 2 && len(failed) == 0 {
		return ""
	}
	var s []string
	for _, part := range []struct {
		says  string
		names []string
	}{{"Ready: ", ready}, {"Could not be measured: ", failed}, {"Still to come: ", open}} {
		if len(part.names) > 0 {
			s = append(s, part.says+list(part.names))
		}
	}
	return sentences(s...)
}

// list joins names as people do, and counts those that would make it long.
func list(names []string) string {
	shown := 0
	for used := 0; shown < len(names); shown++ {
		if used += len([]rune(names[shown])); shown > 0 && used > maxReason {
			break
		}
	}
	if more := len(names) - shown; more > 0 {
		return strings.Join(names[:shown], ", ") + fmt.Sprintf(" and %d more", more)
	}
	if shown > 1 {
		return strings.Join(names[:shown-1], ", ") + " and " + names[shown-1]
	}
	return names[0]
}

func estimate(state, about string) (title, body string) {
	list := "Material list" + concerning(about)
	const see = "Open it in Hover to see it."
	switch {
	case state == listCreated:
		return list + " is ready", see
	case state == listSent:
		return list + " was sent from Hover", "Somebody pressed the button for it in Hover."
	case strings.HasPrefix(state, listApproval):
		return list + " has news of its approval", sentences(strings.TrimPrefix(state, listApproval), see)
	}
	return "Estimate" + concerning(about) + " is ready", see
}

func proposal(state, about string) (title, body string) {
	p := "Proposal" + concerning(about)
	switch state {
	case signature + "signed":
		return p + " was signed", "Open it in Hover to see it."
	case signature + "complete":
		return p + " has all its signatures", "Open it in Hover to see it."
	}
	return p + " is ready", "Open it in Hover to send it."
}

func concerning(about string) string {
	if about == "" {
		return ""
	}
	return " for " + about
}

// sentences joins texts, each ended by a full stop.
func sentences(parts ...string) string {
	var kept []string
	for _, p := range parts {
		if p = strings.TrimSpace(p); p != "" {
			if !strings.HasSuffix(p, ".") && !strings.HasSuffix(p, "…") && !strings.HasSuffix(p, "!") {
				p += "."
			}
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, " ")
}

// Summarize writes one alert for several happenings. The title counts them,
// "While you were away: 3 jobs were measured, 1 could not be measured"; lead says
// what it begins with, if not that. The body names as many as fit, by the titles
// of their own alerts. Both are empty if nothing has happened.
func Summarize(hs []Happening, titles []string, lead string) (title, body string) {
	counts := map[string]int{}
	for _, h := range hs {
		kind := string(h.Outcome)
		if h.Outcome == StructureDone && h.State == string(hover.ModelFailed) {
			kind = "structure failed"
		}
		counts[kind]++
	}
	var parts []string
	for _, c := range []struct{ kind, one, many string }{
		{string(Completed), "job was measured", "jobs were measured"},
		{string(Failed), "job could not be measured", "jobs could not be measured"},
		{string(Approval), "job waits for approval", "jobs wait for approval"},
		{string(Payment), "job waits for payment", "jobs wait for payment"},
		{string(Cancelled), "job was cancelled", "jobs were cancelled"},
		{string(StructureDone), "more structure was measured", "more structures were measured"},
		{"structure failed", "more structure could not be measured", "more structures could not be measured"},
		{string(Capture), "property was captured", "properties were captured"},
		{string(Estimate), "estimate or material list has news", "estimates or material lists have news"},
		{string(Proposal), "proposal has news", "proposals have news"},
		{string(Order), "order has news", "orders have news"},
	} {
		n, says := counts[c.kind], c.many
		if n == 0 {
			continue
		}
		if n == 1 {
			says = c.one
		}
		if len(parts) > 0 {
			says = strings.TrimPrefix(strings.TrimPrefix(says, "jobs "), "job ")
		}
		parts = append(parts, fmt.Sprintf("%d %s", n, says))
	}
	if len(parts) == 0 {
		return "", ""
	}
	title = or(clean(lead, maxName), "While you were away") + ": " + strings.Join(parts, ", ")
	if len(titles) > 0 {
		body = sentences(clean(list(titles), maxBody-1))
	}
	return clean(title, maxBody), body
}
