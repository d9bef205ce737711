package simulator

import (
	"cmp"
	"html"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"dormer/internal/hover"
)

// page writes a small page in the product's colours. body is HTML.
func page(w http.ResponseWriter, status int, title, text, body string) {
	b := `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
		`<title>` + html.EscapeString(title) + `</title><style>` +
		`body{font:16px/1.5 system-ui,sans-serif;background:#F6F4F1;color:#23282E;margin:0;padding:12vh 16px}` +
		`main{max-width:30rem;margin:auto;background:#fff;border:1px solid #DDD7CE;border-radius:12px;padding:28px 32px}` +
		`h1{font-size:1.3rem;margin:0 0 .5rem}p{margin:.4rem 0;color:#5C636D}form{display:inline}` +
		`a.b,button{display:inline-block;font:inherit;font-weight:600;margin:1rem .5rem 0 0;padding:.55rem 1.1rem;border-radius:8px;` +
		`border:1px solid #2B6777;background:#2B6777;color:#fff;text-decoration:none;cursor:pointer}` +
		`a.q{background:#fff;color:#2B6777}small{color:#8A5200}</style></head><body><main>` +
		`<small>Simulated Hover. Nothing here leaves this computer.</small>` +
		`<h1>` + html.EscapeString(title) + `</h1><p>` + html.EscapeString(text) + `</p>` + body + `</main></body></html>`
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(len(b)))
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(b))
}

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
