package doctor

import (
	"fmt"
	"strings"
	"testing"

	"dormer/internal/say"
)

func TestBeforeAnyReplyAllQuestionsAreOpen(t *testing.T) {
	found := Replies(nil)
	if len(found) != 1 || found[0].Name != "replies/open" || found[0].State != Green {
		t.Fatalf("%+v", found)
	}
	for _, q := range Questions() {
		if asks := q.asks(); asks.ID == "" || !strings.Contains(found[0].Says.String(), asks.String()) {
			t.Errorf("%s is not told as open: %s", q, found[0].Says)
		}
	}
}

func TestTheAnswersThatWereMetAreToldWithHowOften(t *testing.T) {
	a := &Answers{}
	for range 3 {
		a.Note(AskedNotReady, "404", noon)
	}
	a.Note(AskedNotReady, "page 200", noon)
	a.Note(AskedPKCE, "refused", noon)
	all := map[string]string{}
	for _, f := range Replies(a.List()) {
		all[f.Name] = f.Says.String()
	}
	if got, want := all["replies/not-ready"], "Met so far, what comes for a file that is not there yet: 404 (3) and a page (HTTP 200) (1)"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := all["replies/pkce"]; !strings.Contains(got, "refused, without it the sign-in goes on (1)") {
		t.Errorf("%q", got)
	}
	if open := all["replies/open"]; strings.Contains(open, "PKCE") || !strings.Contains(open, "the acting user") {
		t.Errorf("still open: %q", open)
	}
}

func TestWhatWasMetIsKnownAfterARestart(t *testing.T) {
	before := &Answers{}
	before.Note(AskedIDs, "numbers", noon)
	now := &Answers{}
	now.Note(AskedIDs, "numbers", noon.AddDate(0, 0, 1))
	now.Remember(before.List())
	list := now.List()
	if len(list) != 1 || list[0].Count != 2 || !list[0].First.Equal(noon) || !list[0].Last.Equal(noon.AddDate(0, 0, 1)) {
		t.Errorf("%+v", list)
	}
	select {
	case <-now.Fresh():
	default:
		t.Error("nobody hears that there is something to write")
	}
	now.Note(AskedIDs, "numbers", noon)
	select {
	case <-now.Fresh():
		t.Error("what is known already is to be written at once")
	default:
	}
}

func TestOddRepliesTakeNoRoom(t *testing.T) {
	a := &Answers{}
	for i := range 500 {
		a.Note(AskedRate, fmt.Sprintf("X-RateLimit-%d", i), noon)
		a.Note(AskedErrors, strings.Repeat("x", i), noon)
	}
	of := map[Question]int{}
	for _, m := range a.List() {
		if of[m.Question]++; len(m.Answer) > maxAnswerText {
			t.Errorf("%d characters are kept", len(m.Answer))
		}
	}
	if of[AskedRate] != maxAnswers || of[AskedErrors] != maxAnswers {
		t.Errorf("%v are kept", of)
	}
}

// Each answer that the witness can give has words of its own in both languages, or is
// a status, a name or a span that needs none.
func TestAnswersHaveWordsInBothLanguages(t *testing.T) {
	for _, a := range []Answer{
		{Question: AskedPKCE, Answer: "taken"}, {Question: AskedPKCE, Answer: "refused"}, {Question: AskedLostReply, Answer: "lives"},
		{Question: AskedLostReply, Answer: "ended"}, {Question: AskedCode, Answer: "before"}, {Question: AskedCode, Answer: "after < 1s"},
		{Question: AskedCode, Answer: "again"}, {Question: AskedCode, Answer: "reply"}, {Question: AskedCode, Answer: "unsaid"},
		{Question: AskedWebhookEnd, Answer: "told"}, {Question: AskedWebhookEnd, Answer: "unverified"}, {Question: AskedWebhookEnd, Answer: "gone"},
		{Question: AskedActingUser, Answer: "free"}, {Question: AskedActingUser, Answer: "needed 422"}, {Question: AskedPages, Answer: "neither"},
		{Question: AskedIDs, Answer: "numbers"}, {Question: AskedIDs, Answer: "texts"}, {Question: AskedSearch, Answer: "finds"},
		{Question: AskedSearch, Answer: "other"}, {Question: AskedSearch, Answer: "short 422"}, {Question: AskedNotReady, Answer: "empty"},
		{Question: AskedNotReady, Answer: "page 200"}, {Question: AskedStorage, Answer: "own"}, {Question: AskedStorage, Answer: "other"},
		{Question: AskedStorage, Answer: "direct"}, {Question: AskedErrors, Answer: "empty"}, {Question: AskedErrors, Answer: "page"},
		{Question: AskedErrors, Answer: "text"}, {Question: AskedRate, Answer: "none"}, {Question: AskedRate, Answer: "seconds"}, {Question: AskedRate, Answer: "date"},
	} {
		en, es := a.says().String(), a.says().For(say.Reader{Language: say.Spanish})
		if a.says().ID == "" || en == es {
			t.Errorf("%s %s is told as %q and %q", a.Question, a.Answer, en, es)
		}
	}
}
