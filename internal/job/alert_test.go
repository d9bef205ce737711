package job

import (
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"

	_ "dormer/internal/hermetic"
	"dormer/internal/hover"
	"dormer/internal/say"
)

var sycamore = Job{
	ID: "501", Name: "Whitfield", State: hover.JobCompleted,
	Address: hover.Address{Line1: "1420 Sycamore Lane", City: "Carmel", Region: "IN", PostalCode: "46033"},
}

func english(title, body say.Text) (string, string) { return title.String(), body.String() }

func outside(words []string) []say.Text {
	var list []say.Text
	for _, w := range words {
		list = append(list, say.Words(w))
	}
	return list
}

// figured are so many saved PDFs, and figures of structures.
func figured(saved int, models ...hover.ModelID) Files {
	f := Files{Saved: saved, Figures: map[hover.ModelID]say.Text{}}
	for _, m := range models {
		f.Figures[m] = say.T("figures.squares_pitch", "squares", "28.5", "pitch", "8/12")
	}
	return f
}

// numbered are structures that are measured, S1 and so on.
func numbered(n int) (all []Structure) {
	for i := range n {
		id := strconv.Itoa(i + 1)
		all = append(all, Structure{ID: hover.ModelID(id), Name: "S" + id, State: hover.ModelCompleted})
	}
	return all
}

func with(j Job, s ...Structure) Job {
	j.Structures = s
	return j
}

func TestWhatPeopleCallAJob(t *testing.T) {
	mill := hover.Address{Line1: "12 Mill Street", City: "Dayton", Region: "OH"}
	for _, c := range []struct {
		job  Job
		want string
	}{
		{Job{ID: "501"}, "Job 501"},
		{Job{ID: "501", Name: "Ramirez"}, "Ramirez"},
		{Job{ID: "501", Address: mill}, "12 Mill Street, Dayton OH"},
		{Job{ID: "501", Name: "Ramirez", Address: mill}, "Ramirez – 12 Mill Street, Dayton OH"},
		{Job{ID: "501", Name: "12 mill street", Address: mill}, "12 Mill Street, Dayton OH"},
		{Job{ID: "501", Name: "12 Mill Street, Dayton OH 45402", Address: mill}, "12 Mill Street, Dayton OH 45402"},
		{Job{ID: "501", Address: hover.Address{City: "Dayton"}}, "Dayton"},
		{Job{ID: "501", Name: " a\tb\r\n\x1b[31mc\u202e "}, "a b [31mc"},
		{Job{ID: "501", Name: "\x00\u200b"}, "Job 501"},
	} {
		if got := c.job.Title().String(); got != c.want {
			t.Errorf("%+v is called %q, want %q", c.job, got, c.want)
		}
	}
}

