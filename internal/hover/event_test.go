package hover

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	_ "dormer/internal/hermetic"
)

func hours(h float64) *float64 { return &h }

// Every event that Hover's pages name, in the shape of their samples.
var samples = []struct {
	name  string
	body  string
	want  Event
	about About
}{
	{
		"a verification code",
		`{"event":"webhook-verification-code","webhook_id":4411,"code":"0A1B2C3D-0001-4EB1-AD44-B4258B3345BB"}`,
		VerificationCode{Webhook: "4411", Code: "0A1B2C3D-0001-4EB1-AD44-B4258B3345BB"},
		About{Webhook: "4411"},
	}, {
		"a job, the old event",
		`{"event":"job-state-changed","webhook_id":4411,"job_external_identifier":"ORD-7","job_id":501,"state":"processing_upload","content-available":1,"job_estimated_hours_to_completion":1.39}`,
		JobStateChanged{Webhook: "4411", Job: "501", ExternalID: "ORD-7", State: JobProcessingUpload, HoursLeft: hours(1.39)},
		About{Webhook: "4411", Job: "501", State: "processing_upload"},
	}, {
		"a job, the old event's spelling of the end",
		`{"event":"job-state-changed","job_id":501,"state":"complete","job_external_identifier":null,"job_estimated_hours_to_completion":null}`,
		JobStateChanged{Job: "501", State: JobCompleted},
		About{Job: "501", State: "completed"},
	}, {
		"a job, the new event",
		`{"event":"job-state-changed-v2","webhook_id":"4411","job_id":"501","state":"completed","job_estimated_hours_to_completion":0.0}`,
		JobStateChanged{V2: true, Webhook: "4411", Job: "501", State: JobCompleted, HoursLeft: hours(0)},
		About{Webhook: "4411", Job: "501", State: "completed"},
	}, {
		"a new structure",
		`{"event":"model-created","model_id":9001,"job_id":501,"job_external_identifier":"ORD-7"}`,
		ModelCreated{Job: "501", Model: "9001", ExternalID: "ORD-7"},
		About{Job: "501", Model: "9001"},
	}, {
		"a finished structure",
		`{"event":"model-state-changed","model_id":9001,"job_id":501,"state":"complete","webhook_id":4411}`,
		ModelStateChanged{Webhook: "4411", Job: "501", Model: "9001", State: ModelCompleted},
		About{Webhook: "4411", Job: "501", Model: "9001", State: "completed"},
	}, {
		"a capture request",
		`{"capture_request_id":77,"state":"complete","event":"capture-request-state-changed","job_estimated_hours_to_completion":0.0,"job_client_identifier":"client-7","job_id":501,"job_external_identifier":"ORD-7"}`,
		CaptureRequestStateChanged{Request: "77", Job: "501", ExternalID: "ORD-7", ClientID: "client-7", State: CaptureComplete, HoursLeft: hours(0)},
		About{Job: "501", State: "complete"},
	}, {
		"an upgrade",
		`{"event":"deliverable-change-request-state-changed","webhook_id":4411,"job_id":501,"state":"complete","deliverable_change_request_id":32}`,
		DeliverableChanged{Webhook: "4411", Job: "501", Request: "32", State: ChangeComplete},
		About{Webhook: "4411", Job: "501", State: "complete"},
	}, {
		"a checklist", `{"event":"inspection-checklist-created","inspection_checklist_id":573,"job_id":501}`,
		InspectionChanged{Event: EventChecklistCreated, Job: "501", Inspection: "573"}, About{Job: "501"},
	}, {
		"a checklist again", `{"event":"inspection-checklist-updated","inspection_checklist_id":573,"job_id":501}`,
		InspectionChanged{Event: EventChecklistUpdated, Job: "501", Inspection: "573"}, About{Job: "501"},
	}, {
		"an inspection", `{"event":"inspection-state-changed","inspection_id":"6f0c","job_id":501,"state":"in_review"}`,
		InspectionChanged{Event: EventInspectionState, Job: "501", Inspection: "6f0c", State: "in_review"}, About{Job: "501", State: "in_review"},
	}, {
		"an inspection under its other key", `{"event":"inspection-state-changed","id":6,"job_id":501,"state":"done"}`,
		InspectionChanged{Event: EventInspectionState, Job: "501", Inspection: "6", State: "done"}, About{Job: "501", State: "done"},
	}, {
		"an estimate", `{"estimation_estimate_group_id":"e101-9","state":"complete","event":"estimation-estimate-group-state-changed","webhook_id":423}`,
		EstimateGroupChanged{Event: EventEstimateGroupState, Webhook: "423", Estimate: "e101-9", State: "complete"}, About{Webhook: "423", State: "complete"},
	}, {
		"an estimate again", `{"estimation_estimate_group_id":"e101-9","job_id":501,"event":"estimation-estimate-group-updated","webhook_id":423}`,
		EstimateGroupChanged{Event: EventEstimateGroupUpdated, Webhook: "423", Job: "501", Estimate: "e101-9"}, About{Webhook: "423", Job: "501"},
	}, {
		"a material list", `{"project_management_production_list_id":556,"sales_opportunity_id":347,"job_id":501,"event":"project-management-production-list-created","webhook_id":13}`,
		MaterialListChanged{Event: EventMaterialListCreated, Webhook: "13", Job: "501", List: "556", Opportunity: "347"}, About{Webhook: "13", Job: "501"},
	}, {
		"a material list again", `{"project_management_production_list_id":556,"sales_opportunity_id":347,"job_id":501,"event":"project-management-production-list-updated","webhook_id":13}`,
		MaterialListChanged{Event: EventMaterialListUpdated, Webhook: "13", Job: "501", List: "556", Opportunity: "347"}, About{Webhook: "13", Job: "501"},
	}, {
		"a material list sent by hand", `{"project_management_production_list_id":556,"job_id":501,"event":"project-management-production-list-manual-sync","webhook_id":13}`,
		MaterialListChanged{Event: EventMaterialListManualSync, Webhook: "13", Job: "501", List: "556"}, About{Webhook: "13", Job: "501"},
	}, {
		"a material list approved", `{"production_list_id":556,"job_id":501,"approval_status":"approved","event":"project-management-production-list-approval-changed"}`,
		MaterialListChanged{Event: EventMaterialListApproval, Job: "501", List: "556", State: "approved"}, About{Job: "501", State: "approved"},
	}, {
		"a proposal", `{"event":"project-management-proposal-document-state-changed","project_management_proposal_document_id":"d690-1","state":"complete"}`,
		DocumentChanged{Event: EventProposalDocumentState, Document: "d690-1", State: "complete"}, About{State: "complete"},
	}, {
		"a signature", `{"event":"project-management-signature-request-state-changed","project_management_signature_request_id":"b37d-1","project_management_proposal_document_id":"ea25-1","state":"signed","signed_at":1598555054}`,
		DocumentChanged{
			Event: EventSignatureRequestState, Document: "b37d-1", Proposal: "ea25-1", State: "signed",
			SignedAt: time.Date(2020, 8, 27, 19, 4, 14, 0, time.UTC),
		}, About{State: "signed"},
	}, {
		"an order", `{"project_management_order_document_id":"cab8-1","state":"complete","project_management_production_list_id":283,"job_id":501,"event":"project-management-order-document-state-changed","webhook_id":423}`,
		DocumentChanged{Event: EventOrderDocumentState, Webhook: "423", Job: "501", Document: "cab8-1", List: "283", State: "complete"}, About{Webhook: "423", Job: "501", State: "complete"},
	}, {
		"a distribution order", `{"event":"distribution-order-state-changed","distribution_order_id":"a2d6-1","state":"submitted"}`,
		DocumentChanged{Event: EventDistributionOrderState, Document: "a2d6-1", State: "submitted"}, About{State: "submitted"},
	}, {
		"a design", `{"event":"instant-design-image-created","project_id":5,"project_name":"Porch","job_id":501,"timestamp":"2025-06-02T10:11:12.500Z","lead_id":8,"image_id":9,"webhook_id":4411}`,
		InstantDesignNews{
			Event: EventInstantDesignImage, Webhook: "4411", Job: "501", Lead: "8", Image: "9", Project: "Porch",
			At: time.Date(2025, 6, 2, 10, 11, 12, 5e8, time.UTC),
		}, About{Webhook: "4411", Job: "501"},
	}, {
		"a lead", `{"event":"instant-design-lead-form-submitted","lead_id":8}`,
		InstantDesignNews{Event: EventInstantDesignLead, Lead: "8"}, About{},
	},
}

