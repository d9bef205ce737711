package hover

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// said writes a yes, a no and what was not said.
func said(b *bool) string {
	if b == nil {
		return "not said"
	}
	return fmt.Sprint(*b)
}

func TestWhetherAJobIsArchivedIsSaidInTwoWaysOrNotAtAll(t *testing.T) {
	for fields, want := range map[string]string{
		``:                       "not said",
		`,"archived":true`:       "true",
		`,"archived":false`:      "false",
		`,"archived":null`:       "not said",
		`,"archived":"true"`:     "true",
		`,"archived":[1]`:        "not said",
		`,"archived_at":null`:    "false",
		`,"archived_at":""`:      "false",
		`,"archived_at":{"a":1}`: "not said",
		`,"archived_at":"2026-03-02T08:15:00.000Z"`:                  "true",
		`,"archived_at":1772439300`:                                  "true",
		`,"archived":null,"archived_at":"2026-03-02T08:15:00.000Z"`:  "true",
		`,"archived":false,"archived_at":"2026-03-02T08:15:00.000Z"`: "true",
		`,"archived":true,"archived_at":null`:                        "true",
	} {
		if got := said(readJob(t, `{"id":7315`+fields+`}`).Archived); got != want {
			t.Errorf("%s: %s, want %s", fields, got, want)
		}
	}
}

func TestATestJobIsKnownByItsTestState(t *testing.T) {
	for fields, want := range map[string]string{
		``: "not said", `,"test_state":null`: "false", `,"test_state":""`: "false", `,"test_state":"none"`: "false", `,"test_state":false`: "false",
		`,"test_state":"complete"`: "true", `,"test_state":"failed"`: "true", `,"test_state":true`: "true", `,"test_state":{"x":1}`: "not said",
	} {
		if got := said(readJob(t, `{"id":7315`+fields+`}`).Test); got != want {
			t.Errorf("%s: %s, want %s", fields, got, want)
		}
	}
}

func TestWhyAJobFailedIsReadWhereverItStands(t *testing.T) {
	for fields, want := range map[string]string{
		`"failure_reason":"Too dark"`:                                                          "Too dark",
		`"failure_reasons":["Too dark","Gable hidden","Too dark"]`:                             "Too dark; Gable hidden",
		`"failure_reasons":"Too dark"`:                                                         "Too dark",
		`"failure_reasons":[{"model_id":"88","reason":"Too dark"},{"message":"Gable hidden"}]`: "Too dark; Gable hidden",
		`"failure_reasons":{"88":["Too dark"]}`:                                                "Too dark",
		`"failure_reason":null,"failure_reasons":["Too dark"]`:                                 "Too dark",
		`"failure_reason":null`:                                                                "",
		`"failure_reasons":[]`:                                                                 "",
	} {
		if got := readJob(t, `{"id":7315,`+fields+`}`).FailureReason; got != want {
			t.Errorf("of the job: %s: %q, want %q", fields, got, want)
		}
		if got := readJob(t, `{"id":7315,"models":[{"id":88,`+fields+`}]}`).Models[0].FailureReason; got != want {
			t.Errorf("of a structure: %s: %q, want %q", fields, got, want)
		}
	}
}