func TestAlertsInPlainWords(t *testing.T) {
	total := 1497.2
	siding := Paper{Title: "Siding", By: "Morgan Long", Lines: 12, Total: &total}
	const sycamoreTitle = "Whitfield – 1420 Sycamore Lane, Carmel IN"
	house, shed := Structure{ID: "1", State: hover.ModelCompleted}, Structure{ID: "2", Name: "Shed", State: hover.ModelFailed, FailureReason: "Photos too dark."}
	many := []Structure{house}
	for range 30 {
		many = append(many, Structure{Name: strings.Repeat("n", 100), State: hover.ModelFailed, FailureReason: strings.Repeat("w", 1000)})
	}
	for _, c := range []struct {
		name        string
		h           Happening
		job         Job
		files       Files
		title, body string
	}{
		{"measured", Happening{Outcome: Completed}, with(sycamore, house), Files{Saved: 1}, sycamoreTitle + " is measured", "The PDF is saved."},
		{"the PDF follows", Happening{Outcome: Completed}, sycamore, Files{Waiting: 1, PDFFollows: true}, sycamoreTitle + " is measured", "PDF follows."},
		{"some PDFs follow", Happening{Outcome: Completed}, sycamore, Files{Saved: 2, Waiting: 1}, sycamoreTitle + " is measured", "2 PDFs are saved. More PDFs follow."},
		{"no PDF for you", Happening{Outcome: Completed}, sycamore, Files{Unavailable: 1}, sycamoreTitle + " is measured", "Hover does not give out the PDF. Open the job in Hover to see it."},
		{"not all PDFs", Happening{Outcome: Completed}, sycamore, Files{Saved: 1, Unavailable: 1}, sycamoreTitle + " is measured", "The PDF is saved. Hover does not give out the other PDFs."},
		{"nothing known of files", Happening{Outcome: Completed}, sycamore, Files{}, sycamoreTitle + " is measured", ""},
		{
			"a shed that failed", Happening{Outcome: Completed}, with(sycamore, house, shed, Structure{ID: "3", Name: "Barn"}), Files{Saved: 1},
			sycamoreTitle + " is measured",
			"Ready: Main structure. Could not be measured: Shed (Photos too dark). Still to come: Barn. The PDF is saved.",
		},
		{
			"two that are ready", Happening{Outcome: Completed}, with(sycamore, house, Structure{Name: "Garage", State: hover.ModelCompleted}), Files{},
			sycamoreTitle + " is measured", "Ready: Main structure and Garage.",
		},
		{
			"with its figures", Happening{Outcome: Completed}, with(sycamore, Structure{ID: "1", Name: "House", State: hover.ModelCompleted}), figured(2, "1"),
			sycamoreTitle + " is measured", "House: 28.5 squares, 8/12. 2 PDFs are saved.",
		},
		{
			"some with figures", Happening{Outcome: Completed}, with(sycamore, house, shed, Structure{ID: "3", Name: "Barn", State: hover.ModelCompleted}), figured(1, "1", "9"),
			sycamoreTitle + " is measured", "Main structure: 28.5 squares, 8/12. Ready: Barn. Could not be measured: Shed (Photos too dark). The PDF is saved.",
		},
		{
			"figures of many", Happening{Outcome: Completed}, with(sycamore, numbered(5)...), figured(0, "1", "2", "3", "4", "5"), sycamoreTitle + " is measured",
			"S1: 28.5 squares, 8/12. S2: 28.5 squares, 8/12. S3: 28.5 squares, 8/12. Ready: S4 and S5.",
		},
		{
			"the garage with figures", Happening{Outcome: StructureDone, Model: "1", State: "completed"}, with(sycamore, house), figured(1, "1"),
			"Main structure of " + sycamoreTitle + " is measured", "28.5 squares, 8/12. The PDF is saved.",
		},
		{
			"failed", Happening{Outcome: Failed}, with(sycamore, shed, shed), Files{}, sycamoreTitle + " could not be measured",
			"Photos too dark. Open the job in Hover to take new photos, or send a new capture request.",
		},
		{
			"failed without a reason", Happening{Outcome: Failed, Job: "501"}, Job{}, Files{}, "Job 501 could not be measured",
			"Open the job in Hover to take new photos, or send a new capture request.",
		},
		{"cancelled", Happening{Outcome: Cancelled}, sycamore, Files{}, sycamoreTitle + " was canceled", "Hover no longer works on it. If it is still wanted, send a new capture request."},
		{"approval", Happening{Outcome: Approval}, sycamore, Files{}, sycamoreTitle + " waits for approval", "An admin or a job manager of your account approves it in Hover. It is built after that."},
		{"the garage", Happening{Outcome: StructureDone, Model: "1", State: "completed"}, with(sycamore, house), Files{Saved: 1}, "Main structure of " + sycamoreTitle + " is measured", "The PDF is saved."},
		{
			"the shed", Happening{Outcome: StructureDone, Model: "2", State: "failed"}, with(sycamore, house, shed), Files{}, "Shed of " + sycamoreTitle + " could not be measured",
			"Photos too dark. Open the job in Hover to take new photos, or send a new capture request.",
		},
		{"captured", Happening{Outcome: Capture}, sycamore, Files{}, sycamoreTitle + " was captured", "Hover builds it now. You are told when it is measured."},
		{"captured somewhere", Happening{Outcome: Capture}, Job{}, Files{}, "A property was captured", "Hover builds it now. You are told when it is measured."},
		{"an estimate", Happening{Outcome: Estimate, State: "complete"}, Job{}, Files{}, "Estimate is ready", "Open it in Hover to see it."},
		{"a list", Happening{Outcome: Estimate, State: "list-created"}, sycamore, Files{}, "Material list for " + sycamoreTitle + " is ready", "Open it in Hover to see it."},
		{"a list sent", Happening{Outcome: Estimate, State: "list-sent", Job: "501"}, Job{}, Files{}, "Material list for Job 501 was sent from Hover", "Somebody pressed the button for it in Hover. Open it in Hover to see it."},
		{"a list approved", Happening{Outcome: Estimate, State: "list-approval-approved"}, Job{}, Files{}, "Material list has news of its approval", "approved. Open it in Hover to see it."},
		{
			"a list with its file", Happening{Outcome: Materials, State: "list-sent", By: "Dana Cruz"}, sycamore, Files{Saved: 1, Paper: siding}, "Material list for " + sycamoreTitle + " was sent from Hover",
			"Dana Cruz sent it from Hover. Siding, by Morgan Long: 12 items, $1,497.20. It is saved in the job's folder.",
		},
		{
			"a list that follows", Happening{Outcome: Materials, State: "list-created"}, Job{}, Files{Waiting: 1, PDFFollows: true}, "Material list is ready", "Its file follows.",
		},
		{
			"a list that is refused", Happening{Outcome: Materials, State: "list-created"}, Job{}, Files{Unavailable: 1}, "Material list is ready", "Hover does not give it out to this account.",
		},
		{"a list with a total alone", Happening{Outcome: Materials, State: "list-created"}, Job{}, Files{Saved: 1, Paper: Paper{Lines: 1}}, "Material list is ready", "It has 1 item. It is saved in the job's folder."},
		{
			"a checklist", Happening{Outcome: Checklist, State: "submitted"}, sycamore, Files{Saved: 1, Paper: Paper{Title: "Storm damage", By: "Lee Tran", Lines: 4}}, "Checklist for " + sycamoreTitle + " was filled in",
			"Storm damage, by Lee Tran: 4 answers. It is saved in the job's folder.",
		},
		{"a checklist that is not here", Happening{Outcome: Checklist}, Job{}, Files{}, "Checklist was filled in", "Open it in Hover to see it."},
		{"a signature", Happening{Outcome: Signature, State: "signed"}, Job{}, Files{}, "Proposal was signed", "Open it in Hover to see it."},
		{"all signatures", Happening{Outcome: Signature, State: "complete"}, Job{}, Files{}, "Proposal has all its signatures", "Open it in Hover to see it."},
		{"a proposal", Happening{Outcome: Proposal, State: "complete"}, Job{}, Files{}, "Proposal is ready", "Open it in Hover to send it."},
		{"signed", Happening{Outcome: Proposal, State: "signature-signed"}, Job{}, Files{}, "Proposal was signed", "Open it in Hover to see it."},
		{"all signed", Happening{Outcome: Proposal, State: "signature-complete"}, Job{}, Files{}, "Proposal has all its signatures", "Open it in Hover to see it."},
		{"an order", Happening{Outcome: Order, State: "complete"}, sycamore, Files{}, "Order for " + sycamoreTitle + " is ready", "Open it in Hover to see it."},
		{"an order sent", Happening{Outcome: Order, State: "submitted"}, Job{}, Files{}, "Order was sent to the supplier", "Open it in Hover to follow it."},
		{"what is not known", Happening{Outcome: "odd"}, Job{}, Files{}, "News from Hover", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if title, body := english(Compose(c.h, c.job, c.files)); title != c.title || body != c.body {
				t.Errorf("got  %q, %q\nwant %q, %q", title, body, c.title, c.body)
			}
		})
	}

	hostile := with(Job{ID: "501", Name: "\x1b]0;x\a" + strings.Repeat("é", 5000)}, many...)
	for _, o := range []Outcome{Completed, Failed, StructureDone, Estimate, Capture} {
		title, body := english(Compose(Happening{Outcome: o}, hostile, Files{Saved: 1}))
		if n := len([]rune(title)); n > 180 || strings.ContainsFunc(title+body, unicode.IsControl) {
			t.Errorf("%s: %d characters, %q", o, n, title)
		}
		if n := len([]rune(body)); n > 800 {
			t.Errorf("%s: %d characters of body", o, n)
		}
	}
	if _, body := english(Compose(Happening{Outcome: Completed}, hostile, Files{Saved: 1})); !strings.HasSuffix(body, "and 29 more. The PDF is saved.") {
		t.Errorf("many failures leave no room for what is ready: %q", body)
	}
	if _, body := english(Compose(Happening{Outcome: Failed}, hostile, Files{})); !strings.HasSuffix(body, "send a new capture request.") {
		t.Errorf("a long reason leaves no room for what to do: %q", body)
	}
}

