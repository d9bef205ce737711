package job

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"dormer/internal/hover"
)

var yes, no = true, false

// full is a reply that says everything that a reply can say.
func full() hover.Job {
	hours := 3.0
	return hover.Job{
		ID: "501", Name: "Okafor", ExternalID: "R-88", State: hover.JobProcessing, Deliverable: "3",
		Address:  hover.Address{Line1: "77 Quarry Road", Line2: "Unit 2", City: "Bend", Region: "OR", PostalCode: "97701", Country: "US", Latitude: "44.1", Longitude: "-121.3"},
		Customer: hover.Customer{Name: "Ada Okafor", Email: "ada@example.test", Phone: "541-555-0142"},
		Captures: []hover.Capture{{By: "crew@example.test"}}, ViewURL: "https://hover.test/3d/501", Archived: &yes, Test: &yes,
		UpdatedAt: noon, HoursLeft: &hours, Inspections: []hover.InspectionID{"6"},
		Models: []hover.Model{{
			ID: "9001", Name: "House", State: hover.ModelProcessing, Deliverable: "3", ViewURL: "https://hover.test/3d/501?model=9001",
			Artifacts: []hover.Artifact{{Format: hover.FormatPDF, URL: "https://hover.test/m.pdf"}, {Format: hover.FormatXLSX, URL: "https://hover.test/m.xlsx"}},
			Images:    []hover.Image{{ID: "1", URL: "https://hover.test/1.jpg"}},
		}},
	}
}

// A list tells less than the details do, and one version of Hover's API less than
// another: what a reply does not say stays as it is known. Every field of a reply
// is left out in turn.
func TestWhatAReplyDoesNotSayStaysAsItIsKnown(t *testing.T) {
	known, _ := Learned(Job{}, false, full(), noon, true)
	if !known.Archived || !known.Test || known.Deliverable != "3" || known.Customer.Phone == "" || len(known.Structures[0].Artifacts) != 2 {
		t.Fatalf("the whole reply: %+v", known)
	}
	same := func(name string, r hover.Job) {
		t.Helper()
		if next, _ := Learned(known, true, r, noon, false); !reflect.DeepEqual(next, known) {
			t.Errorf("without %s\n%+v\nbecame\n%+v", name, known, next)
		}
	}
	// without leaves each field of a value out in turn, also those of its parts.
	var without func(name string, of func(*hover.Job) reflect.Value)
	without = func(name string, of func(*hover.Job) reflect.Value) {
		r := full()
		typ := of(&r).Type()
		for i := range typ.NumField() {
			f := typ.Field(i)
			if f.Name == "ID" || f.Name == "Raw" {
				continue
			}
			field := func(j *hover.Job) reflect.Value { return of(j).Field(i) }
			r := full()
			field(&r).SetZero()
			same(name+"."+f.Name, r)
			if k := f.Type; k.Kind() == reflect.Struct && k != reflect.TypeFor[time.Time]() {
				without(name+"."+f.Name, field)
			}
		}
	}
	without("job", func(j *hover.Job) reflect.Value { return reflect.ValueOf(j).Elem() })
	without("model", func(j *hover.Job) reflect.Value { return reflect.ValueOf(&j.Models[0]).Elem() })

	thin := full()
	thin.Models[0].Artifacts = thin.Models[0].Artifacts[:1]
	same("one of the files", thin)
	same("everything", hover.Job{ID: "501"})
}

func TestWhatAReplySaysIsTaken(t *testing.T) {
	known, _ := Learned(Job{}, false, full(), noon, true)
	r := hover.Job{ID: "501", Archived: &no, Test: &no, Address: hover.Address{Line1: "4 Mill Lane"}, Customer: hover.Customer{Name: "Bo Lind"}}
	next, _ := Learned(known, true, r, noon, false)
	if next.Archived || next.Test {
		t.Errorf("a no is not taken: %+v", next)
	}
	if next.Address != r.Address || next.Customer != r.Customer {
		t.Errorf("another street kept the old town, or another person the old phone: %+v, %+v", next.Address, next.Customer)
	}
	r = hover.Job{ID: "501", Models: []hover.Model{{ID: "9001", Artifacts: []hover.Artifact{{Format: hover.FormatJSON, Part: "paint_measurements", URL: "https://hover.test/m.xlsx"}}}}}
	next, _ = Learned(known, true, r, noon, false)
	if a := next.Structures[0].Artifacts; len(a) != 2 {
		t.Errorf("a file that was misread before stays beside itself: %+v", a)
	}
}