func TestThingsAreKnownByTheLongNameOfTheirID(t *testing.T) {
	j := readJob(t, `{"job_id":7315,"reconstruction_state":"completed","org_id":64,"deliverable_id":7,
		"models":[{"model_id":88,"state":"complete","deliverable_id":2,"images":[{"image_id":5,"image_url":"https://hover.test/5.jpg"},{"image":{"id":6,"url":"https://hover.test/6.jpg"}}]},
			{"model_id":"89","id":null,"name":"Garage"}],
		"inspections":[{"inspection_id":4},31]}`)
	if j.ID != "7315" || j.OrgID != "64" || j.Deliverable != "7" || len(j.Models) != 2 || j.Models[0].ID != "88" || j.Models[0].Deliverable != "2" || j.Models[1].ID != "89" {
		t.Errorf("%+v", j)
	}
	if !slices.Equal(j.Models[0].Images, []Image{{"5", "https://hover.test/5.jpg"}, {"6", "https://hover.test/6.jpg"}}) || !slices.Equal(j.Inspections, []InspectionID{"4", "31"}) {
		t.Errorf("%+v, %v", j.Models[0].Images, j.Inspections)
	}
	var w Webhook
	var c CaptureRequest
	var u User
	if err := json.Unmarshal([]byte(`{"webhook_id":12}`), &w); err != nil || w.ID != "12" {
		t.Errorf("%+v, %v", w, err)
	}
	if err := json.Unmarshal([]byte(`{"capture_request_id":13}`), &c); err != nil || c.ID != "13" {
		t.Errorf("%+v, %v", c, err)
	}
	if err := json.Unmarshal([]byte(`{"user_id":14}`), &u); err != nil || u.ID != "14" {
		t.Errorf("%+v, %v", u, err)
	}
}

func TestAPersonsIDIsNotTakenForTheOrganisations(t *testing.T) {
	for kind, want := range map[string]OrgID{"Org": "31", "orgs": "31", "": "31", "User": "", "users": ""} {
		var w Webhook
		if err := json.Unmarshal([]byte(`{"id":1,"owner_type":"`+kind+`","owner_id":31}`), &w); err != nil || w.OwnerID != want {
			t.Errorf("owner_type %q: %+v, %v", kind, w, err)
		}
	}
}

// links writes artifacts one a line: their key and where they lead.
func links(all []Artifact) string {
	var lines []string
	for _, a := range all {
		lines = append(lines, a.Key()+" "+strings.TrimPrefix(a.URL, "https://hover.test"))
	}
	return strings.Join(lines, "\n")
}

