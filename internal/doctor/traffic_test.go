package doctor

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"dormer/internal/hover"
)

var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

// post is a delivery as the store has it, late by some seconds.
func post(name hover.EventName, body string, change func(*Delivery)) Delivery {
	d := Delivery{
		Name: name, At: noon.Add(2 * time.Second), Verdict: hover.VerdictSigned, Reading: "sha256 path text sent", Body: []byte(body),
		Header: map[string]string{
			"Content-Type": "application/json", "Date": "Wed, 04 Mar 2026 12:00:00 GMT", hover.HeaderSignature256: "sha256=7:x", hover.HeaderSignature: "sha1=7:x",
		},
	}
	if change != nil {
		change(&d)
	}
	return d
}

func answers(t *Traffic) map[string]string {
	all := map[string]string{}
	for _, f := range t.Findings() {
		all[strings.TrimPrefix(f.Name, "traffic/")] = f.Says.String()
	}
	return all
}

func TestWithoutTrafficAllQuestionsAreOpen(t *testing.T) {
	found := (&Traffic{}).Findings()
	if len(found) != 1 || found[0].Name != "traffic/open" || !strings.Contains(found[0].Says.String(), "how deliveries are signed") || Worst(found) != Green {
		t.Errorf("%+v", found)
	}
}

func TestTheTrafficSettlesWhatHoversPagesLeaveOpen(t *testing.T) {
	var tr Traffic
	tr.Add(post(hover.EventVerificationCode, `{"event":"webhook-verification-code","code":"918273","webhook_id":7}`, func(d *Delivery) {
		d.Verification, d.Verdict, d.Reading = true, hover.VerdictUnpinned, ""
	}))
	job := func(name hover.EventName, id hover.JobID, state string, late time.Duration, again bool) {
		tr.Add(post(name, fmt.Sprintf(`{"event":%q,"job_id":%s,"state":%q}`, name, id, state), func(d *Delivery) {
			d.Job, d.State, d.At, d.Duplicate = id, state, noon.Add(late), again
		}))
	}
	job(hover.EventJobStateV2, "1", "completed", 500*time.Millisecond, false)
	job(hover.EventJobState, "1", "complete", time.Second, false)
	job(hover.EventJobStateV2, "2", "failed", time.Second, false)
	job(hover.EventJobStateV2, "2", "failed", 31*time.Second, true)
	tr.Add(post(hover.EventModelState, `{"event":"model-state-changed","job_id":1,"model":{"id":51,"tags":["x"]},"state":"completed"}`, func(d *Delivery) { d.State = "completed" }))
	tr.Add(post("house-painted", `{"event":"house-painted","ann@example.com":"1420 Sycamore Lane"}`, nil))

	got := answers(&tr)
	for name, want := range map[string]string{
		"signature":    "sha256, path without query, text key, content type as sent (6 deliveries). The MD5 is computed, no Content-MD5 header comes. The content type has no parameters, so as sent and bare are the same.",
		"verification": "1 of 1 verification post came signed",
		"job-events":   "job-state-changed comes beside job-state-changed-v2: both told 1 of 2 changes",
		"repeats":      "1 body came the same again, 30s to 30s after the first",
		"clock":        "The Date of 7 deliveries lies 500ms to 31s before its arrival, half of them within 2s",
		"content-type": "Content types: application/json (7)",
		"model-states": "Models were completed",
	} {
		if got[name] != want {
			t.Errorf("%s: %q, want %q", name, got[name], want)
		}
	}
	for _, want := range []string{
		"model-state-changed has these fields: event string, job_id number, model.id number, model.tags[] string, state string",
		"house-painted has these fields: (odd) string, event string", "inspection-state-changed has not come yet",
	} {
		if !strings.Contains(got["fields"], want) {
			t.Errorf("the fields are %q, without %q", got["fields"], want)
		}
	}
	if got["open"] != "" {
		t.Errorf("still open: %q", got["open"])
	}
	all := fmt.Sprint(tr.Shapes(), tr.Findings())
	for _, secret := range []string{"918273", "ann@", "Sycamore"} {
		if strings.Contains(all, secret) {
			t.Errorf("the shapes tell %q: %s", secret, all)
		}
	}
}