func TestAJobOfTheFreeTestSaysSo(t *testing.T) {
	j := with(sycamore, Structure{ID: "1", Name: "Barn", State: hover.ModelCompleted})
	j.Test = true
	const place = "TEST – Whitfield – 1420 Sycamore Lane, Carmel IN"
	for _, c := range []struct {
		h    Happening
		want string
	}{
		{Happening{Outcome: Completed}, place + " is measured"},
		{Happening{Outcome: Failed}, place + " could not be measured"},
		{Happening{Outcome: StructureDone, Model: "1"}, "Barn of " + place + " is measured"},
		{Happening{Outcome: Estimate}, "Estimate for " + place + " is ready"},
	} {
		if title, _ := english(Compose(c.h, j, Files{})); title != c.want {
			t.Errorf("%q, want %q", title, c.want)
		}
	}
	if got := (Job{ID: "7", Test: true}).Title().For(crew); got != "TEST – Trabajo 7" {
		t.Errorf("%q", got)
	}
}

func TestWhoHasToActForAJobThatWaits(t *testing.T) {
	asked := sycamore
	asked.State = hover.JobWaitingApproval
	photos := with(asked, Structure{ID: "1", Deliverable: "capture_only"})
	for _, c := range []struct {
		h           Happening
		j           Job
		title, body string
	}{
		{Happening{Outcome: Approval}, photos, "is ready to be ordered", "Choose in Hover what is to be measured"},
		{Happening{Outcome: Approval}, with(asked, Structure{Deliverable: "4"}, Structure{Deliverable: "7"}), "is ready to be ordered", "Choose in Hover"},
		{Happening{Outcome: Approval}, Job{ID: "1", Deliverable: "4"}, "is ready to be ordered", "Choose in Hover"},
		{Happening{Outcome: Approval}, with(asked, Structure{Deliverable: "4"}, Structure{Deliverable: "complete"}), "waits for approval", "admin or a job manager"},
		{Happening{Outcome: Approval}, asked, "waits for approval", "admin or a job manager"},
		{Happening{Outcome: Payment, State: "payment_failed"}, sycamore, "failed", "An admin of your account checks the card"},
		{Happening{Outcome: Payment, State: "paying"}, sycamore, "waits for payment", "An admin of your account can pay in Hover"},
		{Happening{Outcome: Payment, State: "limited_access"}, sycamore, "waits for payment", "once it is paid for"},
	} {
		if title, body := english(Compose(c.h, c.j, Files{})); !strings.HasSuffix(title, c.title) || !strings.Contains(body, c.body) {
			t.Errorf("%s %s: %q, %q", c.h.Outcome, c.h.State, title, body)
		}
	}
	if got := photos.Says(noon).String(); got != "is ready to be ordered" {
		t.Errorf("its state is said %q", got)
	}
	unpaid := Job{State: hover.JobPaying, Told: []Outcome{Payment}}
	if got := unpaid.Says(noon).String(); got != "waits for payment" || !unpaid.Unpaid() {
		t.Errorf("once that was told it %q", got)
	}
	if got := (Job{State: hover.JobPaying}).Says(noon).String(); got != "is being paid for" {
		t.Errorf("before it %q", got)
	}
}