func TestEveryVersionAndDrawingIsAFileOfItsOwn(t *testing.T) {
	for name, c := range map[string]struct{ artifacts, want string }{
		"only the painter's version, under json": {
			`{"measurements":{"json":"https://hover.test/m.json?version=paint_measurements"}}`, "json/paint_measurements /m.json?version=paint_measurements",
		},
		"the full version under json is the one that is meant": {
			`{"measurements":{"json":"https://hover.test/m.json?version=full_json"}}`, "json /m.json?version=full_json",
		},
		"versions below json": {
			`{"json":{"full":"https://hover.test/f.json","summarized":"https://hover.test/s.json","paint":"https://hover.test/p.json","roof_lines":"https://hover.test/r.json"}}`,
			"json/full_json /f.json\njson/paint_measurements /p.json\njson/roof_lines /r.json\njson/summarized_json /s.json",
		},
		"versions below json, each an object": {
			`{"json":{"full":{"url":"https://hover.test/f"},"summarized_json":{"url":"https://hover.test/s"}}}`, "json/full_json /f\njson/summarized_json /s",
		},
		"a list of versions": {
			`{"json":["https://hover.test/m.json?version=sketch_json","https://hover.test/m.json?version=full_json"]}`,
			"json /m.json?version=full_json\njson/sketch_json /m.json?version=sketch_json",
		},
		"versions by their own names": {
			`{"measurements":{"full_json":"https://hover.test/f","roof_lines":"https://hover.test/r","paint_measurements_url":"https://hover.test/p"}}`,
			"json/full_json /f\njson/paint_measurements /p\njson/roof_lines /r",
		},
		"two exports of one format": {
			`{"cad_exports":{"xml":"https://hover.test/c.xml","xml_v2":"https://hover.test/c.xml?version=v2","skp":"https://hover.test/c.skp","dxf":null}}`,
			"skp /c.skp\nxml /c.xml\nxml/v2 /c.xml?version=v2",
		},
		"names that end in url": {
			`{"pdf_url":"https://hover.test/a","measurements_xlsx_url":"https://hover.test/b","cad_export_esx_link":"https://hover.test/c","xml_v2_url":"https://hover.test/d","roof_pdf":"https://hover.test/e"}`,
			"esx /c\npdf /a\npdf/roof /e\nxlsx /b\nxml/v2 /d",
		},
		"drawings that stand by themselves": {
			`{"wireframe_front":"https://hover.test/1","wireframe_front_right_url":"https://hover.test/2","wireframe_roof":{"url":"https://hover.test/3","top":"https://hover.test/4"},"wireframe_roof_pitches":"https://hover.test/5","footprint_wireframe_url":"https://hover.test/6"}`,
			"wireframe/footprint /6\nwireframe/front /1\nwireframe/front_right /2\nwireframe/roof /3\nwireframe/roof-pitches /5\nwireframe/roof-top /4",
		},
		"drawings of a side with their views": {
			`{"wireframes":{"left":{"wireframe_url":"https://hover.test/1","compass_url":"https://hover.test/2","metadata":"none"}}}`,
			"wireframe/left /1\nwireframe/left-compass /2",
		},
		"drawings known by their files": {
			`["https://hover.test/wireframe_back.png?version=url","https://hover.test/wireframe_roof.png?version=areas"]`,
			"wireframe/back /wireframe_back.png?version=url\nwireframe/roof-areas /wireframe_roof.png?version=areas",
		},
		"links without a host": {
			`{"pdf":"/api/v3/models/88/artifacts/measurements.pdf","xlsx":"api/v3/x.xlsx","esx":"//files.test/e.esx","skp":"complete","dwg":"/"}`,
			"esx https://files.test/e.esx\npdf /api/v3/models/88/artifacts/measurements.pdf\nxlsx /api/v3/x.xlsx",
		},
	} {
		if got := links(readJob(t, `{"id":1,"models":[{"id":88,"artifacts":`+c.artifacts+`}]}`).Models[0].Artifacts); got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, c.want)
		}
	}
}

func TestExportsBesideTheArtifactsAreRead(t *testing.T) {
	const exports = `"cad_exports":{"dwg":"https://hover.test/c.dwg","xml_v2":"https://hover.test/c.xml"}`
	const pdf = `"artifacts":{"pdf":"https://hover.test/m.pdf"}`
	const want = "dwg /c.dwg\npdf /m.pdf\nxml/v2 /c.xml"
	if got := links(readJob(t, `{"id":1,"models":[{"id":88,`+pdf+`,`+exports+`}]}`).Models[0].Artifacts); got != want {
		t.Errorf("of a structure:\n%s", got)
	}
	if got := links(readJob(t, `{"id":1,"models":[{"id":88,`+pdf+`}],`+exports+`}`).Models[0].Artifacts); got != want {
		t.Errorf("of a job with one structure:\n%s", got)
	}
	for _, m := range readJob(t, `{"id":1,"models":[{"id":88},{"id":89}],`+exports+`}`).Models {
		if len(m.Artifacts) != 0 {
			t.Errorf("an export of a job of two was given to one of them: %+v", m)
		}
	}
}

func TestWhatAWebhooksReplyLeavesOutIsNotANo(t *testing.T) {
	for body, want := range map[string][2]bool{
		`{"id":1}`: {true, true}, `{"id":1,"verified_at":null,"last_error":null}`: {false, false},
		`{"id":1,"last_error":{"status":502}}`: {true, false}, `{"webhook":{"id":1,"verified_at":"2026-03-02T08:15:00Z"}}`: {false, true},
	} {
		var w Webhook
		if err := json.Unmarshal([]byte(body), &w); err != nil || w.VerifiedUnsaid != want[0] || w.ErrorUnsaid != want[1] {
			t.Errorf("%s: %+v, %v", body, w, err)
		}
	}
}