func TestOneOfTheTwoJobEventsIsToldApart(t *testing.T) {
	event := func(names ...hover.EventName) string {
		var tr Traffic
		for i, n := range names {
			tr.Add(post(n, fmt.Sprintf(`{"n":%d}`, i), func(d *Delivery) { d.Job, d.State = hover.JobID(fmt.Sprint(i)), "completed" }))
		}
		return answers(&tr)["job-events"]
	}
	for want, got := range map[string]string{
		"Only job-state-changed-v2 comes (1 change)": event(hover.EventJobStateV2),
		"Only job-state-changed comes (2 changes)":   event(hover.EventJobState, hover.EventJobState),
		"never both": event(hover.EventJobState, hover.EventJobStateV2),
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestSignaturesThatNobodyUnderstandsAreCounted(t *testing.T) {
	var tr Traffic
	unpinned := func(d *Delivery) { d.Verdict, d.Reading = hover.VerdictUnpinned, "" }
	tr.Add(post(hover.EventJobStateV2, `{}`, unpinned))
	tr.Add(post(hover.EventJobStateV2, `{}`, func(d *Delivery) { d.Verdict, d.Reading, d.Header = hover.VerdictUnsigned, "", map[string]string{} }))
	tr.Add(post(hover.EventJobStateV2, `{}`, func(d *Delivery) {
		d.Verdict, d.Reading, d.Header = hover.VerdictUnpinned, "", map[string]string{hover.HeaderAuthorization: "APIAuth 7:x", "Content-Type": "application/json"}
	}))
	got := answers(&tr)
	if got["signature"] != "2 signatures matched no reading that is known. 1 delivery came unsigned." {
		t.Errorf("%q", got["signature"])
	}
	if got["content-type"] != "Content types: none (1) and application/json (2)" {
		t.Errorf("%q", got["content-type"])
	}
}

func TestTheReadingIsToldWithAllThatItIsMadeOf(t *testing.T) {
	told := map[string]hover.Reading{}
	for _, r := range hover.Readings() {
		words := Reading(r).String()
		if other, twice := told[words]; twice {
			t.Errorf("%s and %s are both told as %q", r, other, words)
		}
		told[words] = r
	}
}

func TestWhatComesOutOfOrderIsCounted(t *testing.T) {
	order := func(states ...string) string {
		var tr Traffic
		for i, s := range states {
			tr.Add(post(hover.EventJobStateV2, fmt.Sprintf(`{"n":%d}`, i), func(d *Delivery) { d.Job, d.State = "1", s }))
		}
		return answers(&tr)["order"]
	}
	for want, got := range map[string]string{
		"The events of 1 job came in the order of what happened": order("uploading", "working", "completed", "requesting_corrections", "working", "completed"),
		"1 event came after one that happened later":             order("uploading", "completed", "working"),
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestFormsAndWhatIsNeitherAreToldApart(t *testing.T) {
	var tr Traffic
	for i, body := range []string{`{"event":"x"}`, "event=job-state-changed&job_id=1", "payload=%7B%22event%22%3A%22x%22%7D", "<xml/>"} {
		tr.Add(post(hover.EventName(fmt.Sprintf("e%d", i)), body, nil))
	}
	if got, want := answers(&tr)["bodies"], "Bodies are JSON (1), JSON within a form (1), forms (1) and something else (1)"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if s := tr.Shapes()[1]; !slices.Contains(s.Fields, "job_id string") {
		t.Errorf("a form's fields are %q", s.Fields)
	}
}

func TestAStrangersFloodTakesNoRoom(t *testing.T) {
	var tr Traffic
	fields := make([]string, 500)
	for i := range fields {
		fields[i] = fmt.Sprintf(`"f%d":1`, i)
	}
	deep := strings.Repeat(`{"a":`, 100) + "1" + strings.Repeat("}", 100)
	for i := range 300 {
		tr.Add(post(hover.EventName(fmt.Sprintf("event-%d", i)), "{"+strings.Join(fields, ",")+"}", nil))
	}
	tr.Add(post("event-1", deep, nil))
	tr.Add(post("event-1", `{"broken`, nil))
	shapes := tr.Shapes()
	if len(shapes) != maxShapes {
		t.Errorf("%d shapes are kept", len(shapes))
	}
	for _, s := range shapes {
		if len(s.Fields) > maxFields {
			t.Errorf("%s has %d fields", s.Event, len(s.Fields))
		}
	}
	i := slices.IndexFunc(shapes, func(s Shape) bool { return s.Event == "event-1" })
	if shapes[i].Count != 3 {
		t.Errorf("%d of event-1 were counted", shapes[i].Count)
	}
}

func FuzzWhatIsPostedIsDescribedWithoutItsContents(f *testing.F) {
	f.Add("job-state-changed-v2", `{"event":"x","job_id":1}`, "completed", "application/json")
	f.Add("", `[[[{"a":[{}]}]]]`, "", "")
	f.Add("a b", `{"ann@example.com":{"x":null}}`, "two words", "text/html; charset=utf-8")
	f.Fuzz(func(t *testing.T, name, body, state, contentType string) {
		var tr Traffic
		tr.Add(post(hover.EventName(name), body, func(d *Delivery) { d.State, d.Header["Content-Type"] = state, contentType }))
		for _, s := range tr.Shapes() {
			for _, w := range append(append([]string{string(s.Event)}, s.States...), s.Headers...) {
				if strings.ContainsAny(w, "@ \n\"") {
					t.Errorf("%q is told", w)
				}
			}
			for _, field := range s.Fields {
				if strings.ContainsAny(field, "@\n\"") || strings.Count(field, " ") != 1 {
					t.Errorf("the field %q is told", field)
				}
			}
		}
		for _, found := range tr.Findings() {
			if strings.ContainsAny(found.Says.String(), "\n@") {
				t.Errorf("%q", found.Says)
			}
		}
	})
}
