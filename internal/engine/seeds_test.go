package engine_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/simulator"
)

// seeds are the events that Hover's webhook page names, with the bodies that it shows.
var seeds = []string{
	`{"event":"job-state-changed","webhook_id":230293,"job_external_identifier":"order01239181","job_id":19402492,"state":"processing_upload","content-available":1,"job_estimated_hours_to_completion":1.3902}`,
	`{"event":"model-created","model_id":51,"job_id":19402492,"job_external_identifier":"order01239181"}`,
	`{"capture_request_id":4290429,"state":"complete","event":"capture-request-state-changed","job_estimated_hours_to_completion":0.0,"job_client_identifier":"test-client-identifier-992759","job_id":19402492,"job_external_identifier":"order01239181"}`,
	`{"event":"deliverable-change-request-state-changed","webhook_id":230293,"job_id":19402492,"state":"complete","deliverable_change_request_id":3234}`,
	`{"event":"inspection-checklist-created","inspection_checklist_id":573,"job_id":333}`,
	`{"event":"inspection-checklist-updated","inspection_checklist_id":573,"job_id":333}`,
	`{"estimation_estimate_group_id":"e10191d5-5dd6-4821-b3a1-255b6f94147c","state":"complete","event":"estimation-estimate-group-state-changed","webhook_id":423}`,
	`{"estimation_estimate_group_id":"e10191d5-5dd6-4821-b3a1-255b6f94147c","job_id":1234,"event":"estimation-estimate-group-updated","webhook_id":423}`,
	`{"project_management_production_list_id":55643,"sales_opportunity_id":347615,"job_id":8675309,"event":"project-management-production-list-created","webhook_id":13002}`,
	`{"project_management_production_list_id":55643,"sales_opportunity_id":347615,"job_id":8675309,"event":"project-management-production-list-updated","webhook_id":13002}`,
	`{"project_management_production_list_id":55643,"job_id":8675309,"event":"project-management-production-list-manual-sync","webhook_id":13002}`,
	`{"event":"project-management-proposal-document-state-changed","project_management_proposal_document_id":"d69021ae-2ebb-457d-b645-b70e6e26a903","state":"complete"}`,
	`{"event":"project-management-signature-request-state-changed","project_management_signature_request_id":"b37dfabb-c0f4-4d75-a753-450f819e27af","project_management_proposal_document_id":"ea253901-01a3-4b43-94f1-98802ae8496b","state":"signed","signed_at":1598555054}`,
	`{"project_management_order_document_id":"cab84a4c-0e20-48d5-9096-54358fd9bc062","state":"complete","project_management_production_list_id":28358,"job_id":4045349,"event":"project-management-order-document-state-changed","webhook_id":423}`,
	`{"event":"distribution-order-state-changed","distribution_order_id":"a2d65078-b111-44d5-b556-1c197a54096c","state":"submitted"}`,
}

// Every event that Hover's webhook page names, posted signed as the page shows it: what a
// person then sees of it on the job's page, in the inbox and on disk. The table stands in
// docs/first-contact.md.
func TestWhatAPersonSeesOfEveryEvent(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		for id, street := range map[hover.JobID]string{"19402492": "1420 Sycamore Ln", "333": "5 Cedar Ct", "1234": "12 Mill St", "8675309": "88 Harbor Rd", "4045349": "77 Pine Ave"} {
			w.working(simulator.JobSpec{ID: id, Name: street, Address: hover.Address{Line1: street, City: "Dayton", Region: "OH"}})
		}
		w.sim.Quietly(func() {
			_, _ = w.sim.AddMaterials("8675309", simulator.MaterialsSpec{ID: "55643", Items: shingles})
			_, _ = w.sim.AddMaterials("4045349", simulator.MaterialsSpec{ID: "28358", Items: shingles})
			_, _ = w.sim.AddChecklist("333", simulator.ChecklistSpec{ID: "573"})
			w.sim.AddCapture(simulator.CaptureSpec{ID: "4290429", Name: "Ann Lee", State: hover.CaptureComplete})
		})
		table := []string{"| event | the job's page | the inbox | on disk |", "|---|---|---|---|"}
		for _, body := range seeds {
			event, err := hover.Decode([]byte(body))
			if err != nil {
				t.Fatal(err)
			}
			id := event.About().Job
			before, files := len(w.alerts()), map[string]bool{}
			for _, name := range w.inFolder(id) {
				files[name] = true
			}
			if status := w.emit([]byte(body), simulator.Delivery{}); status != 200 {
				t.Errorf("%s is answered %d", event.Name(), status)
			}
			w.pass(5 * time.Second)
			var page, told, disk []string
			for _, a := range w.alerts()[before:] {
				told = append(told, a.Title+". "+a.Body)
			}
			if id != "" {
				page = w.seenOf(id, event)
				for _, name := range w.inFolder(id) {
					if !files[name] {
						disk = append(disk, "`"+name+"`")
					}
				}
			}
			cell := func(list []string) string {
				if len(list) == 0 {
					return "–"
				}
				return strings.Join(list, "; ")
			}
			table = append(table, fmt.Sprintf("| `%s` | %s | %s | %s |", event.Name(), cell(page), cell(told), cell(disk)))
		}
		if s := w.status(); s.Work.Dead != 0 {
			t.Errorf("left is %+v", s.Work)
		}
		whole := strings.Join(table, "\n")
		docs, err := os.ReadFile(filepath.Join("..", "..", "docs", "first-contact.md"))
		if err != nil || !strings.Contains(strings.ReplaceAll(string(docs), "\r\n", "\n"), whole) {
			t.Errorf("docs/first-contact.md does not have this table: %v\n%s", err, whole)
		}
	})
}

// seenOf tells what the page of a job says after an event of it.
func (w *world) seenOf(id hover.JobID, event hover.Event) (said []string) {
	w.t.Helper()
	d, err := w.e.Detail(w.t.Context(), id)
	if err != nil {
		return nil
	}
	switch event.(type) {
	case hover.MaterialListChanged, hover.InspectionChanged, hover.EstimateGroupChanged, hover.DocumentChanged:
		for _, p := range d.Papers {
			what := p.Kind
			switch {
			case p.Materials != nil:
				what += fmt.Sprintf(" “%s”, %d items, $%.2f", p.Title, len(p.Materials.Lines), *p.Total)
			case p.Checklist != nil:
				what += fmt.Sprintf(", %d answers, %d photos", len(p.Checklist.Answers), p.Checklist.Photos())
			}
			if says := p.Says.String(); says != "" {
				what += ": " + says
			}
			said = append(said, what)
		}
		return said
	}
	page, err := w.e.EventPage(w.t.Context(), engine.EventFilter{Job: id}, 0, 1)
	if err != nil || len(page) != 1 || page[0].Event != event.Name() {
		w.t.Fatalf("the page lists %+v, %v", page, err)
	}
	return []string{string(d.State) + "; the event in its activity"}
}