func TestEveryEventHoverNamesIsRead(t *testing.T) {
	read := map[EventName]bool{}
	for _, c := range samples {
		t.Run(c.name, func(t *testing.T) {
			got, err := Decode([]byte(c.body))
			if err != nil || !reflect.DeepEqual(got, c.want) {
				t.Fatalf("got  %+v, %v\nwant %+v", got, err, c.want)
			}
			if got.About() != c.about {
				t.Errorf("About() = %+v, want %+v", got.About(), c.about)
			}
			var raw struct{ Event EventName }
			if json.Unmarshal([]byte(c.body), &raw) != nil || got.Name() != raw.Event {
				t.Errorf("Name() = %q, want %q", got.Name(), raw.Event)
			}
			read[got.Name()] = true
		})
	}
	if len(read) != 22 {
		t.Errorf("%d events have a sample here", len(read))
	}
}

func TestAnEventHoverAddsLaterIsKeptWhole(t *testing.T) {
	body := `{"event":"roof-inspected","webhook_id":1,"job_id":501,"model_id":"m","state":"Fine","more":{"a":[1,2]}}`
	got, err := Decode([]byte(body))
	u, ok := got.(Unknown)
	if err != nil || !ok || string(u.Body) != body || u.Name() != "roof-inspected" {
		t.Fatalf("got %+v, %v", got, err)
	}
	if u.About() != (About{Webhook: "1", Job: "501", Model: "m", State: "Fine"}) {
		t.Errorf("About() = %+v", u.About())
	}
	b := []byte(body)
	got, _ = Decode(b)
	b[2] = 'X'
	if string(got.(Unknown).Body) != body {
		t.Error("the event shares the memory of the body it was read from")
	}
}

