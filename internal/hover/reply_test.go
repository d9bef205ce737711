package hover

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

const jobReply = `{
  "id": 501, "name": "Whitfield", "external_identifier": "ORD-7", "reconstruction_state": "completed", "org": {"id": 785},
  "address": {"location_line_1": "1420 Sycamore Lane", "location_line_2": null, "city": "Carmel", "region": "IN",
    "postal_code": "46033", "country": "US", "latitude": "39.97", "longitude": -86.11},
  "customer": {"first_name": "Dana", "name": "Whitfield", "email": "mailto:dana@example.test", "phone": null},
  "captures": [{"id": 31, "client_identifier": "c-1", "name": "Front", "state": "completed", "capture_by": "mailto:rep@example.test", "type": "sparse_exterior"}],
  "models": [
    {"id": 9001, "name": null, "state": "complete", "deliverable": "complete", "failure_reason": null,
     "three_d_experience": {"url": "https://hover.test/3d/501"},
     "artifacts": {
       "measurements": {"pdf": "https://hover.test/api/v3/models/9001/artifacts/measurements.pdf",
         "json": "https://hover.test/api/v3/models/9001/artifacts/measurements.json",
         "full_json": "https://hover.test/api/v3/models/9001/artifacts/measurements.json?version=full_json",
         "xlsx": "https://hover.test/m/9001.xlsx", "note": "no link"},
       "wireframe_images": {"front": "https://hover.test/w/front.png",
         "footprint": {"url": "https://hover.test/w/footprint.png"},
         "roof": {"url": "https://hover.test/w/roof.png", "top": "https://hover.test/w/roof-top.png"}},
       "cad": ["https://hover.test/a/cad_export.skp", {"url": "https://hover.test/a/cad_export.esx?x=1"}, "javascript:alert(1)", "ftp://hover.test/a.dxf", 12]
     },
     "images": [{"id": 1, "url": "https://hover.test/api/v2/images/1/image.jpg"}, {"id": 2, "image": {"url": "https://hover.test/2.jpg"}}, {"id": 3}, "x"]},
    {"id": "9002", "name": "Shed", "state": "failed", "failure_reason": "Photos too dark"},
    {"name": "no id"}, 12
  ],
  "inspections": [{"id": 6, "title": "Roof"}],
  "archived": false, "created_at": "2025-03-16T20:00:00.000Z", "updated_at": "2025-03-16T23:55:50.094Z", "new_field": {"x": 1}
}`

func readJob(t *testing.T, body string) Job {
	t.Helper()
	var j Job
	if err := json.Unmarshal([]byte(body), &j); err != nil {
		t.Fatal(err)
	}
	return j
}

func TestAJobsReplyIsReadWhole(t *testing.T) {
	j := readJob(t, jobReply)
	if string(j.Raw) != jobReply {
		t.Error("the raw reply is not what was received")
	}
	if again, err := json.Marshal(j); err != nil || !reflect.DeepEqual(readJob(t, string(again)).Models, j.Models) {
		t.Errorf("written and read again it differs: %v", err)
	}
	const models = "https://hover.test/api/v3/models/9001/artifacts/"
	want := Job{
		ID: "501", Name: "Whitfield", ExternalID: "ORD-7", State: JobCompleted, OrgID: "785",
		Address: Address{
			Line1: "1420 Sycamore Lane", City: "Carmel", Region: "IN", PostalCode: "46033", Country: "US",
			Latitude: "39.97", Longitude: "-86.11",
		},
		Customer: Customer{Name: "Dana Whitfield", Email: "dana@example.test"},
		Captures: []Capture{{ID: "31", Name: "Front", State: "completed", By: "rep@example.test", Type: "sparse_exterior"}},
		Models: []Model{
			{
				ID: "9001", State: ModelCompleted, Deliverable: "complete", ViewURL: "https://hover.test/3d/501",
				Artifacts: []Artifact{
					{FormatESX, "", "https://hover.test/a/cad_export.esx?x=1"},
					{FormatJSON, "", models + "measurements.json"},
					{FormatJSON, "full_json", models + "measurements.json?version=full_json"},
					{FormatPDF, "", models + "measurements.pdf"},
					{FormatSKP, "", "https://hover.test/a/cad_export.skp"},
					{FormatWireframe, "footprint", "https://hover.test/w/footprint.png"},
					{FormatWireframe, "front", "https://hover.test/w/front.png"},
					{FormatWireframe, "roof", "https://hover.test/w/roof.png"},
					{FormatWireframe, "roof-top", "https://hover.test/w/roof-top.png"},
					{FormatXLSX, "", "https://hover.test/m/9001.xlsx"},
				},
				Images: []Image{{"1", "https://hover.test/api/v2/images/1/image.jpg"}, {"2", "https://hover.test/2.jpg"}},
			},
			{ID: "9002", Name: "Shed", State: ModelFailed, FailureReason: "Photos too dark"},
		},
		Archived:  new(bool),
		CreatedAt: time.Date(2025, 3, 16, 20, 0, 0, 0, time.UTC), UpdatedAt: time.Date(2025, 3, 16, 23, 55, 50, 94e6, time.UTC),
		Inspections: []InspectionID{"6"}, Raw: j.Raw,
	}
	if !reflect.DeepEqual(j, want) {
		t.Errorf("got  %+v\nwant %+v", j, want)
	}
}