func TestEventsWithTheirJobInsideAreRead(t *testing.T) {
	hours := 2.5
	for body, want := range map[string]Event{
		`{"event":"job-state-changed-v2","webhook_id":3,"job":{"id":7315,"reconstruction_state":"complete","external_identifier":"R-12"}}`: JobStateChanged{V2: true, Webhook: "3", Job: "7315", ExternalID: "R-12", State: JobCompleted},
		`{"event":"job-state-changed","job":{"id":"7315","state":"working","estimated_hours_to_completion":"2.5"},"webhook":{"id":3}}`:     JobStateChanged{Webhook: "3", Job: "7315", State: JobWorking, HoursLeft: &hours},
		`{"event":"job-state-changed-v2","job_id":7315,"state":"failed","job":{"id":1,"state":"working"}}`:                                 JobStateChanged{V2: true, Job: "7315", State: JobFailed},
		`{"event":"job-state-changed-v2","job_id":null,"job":{"id":7315},"state":"paying"}`:                                                JobStateChanged{V2: true, Job: "7315", State: JobPaying},
		`{"event":"job-state-changed-v2","data":{"job_id":7315,"state":"paying"}}`:                                                         JobStateChanged{V2: true, Job: "7315", State: JobPaying},
		`{"event":"model-state-changed","model":{"id":88,"state":"complete","job_id":7315}}`:                                               ModelStateChanged{Job: "7315", Model: "88", State: ModelCompleted},
		`{"event":"model-created","model":{"id":88,"job":{"id":7315}}}`:                                                                    ModelCreated{Job: "7315", Model: "88"},
		`{"event":"capture-request-state-changed","capture_request":{"id":9,"state":"complete","job":{"id":7315}}}`:                        CaptureRequestStateChanged{Request: "9", Job: "7315", State: CaptureComplete},
		`{"event":"inspection-state-changed","inspection":{"id":4,"state":"qa"},"job":{"id":7315}}`:                                        InspectionChanged{Event: EventInspectionState, Job: "7315", Inspection: "4", State: "qa"},
		`{"event":"project-management-production-list-approval-changed","production_list_id":6,"approved":true}`:                           MaterialListChanged{Event: EventMaterialListApproval, List: "6", State: "approved"},
		`{"event":"project-management-production-list-approval-changed","production_list_id":6,"approved":false}`:                          MaterialListChanged{Event: EventMaterialListApproval, List: "6", State: "not approved"},
		`{"event":"project-management-production-list-approval-changed","production_list_id":6,"approval_status":"pending"}`:               MaterialListChanged{Event: EventMaterialListApproval, List: "6", State: "pending"},
	} {
		got, err := Decode([]byte(body))
		a, _ := json.Marshal(got)
		b, _ := json.Marshal(want)
		if err != nil || string(a) != string(b) || got.Name() != want.Name() {
			t.Errorf("%s\ngot  %s, %v\nwant %s", body, a, err, b)
		}
	}
}

func TestLinksAreResolvedOrDroppedWithTheirFiles(t *testing.T) {
	j := readJob(t, `{"id":1,"three_d_experience":{"url":"/3d/1"},"models":[{"id":88,"artifacts":{"pdf":"/a.pdf","xlsx":"https://bad.test/b.xlsx"},
		"images":[{"id":5,"url":"/5.jpg"},{"id":6,"url":"https://bad.test/6.jpg"}]}]}`)
	j.Resolve(func(link string) string {
		if strings.HasPrefix(link, "https://bad") || link == "" {
			return ""
		}
		return "https://hover.test" + link
	})
	m := j.Models[0]
	if j.ViewURL != "https://hover.test/3d/1" || links(m.Artifacts) != "pdf /a.pdf" || !slices.Equal(m.Images, []Image{{"5", "https://hover.test/5.jpg"}}) || m.ViewURL != "" {
		t.Errorf("%+v", j)
	}
}