func TestAnOddFieldCostsOnlyItself(t *testing.T) {
	for _, c := range []struct {
		name, body string
		want       Event
	}{
		{"a job id that is an object", `{"event":"job-state-changed-v2","job_id":{"id":5},"state":"working"}`, JobStateChanged{V2: true, State: JobWorking}},
		{"a state that is a list", `{"event":"job-state-changed-v2","job_id":5,"state":["working"]}`, JobStateChanged{V2: true, Job: "5"}},
		{"hours as text", `{"event":"job-state-changed-v2","job_id":5,"job_estimated_hours_to_completion":"1.5"}`, JobStateChanged{V2: true, Job: "5", HoursLeft: hours(1.5)}},
		{"hours that are nonsense", `{"event":"job-state-changed-v2","job_id":5,"job_estimated_hours_to_completion":"NaN"}`, JobStateChanged{V2: true, Job: "5"}},
		{"hours that are past", `{"event":"job-state-changed-v2","job_id":5,"job_estimated_hours_to_completion":-1}`, JobStateChanged{V2: true, Job: "5"}},
		{"hours without end", `{"event":"job-state-changed-v2","job_id":5,"job_estimated_hours_to_completion":1e999}`, JobStateChanged{V2: true, Job: "5"}},
		{"hours that are true", `{"event":"job-state-changed-v2","job_id":5,"job_estimated_hours_to_completion":true}`, JobStateChanged{V2: true, Job: "5"}},
		{"an id with a line break", `{"event":"model-created","job_id":"5\n6","model_id":7}`, ModelCreated{Model: "7"}},
		{"an id as long as a letter", `{"event":"model-created","job_id":"` + strings.Repeat("5", 200) + `","model_id":7}`, ModelCreated{Model: "7"}},
		{"a null id", `{"event":"model-created","job_id":null,"model_id":7}`, ModelCreated{Model: "7"}},
		{"two states: the last counts", `{"event":"job-state-changed-v2","job_id":5,"state":"working","state":"failed"}`, JobStateChanged{V2: true, Job: "5", State: JobFailed}},
		{"upper case and blanks", `{"event":"job-state-changed-v2","job_id":5,"state":" COMPLETE "}`, JobStateChanged{V2: true, Job: "5", State: JobCompleted}},
		{"one l", `{"event":"job-state-changed-v2","job_id":5,"state":"canceled"}`, JobStateChanged{V2: true, Job: "5", State: JobCancelled}},
		{"a state that Hover added", `{"event":"job-state-changed-v2","job_id":5,"state":"on_hold"}`, JobStateChanged{V2: true, Job: "5", State: "on_hold"}},
		{"signed in the far future", `{"event":"project-management-proposal-document-state-changed","signed_at":9e18}`, DocumentChanged{Event: EventProposalDocumentState}},
		{"an event that is a number", `{"event":12}`, Unknown{Event: "12", Body: json.RawMessage(`{"event":12}`)}},
		{"no event", `{}`, Unknown{Body: json.RawMessage(`{}`)}},
		{"bytes that are no text", "{\"event\":\"job-state-changed-v2\",\"job_id\":5,\"state\":\"a\xff\"}", JobStateChanged{V2: true, Job: "5", State: "a\uFFFD"}},
		{"an id of bytes that are no text", "{\"event\":\"job-state-changed-v2\",\"job_id\":\"a\xff\"}", JobStateChanged{V2: true}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got, err := Decode([]byte(c.body)); err != nil || !reflect.DeepEqual(got, c.want) {
				t.Errorf("got  %+v, %v\nwant %+v", got, err, c.want)
			}
		})
	}
}