func TestAWrappedReplyIsTheSameJob(t *testing.T) {
	plain, wrapped := readJob(t, jobReply), readJob(t, `{"job": `+jobReply+`}`)
	if !reflect.DeepEqual(plain, wrapped) {
		t.Errorf("got  %+v\nwant %+v", wrapped, plain)
	}
	var twice Job
	if json.Unmarshal([]byte(`{"job":{"job":{"id":1}}}`), &twice) == nil {
		t.Error("a reply wrapped twice was read")
	}
}

func TestTheOldShapeOfAJobIsRead(t *testing.T) {
	j := readJob(t, `{"id":"501","name":"Whitfield","state":"complete","location_line_1":"1420 Sycamore Lane","location_city":"Carmel",
		"location_region":"IN","location_postal_code":"46033","location_country":"US","archived":true,"estimated_hours_to_completion":1.5}`)
	if j.State != JobCompleted || j.Address.String() != "1420 Sycamore Lane, Carmel IN 46033" || j.Archived == nil || !*j.Archived || j.HoursLeft == nil || *j.HoursLeft != 1.5 {
		t.Errorf("%+v", j)
	}
}

func TestOddFieldsOfAReplyCostOnlyThemselves(t *testing.T) {
	j := readJob(t, `{"id":501,"name":{"x":1},"reconstruction_state":7,"org":"x","address":[],"customer":"Dana","captures":{"a":1},
		"models":[{"id":{"x":1}},{"id":1,"state":null,"failure_reason":{"code":4,"texts":["Too dark","Too few"]},"artifacts":"https://hover.test/m.pdf","images":{}}],
		"three_d_experience":{"url":"file:///etc/passwd"},"archived":"yes","updated_at":"yesterday","estimated_hours_to_completion":"?","inspections":[{"id":{}}]}`)
	if j.ID != "501" || j.Name != "" || j.State != "7" || j.ViewURL != "" || j.Archived != nil || !j.UpdatedAt.IsZero() || j.HoursLeft != nil || len(j.Inspections) != 0 {
		t.Errorf("%+v", j)
	}
	if len(j.Models) != 1 || j.Models[0].FailureReason != "Too dark; Too few" || len(j.Models[0].Artifacts) != 1 {
		t.Errorf("models: %+v", j.Models)
	}
	for _, none := range []string{`{}`, `{"id":null}`, `{"id":[]}`, `[]`, `null`, `"x"`, `{"job":"x"}`} {
		var j Job
		if json.Unmarshal([]byte(none), &j) == nil && j.ID == "" && none != "null" {
			t.Errorf("%s was read as a job without an id", none)
		}
	}
}

func TestArtifactsAreBounded(t *testing.T) {
	var many []string
	for i := range 2 * maxArtifacts {
		many = append(many, fmt.Sprintf(`"p%d_json":"https://hover.test/%d"`, i, i))
	}
	many = append(many, `"`+strings.Repeat("k", 500)+`_json":"https://hover.test/x"`)
	j := readJob(t, `{"id":1,"models":[{"id":1,"artifacts":{`+strings.Join(many, ",")+`}}]}`)
	if n := len(j.Models[0].Artifacts); n != maxArtifacts {
		t.Errorf("%d artifacts", n)
	}
	deep := strings.Repeat(`{"a":`, 500) + `"https://hover.test/m.pdf"` + strings.Repeat("}", 500)
	if n := len(readJob(t, `{"id":1,"models":[{"id":1,"artifacts":`+deep+`}]}`).Models[0].Artifacts); n != 0 {
		t.Errorf("a link %d levels down was followed", 500)
	}
	one := readJob(t, `{"id":1,"models":[{"id":1,"artifacts":{"`+strings.Repeat("k", 500)+`_json":"https://hover.test/x"}}]}`)
	if n := len(one.Models[0].Artifacts); n != 0 {
		t.Error("a key of 500 characters was kept, to become a file's name")
	}
}