func TestWhyAJobFailedIsToldWhereOnlyTheJobSaysIt(t *testing.T) {
	r := hover.Job{ID: "501", State: hover.JobFailed, FailureReason: "The gable is hidden", Models: []hover.Model{{ID: "9001", State: hover.ModelFailed}}}
	j, _ := Learned(Job{}, false, r, noon, false)
	if got := j.FailureReason(); got != "The gable is hidden" {
		t.Errorf("%q", got)
	}
	j, _ = Learned(j, true, hover.Job{ID: "501", State: hover.JobFailed}, noon, false)
	if got := j.FailureReason(); got != "The gable is hidden" {
		t.Errorf("a thinner reply: %q", got)
	}
	r.Models[0].FailureReason = "Too dark"
	j, _ = Learned(j, true, r, noon, false)
	if got := j.FailureReason(); got != "Too dark" {
		t.Errorf("a structure knows better: %q", got)
	}
	j, _ = Learned(j, true, hover.Job{ID: "501", State: hover.JobWorking, Models: []hover.Model{{ID: "9001", State: hover.ModelProcessing}}}, noon, false)
	if got := j.FailureReason(); got != "" || j.Reason != "" {
		t.Errorf("it is worked on again: %q, %q", got, j.Reason)
	}
}

// What the API confirmed after an event was received stays, whatever the event
// says: Hover knew of it when it answered.
func TestAnEventFromBeforeTheLastReplyChangesNothing(t *testing.T) {
	for _, confirmed := range everyState {
		j, _ := Learned(Job{}, false, reply(confirmed, after(5), house(hover.ModelProcessing)), after(6), true)
		for _, late := range everyState {
			next, changed := Heard(j, true, state(late), after(5))
			if changed || !reflect.DeepEqual(next, j) {
				t.Errorf("an old %s changed a confirmed %s: %+v", late, confirmed, next)
			}
		}
		for _, late := range []hover.ModelState{hover.ModelCompleted, hover.ModelFailed, "dreaming"} {
			if next, changed := Heard(j, true, model("9001", late), after(5)); changed {
				t.Errorf("an old %s of a structure changed it: %+v", late, next)
			}
		}
	}
}

func TestACaptureEventFromBeforeTheLastReplyChangesNothing(t *testing.T) {
	inv, _ := LearnedCapture(Invitation{}, false, hover.CaptureRequest{ID: "7", State: "on_hold"}, after(6), true)
	ev := hover.CaptureRequestStateChanged{Request: "7", State: hover.CaptureNew}
	if next, _ := HeardCapture(inv, true, ev, after(5)); next.State != "on_hold" {
		t.Errorf("%+v", next)
	}
	if next, _ := HeardCapture(inv, true, ev, after(7)); next.State != hover.CaptureNew {
		t.Errorf("one from after it: %+v", next)
	}
}

func TestPaymentStories(t *testing.T) {
	const payment0 = "job/501/payment/0"
	for name, tell := range map[string]func(s *story){
		"a job that is paid for in minutes": func(s *story) {
			s.learned(hover.JobPaying).learned(hover.JobPaying).learned(hover.JobCompleted).hasTold(completed0)
		},
		"a job that nobody pays for": func(s *story) {
			s.heard(state(hover.JobPaying)).learned(hover.JobPaying).hasTold()
			s.minutes += 50
			s.learned(hover.JobPaying).hasTold()
			s.minutes += 20
			s.learned(hover.JobPaying).learned(hover.JobPaying).hasTold(payment0)
			s.learned(hover.JobCompleted).hasTold(payment0, completed0)
		},
		"what it is called meanwhile changes": func(s *story) {
			s.learned(hover.JobPaying)
			s.minutes += 40
			s.learned(hover.JobPaymentPending).hasTold()
			s.minutes += 30
			s.learned(hover.JobPaymentPending).hasTold(payment0)
		},
		"an event alone does not say how long": func(s *story) {
			s.heard(state(hover.JobPaying))
			s.minutes += 90
			s.claimed().hasTold()
		},
		"the payment failed": func(s *story) {
			s.learned(hover.JobPaying).learned(hover.JobPaymentFailed).learned(hover.JobPaymentFailed).hasTold(payment0)
		},
		"the access is limited": func(s *story) { s.learned(hover.JobLimitedAccess).hasTold(payment0) },
		"the payment failed, and Hover cannot be asked": func(s *story) {
			s.heard(state(hover.JobPaymentFailed)).claimed().hasTold(payment0)
			s.learned(hover.JobPaymentFailed).hasTold(payment0)
		},
		"a corrected job is not paid for either": func(s *story) {
			s.learned(hover.JobPaymentFailed).learned(hover.JobCompleted).learned(hover.JobRequestingCorrections)
			s.learned(hover.JobPaymentFailed).hasTold(payment0, completed0, "job/501/payment/1")
		},
	} {
		t.Run(name, func(t *testing.T) { tell(&story{t: t}) })
	}
	j, _ := Learned(Job{}, false, reply(hover.JobPaying, after(0)), after(1), true)
	if due := j.PaymentDue(); !due.Equal(after(60)) {
		t.Errorf("it is looked at again at %v", due)
	}
	for _, s := range everyState {
		if j, _ := Learned(Job{}, false, reply(s, after(0)), after(1), true); s != hover.JobPaying && !j.PaymentDue().IsZero() {
			t.Errorf("a job that is %s is looked at again for its payment: %s", s, fmt.Sprint(j.PaymentDue()))
		}
	}
}
