package simulator

import (
	"cmp"
	"html"
	"net/http"
	"net/url"
	"strings"

	"dormer/internal/hover"
)

// askPerson shows what Hover shows before it gives out a code.
func (s *Simulator) askPerson(w http.ResponseWriter, r *http.Request) {
	link := func(answer, class, text string) string {
		q := r.URL.Query()
		q.Set("answer", answer)
		u := url.URL{Path: r.URL.Path, RawQuery: q.Encode()}
		return `<a class="b ` + class + `" href="` + html.EscapeString(u.String()) + `">` + text + `</a>`
	}
	page(w, http.StatusOK, "Allow access to "+s.orgName+"?",
		"The application wants to read your jobs and measurements, and to hear of changes.",
		link("allow", "", "Allow")+link("deny", "q", "Deny"))
}

func (s *Simulator) viewPage(w http.ResponseWriter, r *http.Request) {
	s.jobPageWith(w, r, "This is where the 3D view would turn.", false)
}

func (s *Simulator) jobPage(w http.ResponseWriter, r *http.Request) { s.jobPageWith(w, r, "", true) }

func (s *Simulator) jobPageWith(w http.ResponseWriter, r *http.Request, text string, mayApprove bool) {
	s.mu.Lock()
	j := s.jobs[hover.JobID(r.PathValue("id"))]
	title, state, button := "", "", ""
	if j != nil {
		title, state = j.address.String(), strings.ReplaceAll(string(j.state), "_", " ")
		if mayApprove && j.state == hover.JobWaitingApproval {
			button = `<form method="post" action="/wr/jobs/` + url.PathEscape(string(j.id)) +
				`/approve"><button>Approve</button></form>`
		}
	}
	s.mu.Unlock()
	if j == nil {
		page(w, http.StatusNotFound, "No such job", "This account has no job of that number.", "")
		return
	}
	page(w, http.StatusOK, title, cmp.Or(text, "Job "+r.PathValue("id")+" is "+state+"."), button)
}

func (s *Simulator) approvePage(w http.ResponseWriter, r *http.Request) {
	id := hover.JobID(r.PathValue("id"))
	if err := s.ApproveJob(id); err != nil {
		page(w, http.StatusNotFound, "No such job", "This account has no job of that number.", "")
		return
	}
	page(w, http.StatusOK, "Approved", "The model is being built now.", "")
}

// capturePage stands for the phone app that a capture link opens.
func (s *Simulator) capturePage(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	c := s.captureBy(r.PathValue("identifier"))
	text, body := "", ""
	if c != nil {
		text = c.user.Name() + " asks " + c.spec.Name + " to photograph " + c.spec.Address.String() + "."
		if c.state == hover.CaptureNew || c.state == hover.CaptureConnected {
			body = `<form method="post"><button>Take the photos</button></form>`
		}
	}
	s.mu.Unlock()
	if c == nil {
		page(w, http.StatusNotFound, "No such capture request", "The link leads nowhere.", "")
		return
	}
	page(w, http.StatusOK, "Capture a property", text, body)
}

func (s *Simulator) takePhotos(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	c := s.captureBy(r.PathValue("identifier"))
	if c != nil {
		if c.state == hover.CaptureNew {
			s.setCapture(c, hover.CaptureConnected)
		}
		if c.state == hover.CaptureConnected {
			s.setCapture(c, hover.CaptureComplete)
			if s.speed > 0 {
				s.play(c.job, builds)
			}
		}
	}
	s.mu.Unlock()
	if c == nil {
		page(w, http.StatusNotFound, "No such capture request", "The link leads nowhere.", "")
		return
	}
	page(w, http.StatusOK, "Thank you", "The photos were uploaded.", "")
}