func TestBodiesThatAreNoEvent(t *testing.T) {
	deep := strings.Repeat(`{"a":`, 20000) + "1" + strings.Repeat("}", 20000)
	for _, body := range []string{"", "null", "[]", `"event"`, "12", "{", `{"event":"x"}{}`, `{"event":"x"} x`, deep, "event:x"} {
		if e, err := Decode([]byte(body)); err == nil {
			t.Errorf("%.20q was read as %+v", body, e)
		} else if strings.Contains(err.Error(), "event") {
			t.Errorf("the error repeats the body: %v", err)
		}
	}
}

func TestLongTextsAreCut(t *testing.T) {
	e, err := Decode([]byte(`{"event":"e` + strings.Repeat("é", 5000) + `","state":"e` + strings.Repeat("é", 5000) + `"}`))
	if err != nil {
		t.Fatal(err)
	}
	if n := len(e.Name()); n > maxEventName || strings.ContainsRune(string(e.Name()), '\uFFFD') {
		t.Errorf("the name has %d bytes: %.20q", n, e.Name())
	}
	if s := e.About().State; len(s) > maxTextInEvent || !utf8.ValidString(s) || strings.ContainsRune(s, '\uFFFD') {
		t.Errorf("the state has %d bytes: %.20q", len(s), s)
	}
}

func FuzzDecode(f *testing.F) {
	for _, c := range samples {
		f.Add([]byte(c.body))
	}
	f.Add([]byte(`{"event":"model-state-changed","data":{"model":{"id":2,"job":{"id":1,"state":"complete"}}}}`))
	f.Add([]byte(`{"event":{"event":"x"},"job_id":[1]}`))
	f.Add([]byte("{\"event\":\"\xff\",\"job_id\":\"\\ud800\"}"))
	f.Fuzz(func(t *testing.T, body []byte) {
		e, err := Decode(body)
		if err != nil {
			if e != nil {
				t.Fatalf("both %+v and %v", e, err)
			}
			return
		}
		a := e.About()
		if !validID(string(a.Job)) || !validID(string(a.Model)) || !validID(string(a.Webhook)) || len(e.Name()) > maxEventName {
			t.Fatalf("%q is about %+v", e.Name(), a)
		}
		if again, err := Decode(body); err != nil || !reflect.DeepEqual(e, again) {
			t.Fatalf("read twice: %+v and %+v, %v", e, again, err)
		}
	})
}