func TestAWebhooksReplyIsRead(t *testing.T) {
	const reply = `{"id":12343,"owner_type":"Org","owner_id":492855,"url":"https://example.test/h","created_at":"2023-09-11T16:39:01.906Z",
		"verified_at":null,"hmac_secret":"c2VjcmV0","last_error":{"status":500},"content_type":"json"}`
	for _, body := range []string{reply, `{"webhook":` + reply + `}`} {
		var w Webhook
		if err := json.Unmarshal([]byte(body), &w); err != nil || w.ID != "12343" || w.OwnerID != "492855" || w.Secret != "c2VjcmV0" || !w.VerifiedAt.IsZero() || w.CreatedAt.IsZero() || w.LastError != `{"status":500}` {
			t.Errorf("%+v, %v", w, err)
		}
	}
	var w Webhook
	if err := json.Unmarshal([]byte(`{"id":1,"verified_at":"2023-09-11T16:39:01Z","last_error":null,"owner_id":{}}`), &w); err != nil || w.LastError != "" || w.VerifiedAt.IsZero() {
		t.Errorf("%+v, %v", w, err)
	}
}

func TestACaptureRequestsReplyIsRead(t *testing.T) {
	const reply = `{"id":77,"identifier":"XcUUtA","state":"completed","capturing_user_name":"Dana","capturing_user_email":"mailto:dana@example.test",
		"capturing_user_phone":"555","job_attributes":{"name":"Whitfield","location_line_1":"1420 Sycamore Lane","location_city":"Carmel","location_region":"IN","external_identifier":"ORD-7"},
		"pending_job_id":501,"job_id":null,"branch_link":"https://hover.app.test/x","created_at":"2025-03-16T20:00:00.000Z"}`
	for _, body := range []string{reply, `{"capture_request":` + reply + `}`} {
		var c CaptureRequest
		if err := json.Unmarshal([]byte(body), &c); err != nil {
			t.Fatal(err)
		}
		c.Raw = nil
		want := CaptureRequest{
			ID: "77", Identifier: "XcUUtA", State: CaptureComplete, Name: "Dana", Email: "dana@example.test", Phone: "555", JobName: "Whitfield",
			Address: Address{Line1: "1420 Sycamore Lane", City: "Carmel", Region: "IN"}, ExternalID: "ORD-7", PendingJob: "501",
			Link: "https://hover.app.test/x", CreatedAt: time.Date(2025, 3, 16, 20, 0, 0, 0, time.UTC),
		}
		if !reflect.DeepEqual(c, want) {
			t.Errorf("got  %+v\nwant %+v", c, want)
		}
	}
	var c CaptureRequest
	if json.Unmarshal([]byte(`{"state":"new"}`), &c) == nil {
		t.Error("a capture request without an id was read")
	}
	if err := json.Unmarshal([]byte(`{"id":1,"job_attributes":"x","pending_job_id":{}}`), &c); err != nil || c.ID != "1" {
		t.Errorf("odd fields: %+v, %v", c, err)
	}
}

func TestAUserIsCalledByNameElseByEMail(t *testing.T) {
	var users []User
	if err := json.Unmarshal([]byte(`[{"id":1,"email":"a@example.test","first_name":"Ana","last_name":"Ruiz","acl_template":"admin","aasm_state":"activated"},{"id":"2","email":"mailto:b@example.test","first_name":null}]`), &users); err != nil {
		t.Fatal(err)
	}
	if users[0].Name() != "Ana Ruiz" || users[0].Role != "admin" || users[1].Name() != "b@example.test" || users[1].ID != "2" {
		t.Errorf("%+v", users)
	}
}

func TestOrganisationsAreReadInEveryShape(t *testing.T) {
	want := []Org{{"492855", "Copper Ridge Exteriors"}, {"7", ""}}
	for _, body := range []string{
		`{"orgs":[{"id":492855,"name":" Copper  Ridge\nExteriors","features":[]},"x",{"id":"7","name":null}]}`,
		`{"results":[{"id":492855,"name":"Copper Ridge Exteriors"},{"id":7}],"pagination":{}}`,
		`[{"id":492855,"name":"Copper Ridge Exteriors"},{"id":7}]`,
	} {
		var o Orgs
		if err := json.Unmarshal([]byte(body), &o); err != nil || !slices.Equal(o.List, want) {
			t.Errorf("%s is read as %+v, %v", body, o.List, err)
		}
	}
}

func TestIDsGoBackAsHoverSendsThem(t *testing.T) {
	for _, c := range []struct {
		id   JobID
		want any
	}{{"501", int64(501)}, {"6f0c-1", "6f0c-1"}, {"99999999999999999999", "99999999999999999999"}, {"", ""}} {
		if got := c.id.Wire(); got != c.want {
			t.Errorf("%q goes back as %#v", c.id, got)
		}
	}
	if s := fmt.Sprint(JobID("501"), " ", WebhookID("x").String()); s != "501 x" {
		t.Errorf("printed as %s", s)
	}
	if b, err := json.Marshal(Job{ID: "501"}); err == nil {
		t.Errorf("a job without its reply was written as %s", b)
	}
	if b, err := json.Marshal(JobID("501")); err != nil || string(b) != `"501"` {
		t.Errorf("stored as %s, %v", b, err)
	}
}