func TestACapturedRequestSaysWhoTookThePhotos(t *testing.T) {
	title, body := english(ComposeCapture(Invitation{ID: "77", Name: "Dana", JobName: "Whitfield", Address: sycamore.Address}))
	if title != "Whitfield – 1420 Sycamore Lane, Carmel IN was captured" || body != "Dana took the photos. Hover builds it now. You are told when it is measured." {
		t.Errorf("%q, %q", title, body)
	}
	if title, _ = english(ComposeCapture(Invitation{ID: "77"})); title != "A property was captured" {
		t.Errorf("%q", title)
	}
}

func TestAWholeNightInOneAlert(t *testing.T) {
	done, failed := Happening{Outcome: Completed}, Happening{Outcome: Failed}
	for _, c := range []struct {
		hs          []Happening
		titles      []string
		when        Occasion
		title, body string
	}{
		{[]Happening{done, failed, done, done}, nil, WhileAway, "While you were away: 3 jobs were measured, 1 could not be measured", ""},
		{[]Happening{done}, []string{"A is measured"}, WhileQuiet, "While it was quiet: 1 job was measured", "A is measured."},
		{[]Happening{failed, failed}, []string{"A could not be measured", "B could not be measured"}, WhileAway, "While you were away: 2 jobs could not be measured", "A could not be measured and B could not be measured."},
		{
			[]Happening{
				{Outcome: Approval}, {Outcome: Cancelled}, {Outcome: StructureDone, State: "completed"}, {Outcome: StructureDone, State: "failed"},
				{Outcome: Capture}, {Outcome: Capture}, {Outcome: Estimate}, {Outcome: Proposal}, {Outcome: Order},
			}, nil, WhileAway,
			"While you were away: 1 job waits for approval, 1 was canceled, 1 more structure was measured, 1 more structure could not be measured, " +
				"2 properties were captured, 1 estimate or material list has news, 1 proposal has news, 1 order has news", "",
		},
		{nil, nil, JustNow, "", ""},
	} {
		if title, body := english(Summarize(c.hs, outside(c.titles), c.when)); title != c.title || body != c.body {
			t.Errorf("got  %q, %q\nwant %q, %q", title, body, c.title, c.body)
		}
	}
	long := []string{strings.Repeat("a", 150), strings.Repeat("b", 150), strings.Repeat("c", 150)}
	if _, body := english(Summarize([]Happening{done, done, done}, outside(long), WhileAway)); !strings.HasSuffix(body, "and 2 more.") {
		t.Errorf("%q", body)
	}
}

