package paperwork

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"dormer/internal/hover"
)

// Checklist is a checklist that was filled in, or an inspection: the pages "Get a Job's
// Latest Checklist" and "Get Inspection Details".
type Checklist struct {
	Job   hover.JobID `json:"job_id"`
	Title string      `json:"title"`
	State string      `json:"state"`
	By    string      `json:"by"` // the inspector
	At    time.Time   `json:"submitted_at,omitzero"`
	// PDF is Hover's own document of it; empty if there is none.
	PDF     string   `json:"pdf_url,omitempty"`
	Answers []Answer `json:"answers"`
}

// Answer is one question with its answer, or one task.
type Answer struct {
	Section  string `json:"section,omitempty"` // "From Ground, Front"
	Question string `json:"question"`
	Kind     string `json:"kind,omitempty"` // boolean, number, string, select, photo_capture
	// Answer is the answer as a text, empty if there is none; Number or Yes is it as
	// what it is, where it is one.
	Answer string   `json:"answer"`
	Number *float64 `json:"number,omitempty"`
	Yes    *bool    `json:"yes,omitempty"`
	Photos []Photo  `json:"photos"`
}

// Photo is a picture that belongs to an answer.
type Photo struct {
	Name string `json:"name,omitempty"`
	URL  string `json:"url"`
}

// ReadChecklist reads a reply about a checklist or an inspection. Odd fields cost only
// themselves.
func ReadChecklist(reply []byte) (Checklist, error) {
	if len(reply) > maxReply {
		return Checklist{}, ErrUnread
	}
	f := unwrapped(reply, "questions", "sections")
	if f == nil || f["questions"] == nil && f["sections"] == nil {
		return Checklist{}, ErrUnread
	}
	c := Checklist{
		Job: cmp.Or(id[hover.JobID](f.in("job"), "id"), id[hover.JobID](f, "jobid")), Title: f.text("title", "name"), State: f.text("state"),
		By: f.in("inspector").person(), At: hover.ParseTime(f.text("submittedat")), PDF: link(f.text("pdfurl")),
	}
	for _, q := range inOrder(f["questions"]) {
		if a, ok := readAnswer(q, ""); ok {
			c.Answers = append(c.Answers, a)
		}
	}
	for _, section := range inOrder(f["sections"]) {
		for _, group := range inOrder(section["taskgroups"]) {
			where := section.text("name", "title")
			if name := group.text("name", "title"); name != "" && name != where {
				where = strings.TrimPrefix(where+", "+name, ", ")
			}
			for _, task := range inOrder(group["tasks"]) {
				if a, ok := readAnswer(task, where); ok && len(c.Answers) < maxLines {
					c.Answers = append(c.Answers, a)
				}
			}
		}
	}
	return c, nil
}

// Photos counts those of all answers.
func (c Checklist) Photos() (n int) {
	for _, a := range c.Answers {
		n += len(a.Photos)
	}
	return n
}

// inOrder gives the objects of a list by their sort_order; those without one stay where
// they are.
func inOrder(b json.RawMessage) []fields {
	var all []fields
	for _, e := range elements(b) {
		if f := fieldsOf(e); f != nil {
			all = append(all, f)
		}
	}
	slices.SortStableFunc(all, func(a, b fields) int {
		x, y := a.number("sortorder"), b.number("sortorder")
		if x == nil || y == nil {
			return 0
		}
		return cmp.Compare(*x, *y)
	})
	return all
}

func readAnswer(f fields, where string) (Answer, bool) {
	a := Answer{
		Section: where, Question: f.text("questiontext", "question", "name", "title"), Kind: f.text("questiontype", "kind", "type"),
		Photos: photos(f),
	}
	for _, name := range []string{"answervalue", "answer", "value", "response", "answers", "selectedoptions"} {
		if a.answered(f[name]) {
			break
		}
	}
	return a, a.Question != "" || a.Answer != ""
}

// answered reads an answer of any shape; false is none.
func (a *Answer) answered(b json.RawMessage) bool {
	b = bytes.TrimSpace(b)
	if len(b) == 0 || string(b) == "null" {
		return false
	}
	switch b[0] {
	case 't', 'f':
		return a.yes(string(b) == "true")
	case '[':
		var parts []string
		for _, e := range elements(b) {
			s := cmp.Or(textOf(e), fieldsOf(e).text("name", "label", "text", "value"))
			if s != "" && len(parts) < maxPhotos {
				parts = append(parts, s)
			}
		}
		a.Answer = cleaned(strings.Join(parts, ", "))
		return a.Answer != ""
	case '{':
		f := fieldsOf(b)
		for _, name := range []string{"value", "text", "label", "name"} {
			if inner := f[name]; len(inner) > 0 && inner[0] != '{' && inner[0] != '[' {
				return a.answered(inner)
			}
		}
		return false
	}
	a.Answer = textOf(b)
	if n, ok := numberOf(b); ok && (b[0] != '"' || a.Kind == "number") {
		a.Answer, a.Number = Decimal(n), &n
	}
	switch word := strings.ToLower(a.Answer); {
	case a.Kind != "boolean":
	case word == "true" || word == "yes":
		return a.yes(true)
	case word == "false" || word == "no":
		return a.yes(false)
	}
	return a.Answer != ""
}

func (a *Answer) yes(yes bool) bool {
	a.Yes = &yes
	a.Answer = map[bool]string{true: "yes", false: "no"}[yes]
	return true
}

// photos lists the pictures of an answer: images[].redirect_url of the older kind,
// captured_photos[].urls of an inspection, of which the original is meant.
func photos(f fields) []Photo {
	all := []Photo{}
	for _, list := range [][]fields{inOrder(f["images"]), inOrder(f["capturedphotos"])} {
		for _, p := range list {
			urls := p.in("urls")
			where := link(cmp.Or(urls.text("original", "w1440", "w1152", "w834", "w480"), p.text("redirecturl", "url")))
			if where != "" && len(all) < maxPhotos {
				all = append(all, Photo{Name: p.text("prettyfilename", "name"), URL: where})
			}
		}
	}
	return all
}

// link gives an address that can be asked, else nothing.
func link(s string) string {
	if strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "/") && !strings.HasPrefix(s, "//") {
		if !strings.ContainsAny(s, " \n\t") {
			return s
		}
	}
	return ""
}