func TestStatesInBothSpellings(t *testing.T) {
	for _, s := range []string{"complete", "completed", "Completed"} {
		if ParseJobState(s) != JobCompleted || ParseModelState(s) != ModelCompleted || ParseCaptureState(s) != CaptureComplete || ParseChangeState(s) != ChangeComplete {
			t.Errorf("%q is not read as the end", s)
		}
	}
	for s, finished := range map[JobState]bool{
		JobDraft: false, JobUploading: false, JobProcessingUpload: false, JobSubmitting: false, JobWorking: false, JobWaitlisted: false,
		JobWaitingApproval: false, JobRetrieving: false, JobProcessing: false, JobPaying: false, JobCompleted: true, JobFailed: true,
		JobCancelled: true, JobRequestingCorrections: false, JobProcessingImprovements: false, JobRequestingImprovements: false, "on_hold": false,
	} {
		if ParseJobState(string(s)) != s || s.Finished() != finished {
			t.Errorf("%q: finished %v", s, s.Finished())
		}
		reopens := strings.Contains(string(s), "improvements") || strings.Contains(string(s), "corrections")
		if s.Reopens() != reopens {
			t.Errorf("%q: reopens %v", s, s.Reopens())
		}
	}
}

func TestStatesOfStructures(t *testing.T) {
	for s, finished := range map[string]bool{"complete": true, "failed": true, "canceled": true, "uploading": false, "processing": false, "odd": false, "": false} {
		if ParseModelState(s).Finished() != finished {
			t.Errorf("%q: finished %v", s, !finished)
		}
	}
	if ParseChangeState("Second_Attempt") != ChangeSecondAttempt || ParseCaptureState("Connected") != CaptureConnected {
		t.Error("a state that is not the end was read as another")
	}
}

func TestFormatsAsPeopleTypeThem(t *testing.T) {
	for in, want := range map[string]Format{" PDF ": FormatPDF, "photos": FormatPhoto, "wireframes": FormatWireframe, "esx": FormatESX} {
		if got, ok := ParseFormat(in); !ok || got != want {
			t.Errorf("%q is %q, %v", in, got, ok)
		}
	}
	if f, ok := ParseFormat("exe"); ok {
		t.Errorf("exe is %q", f)
	}
	if !slices.Contains(Formats(), FormatPDF) || Formats()[0] != FormatPDF {
		t.Error("the PDF is not what people are shown first")
	}
}

func TestTimes(t *testing.T) {
	want := time.Date(2025, 3, 16, 23, 55, 50, 0, time.UTC)
	for _, s := range []string{"2025-03-16T23:55:50.000Z", "2025-03-16T23:55:50", "2025-03-17T00:55:50+01:00", "2025-03-16 23:55:50 UTC"} {
		if got := ParseTime(s); !got.Equal(want) {
			t.Errorf("%q is %v", s, got)
		}
	}
	for _, s := range []string{"", "0001-01-01T00:00:00Z", "9999-01-01T00:00:00Z", "now", "1742169350"} {
		if got := ParseTime(s); !got.IsZero() {
			t.Errorf("%q is %v", s, got)
		}
	}
}

func FuzzJob(f *testing.F) {
	f.Add([]byte(jobReply))
	f.Add([]byte(`{"job":{"id":1}}`))
	f.Add([]byte(`{"id":1,"models":[{"id":1,"artifacts":{"wireframe_images":[["https://a.test/x.png"]]}}]}`))
	f.Add([]byte(`{"job_id":1,"archived_at":null,"test_state":"complete","failure_reasons":[{"a":"b"}],"cad_exports":{"xml_v2":"/c.xml"},"models":[{"model_id":2}]}`))
	f.Add([]byte(`{"id":1,"models":[{"id":1,"artifacts":{"json":{"full":"/f.json"},"wireframe_roof_top":"//a.test/x.png","roof_pdf_url":"api/x"}}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		var j Job
		if json.Unmarshal(body, &j) != nil || j.ID == "" {
			return
		}
		b, err := json.Marshal(j)
		if err != nil {
			t.Fatal(err)
		}
		var again Job
		if err := json.Unmarshal(b, &again); err != nil {
			t.Fatal(err)
		}
		j.Raw, again.Raw = nil, nil // the encoder drops blanks
		if !reflect.DeepEqual(j, again) {
			t.Fatalf("read again it differs:\n%+v\n%+v", j, again)
		}
		for _, m := range j.Models {
			for _, a := range m.Artifacts {
				if link(a.URL) == "" || len(a.Key()) > maxArtifactKey {
					t.Fatalf("%+v", a)
				}
			}
		}
	})
}