func TestNoPageSpeaksInTechnicalWords(t *testing.T) {
	var all []string
	for _, s := range everyState {
		if got := StateWords(s).String(); got == "" || strings.Contains(got, "_") {
			t.Errorf("%q is said %q", s, got)
		}
		all = append(all, StateWords(s).String())
	}
	for _, o := range []Outcome{Completed, StructureDone, Failed, Cancelled, Approval, Payment, Capture, Estimate, Proposal, Order} {
		for _, f := range []Files{{}, {Saved: 1}, {PDFFollows: true}, {Unavailable: 1}} {
			title, body := english(Compose(Happening{Outcome: o}, sycamore, f))
			all = append(all, title, body)
		}
	}
	for _, s := range all {
		for _, word := range []string{"reconstruct", "webhook", "payload", "API", "model", "JSON", "event"} {
			if strings.Contains(s, word) {
				t.Errorf("%q says %q", s, word)
			}
		}
	}
}

func TestStatesInPlainWords(t *testing.T) {
	for s, want := range map[hover.JobState]string{
		hover.JobWorking: "is being built", hover.JobCompleted: "is measured", hover.JobFailed: "could not be measured",
		hover.JobWaitingApproval: "waits for approval", "on_hold": "is in state “on hold”", "": "is new",
	} {
		if got := StateWords(s).String(); got != want {
			t.Errorf("%q is said %q, want %q", s, got, want)
		}
	}
	for left, want := range map[time.Duration]string{
		80 * time.Minute: "is being built, about 1 h 20 min left", 2 * time.Hour: "is being built, about 2 h left",
		5 * time.Minute: "is being built, about 5 min left", time.Second: "is being built, about 1 min left",
		47 * time.Hour: "is being built, about 47 h left", 60 * time.Hour: "is being built, about 3 days left",
		0: "is being built", -time.Hour: "is being built",
	} {
		if got := (Job{State: hover.JobWorking, ETA: noon.Add(left)}).Says(noon).String(); got != want {
			t.Errorf("with %v left: %q, want %q", left, got, want)
		}
	}
	if got := (Job{State: hover.JobCompleted, ETA: after(60)}).Says(noon).String(); got != "is measured" {
		t.Errorf("a finished job %q", got)
	}
	if got := (Job{State: hover.JobWorking}).Says(noon).String(); got != "is being built" {
		t.Errorf("without an estimate %q", got)
	}
}

func TestWhyAJobFailed(t *testing.T) {
	j := with(Job{},
		Structure{State: hover.ModelFailed, FailureReason: "Too dark"}, Structure{State: hover.ModelFailed, FailureReason: "Too\nfew"},
		Structure{State: hover.ModelFailed, FailureReason: "Too dark"}, Structure{State: hover.ModelFailed},
		Structure{State: hover.ModelCompleted, FailureReason: "old"})
	if got := j.FailureReason(); got != "Too dark; Too few" {
		t.Errorf("%q", got)
	}
	if got := j.Why().String(); got != "Too dark. Too few." {
		t.Errorf("people are told %q", got)
	}
	if got := (Job{State: hover.JobFailed, Reason: "Too dark"}).Why().String(); got != "Too dark" {
		t.Errorf("of the job as a whole they are told %q", got)
	}
	if got := (Job{State: hover.JobFailed}).Why(); !got.IsZero() {
		t.Errorf("where Hover says nothing they are told %q", got)
	}
}

func TestWhoseJobItIs(t *testing.T) {
	j := Job{CapturedBy: []string{"Rep@Example.test", ""}}
	for email, mine := range map[string]bool{"rep@example.test": true, " rep@example.test ": true, "": false, " ": false, "ep@example.test": false} {
		if j.MatchesMine(email) != mine {
			t.Errorf("%q: %v", email, !mine)
		}
	}
}
