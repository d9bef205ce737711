package doctor

import (
	"cmp"
	"maps"
	"slices"
	"sync"
	"time"
)

// Question is one that Hover's pages leave open and that Hover's replies answer.
// Those that its deliveries answer are [Traffic]'s.
type Question string

// The questions, in the order in which they are told.
const (
	AskedPKCE       Question = "pkce"
	AskedRedirect   Question = "redirect"
	AskedGrant      Question = "invalid-grant"
	AskedLostReply  Question = "lost-reply"
	AskedCode       Question = "code"
	AskedVerify     Question = "verify"
	AskedWebhookEnd Question = "failed-deliveries"
	AskedActingUser Question = "acting-user"
	AskedPages      Question = "pages"
	AskedIDs        Question = "ids"
	AskedSearch     Question = "search"
	AskedNotReady   Question = "not-ready"
	AskedStorage    Question = "storage"
	AskedLinkLife   Question = "link-life"
	AskedErrors     Question = "errors"
	AskedRate       Question = "rate"
)

// Questions lists them all.
func Questions() []Question {
	return []Question{
		AskedPKCE, AskedRedirect, AskedGrant, AskedLostReply, AskedCode, AskedVerify, AskedWebhookEnd, AskedActingUser,
		AskedPages, AskedIDs, AskedSearch, AskedNotReady, AskedStorage, AskedLinkLife, AskedErrors, AskedRate,
	}
}

// Answer is one answer to a question that was met, and how often.
type Answer struct {
	Question Question  `json:"question"`
	Answer   string    `json:"answer"` // a word of Dormer's own, perhaps with a status or a span: "needed 422"
	First    time.Time `json:"first"`
	Last     time.Time `json:"last"`
	Count    int       `json:"count"`
}

// Bounds on what is remembered: some answers have in them what came.
const (
	maxAnswers    = 12 // of one question
	maxAnswerText = 60
)

// Answers are what was met so far. The zero value is ready for use by many; a nil
// one notes nothing.
type Answers struct {
	mu    sync.Mutex
	met   map[Question]map[string]Answer
	fresh chan struct{} // has an element if something new was met since Fresh was asked
}

// Note takes an answer down.
func (a *Answers) Note(q Question, answer string, at time.Time) {
	if a == nil || len(answer) > maxAnswerText {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.init()
	of := a.met[q]
	if of == nil {
		of = map[string]Answer{}
		a.met[q] = of
	}
	m, known := of[answer]
	if !known && len(of) == maxAnswers {
		return
	}
	if !known {
		m = Answer{Question: q, Answer: answer, First: at.UTC().Round(0)}
		select {
		case a.fresh <- struct{}{}:
		default:
		}
	}
	m.Last = at.UTC().Round(0)
	m.Count++
	of[answer] = m
}

// Fresh has an element after an answer was met that was not known.
func (a *Answers) Fresh() <-chan struct{} {
	if a == nil {
		return nil
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.init()
	return a.fresh
}

func (a *Answers) init() {
	if a.met == nil {
		a.met, a.fresh = map[Question]map[string]Answer{}, make(chan struct{}, 1)
	}
}

// Remember adds what was met before, as List gave it.
func (a *Answers) Remember(list []Answer) {
	if a == nil {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.init()
	for _, was := range list {
		if a.met[was.Question] == nil {
			a.met[was.Question] = map[string]Answer{}
		}
		now := a.met[was.Question][was.Answer]
		if was.Count += now.Count; now.Last.After(was.Last) {
			was.Last = now.Last
		}
		a.met[was.Question][was.Answer] = was
	}
}

// List gives what was met, by question, the most frequent answer first.
func (a *Answers) List() []Answer {
	if a == nil {
		return nil
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	var all []Answer
	for _, q := range Questions() {
		all = append(all, slices.SortedFunc(maps.Values(a.met[q]), func(x, y Answer) int {
			return cmp.Or(y.Count-x.Count, cmp.Compare(x.Answer, y.Answer))
		})...)
	}
	return all
}
