package hover

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Event is the body of one webhook. Its type says which one it is: see the
// types in this file; what is not known is an [Unknown].
type Event interface {
	// Name is the body's "event".
	Name() EventName
	// About says what the event speaks of.
	About() About
}

// About is what an event can be found by. All of it may be empty: Hover's
// samples differ in what they carry.
type About struct {
	Webhook WebhookID
	Job     JobID
	Model   ModelID
	// State is the state that the event tells, in one spelling for jobs and
	// models ("completed"), as received for everything else.
	State string
}

type (
	// VerificationCode is sent straight after a webhook's registration; the
	// code is given back to Hover to make the webhook live.
	VerificationCode struct {
		Webhook WebhookID
		Code    string
	}

	// JobStateChanged tells that a job entered a state. V2 tells the two events
	// apart that Hover may send for one change.
	JobStateChanged struct {
		V2         bool
		Webhook    WebhookID
		Job        JobID
		ExternalID string
		State      JobState
		HoursLeft  *float64 // job_estimated_hours_to_completion; nil if absent
	}

	// ModelCreated tells that a job has one more structure. It comes while the
	// job is still a draft.
	ModelCreated struct {
		Webhook    WebhookID
		Job        JobID
		Model      ModelID
		ExternalID string
	}

	// ModelStateChanged tells that one structure was completed or failed.
	ModelStateChanged struct {
		Webhook    WebhookID
		Job        JobID
		Model      ModelID
		ExternalID string
		State      ModelState
	}

	// CaptureRequestStateChanged tells how far an invitation to capture is.
	CaptureRequestStateChanged struct {
		Webhook    WebhookID
		Request    CaptureRequestID
		Job        JobID
		ExternalID string
		ClientID   string // job_client_identifier
		State      CaptureState
		HoursLeft  *float64
	}

	// DeliverableChanged tells how far an upgrade of what was ordered is.
	DeliverableChanged struct {
		Webhook WebhookID
		Job     JobID
		Request ChangeRequestID
		State   ChangeState
	}

	// InspectionChanged is a checklist that was created or updated, or an
	// inspection that entered a state; Event says which.
	InspectionChanged struct {
		Event      EventName
		Webhook    WebhookID
		Job        JobID
		Inspection InspectionID
		State      string
	}

	// EstimateGroupChanged is an estimate that was finished or updated.
	EstimateGroupChanged struct {
		Event    EventName
		Webhook  WebhookID
		Job      JobID
		Estimate DocumentID
		State    string // "complete" on the state event
	}

	// MaterialListChanged is a material list that was created, updated, sent by
	// hand ("Sync material list") or approved; Event says which.
	MaterialListChanged struct {
		Event       EventName
		Webhook     WebhookID
		Job         JobID
		List        DocumentID
		Opportunity string // sales_opportunity_id
		State       string // approval status; its field's name is not documented
		By          string // who did it; no sample of Hover's says so
	}

	// DocumentChanged is a proposal, a signature request, an order document or a
	// distribution order that entered a state; Event says which.
	DocumentChanged struct {
		Event    EventName
		Webhook  WebhookID
		Job      JobID
		Document DocumentID
		Proposal DocumentID // the proposal that a signature request is for
		List     DocumentID // the material list that an order is made from
		State    string
		SignedAt time.Time // only with signed or complete
	}

	// InstantDesignNews is an Instant Design image or a lead; Event says which.
	InstantDesignNews struct {
		Event   EventName
		Webhook WebhookID
		Job     JobID
		Lead    LeadID
		Image   ImageID
		Project string
		At      time.Time
	}

	// Unknown is an event that Hover's pages did not name when this was
	// written. It is kept whole, and found by whatever familiar fields it has.
	Unknown struct {
		Event EventName
		Has   About
		Body  json.RawMessage
	}
)

// Bounds on what is kept of a body's texts.
const (
	maxEventName   = 200
	maxTextInEvent = 1000
)

// A body is refused without a word of what it holds: it may be anybody's.
var (
	errNotJSON   = errors.New("hover: the body is not JSON")
	errNotObject = errors.New("hover: the body is not a JSON object")
)

// Decode reads a webhook's body. It fails only if the body is not one JSON
// object, nor a form that [Object] can read as one: a field of an unexpected shape is read as absent, and an event that
// is not known as [Unknown]. The body is not kept, but by Unknown, which has a
// copy.
func Decode(body []byte) (Event, error) {
	var f fields
	if err := json.Unmarshal(body, &f); err != nil || f == nil {
		if json.Valid(body) {
			return nil, errNotObject
		}
		form, ok := formObject(body)
		if !ok {
			return nil, errNotJSON
		}
		return Decode(form)
	}
	f = f.flat()
	name := EventName(f.text("event"))
	if len(name) > maxEventName {
		name = EventName(strings.ToValidUTF8(string(name[:maxEventName]), ""))
	}
	wid, job, external := id[webhookKind](f, "webhook_id"), f.job(), f.text("job_external_identifier", "external_identifier")
	model, state := id[modelKind](f, "model_id"), f.text("state")
	switch name {
	case EventVerificationCode:
		return VerificationCode{Webhook: wid, Code: f.text("code")}, nil
	case EventJobState, EventJobStateV2:
		return JobStateChanged{
			V2: name == EventJobStateV2, Webhook: wid, Job: job, ExternalID: external, HoursLeft: f.hours(),
			State: ParseJobState(f.text("state", "reconstruction_state", "job_state", "job_reconstruction_state")),
		}, nil
	case EventModelCreated:
		return ModelCreated{Webhook: wid, Job: job, Model: model, ExternalID: external}, nil
	case EventModelState:
		return ModelStateChanged{
			Webhook: wid, Job: job, Model: model, ExternalID: external, State: ParseModelState(f.text("state", "model_state")),
		}, nil
	case EventCaptureRequestState:
		return CaptureRequestStateChanged{
			Webhook: wid, Request: id[captureRequestKind](f, "capture_request_id"), Job: job,
			ExternalID: external, ClientID: f.text("job_client_identifier"),
			State: ParseCaptureState(f.text("state", "capture_request_state")), HoursLeft: f.hours(),
		}, nil
	case EventDeliverableChange:
		return DeliverableChanged{
			Webhook: wid, Job: job, Request: id[changeRequestKind](f, "deliverable_change_request_id"),
			State: ParseChangeState(f.text("state", "deliverable_change_request_state")),
		}, nil
	case EventChecklistCreated, EventChecklistUpdated, EventInspectionState:
		return InspectionChanged{
			Event: name, Webhook: wid, Job: job, State: f.text("state", "inspection_state"),
			Inspection: id[inspectionKind](f, "inspection_checklist_id", "inspection_id", "id"),
		}, nil
	case EventEstimateGroupState, EventEstimateGroupUpdated:
		return EstimateGroupChanged{
			Event: name, Webhook: wid, Job: job, State: f.text("state", "estimation_estimate_group_state"),
			Estimate: id[documentKind](f, "estimation_estimate_group_id"),
		}, nil
	case EventMaterialListCreated, EventMaterialListUpdated, EventMaterialListManualSync, EventMaterialListApproval:
		return MaterialListChanged{
			Event: name, Webhook: wid, Job: job,
			List:        id[documentKind](f, "project_management_production_list_id", "production_list_id"),
			Opportunity: f.text("sales_opportunity_id"), State: f.approval(),
			By: f.text("user_name", "user_full_name", "synced_by", "sent_by", "user_email"),
		}, nil
	case EventProposalDocumentState, EventSignatureRequestState, EventOrderDocumentState, EventDistributionOrderState:
		return f.document(name, wid, job), nil
	case EventInstantDesignImage, EventInstantDesignLead:
		return InstantDesignNews{
			Event: name, Webhook: wid, Job: job, Lead: id[leadKind](f, "lead_id"), Image: id[imageKind](f, "image_id"),
			Project: f.text("project_name"), At: ParseTime(f.text("timestamp")),
		}, nil
	}
	return Unknown{
		Event: name, Has: About{Webhook: wid, Job: job, Model: model, State: state},
		Body: append(json.RawMessage(nil), body...),
	}, nil
}

// fields is a webhook's body, read one field at a time so that an odd one costs
// only itself. Of duplicate keys the last one counts, as in encoding/json.
type fields map[string]json.RawMessage

// flat gives what stands in objects within the body beside what stands in it
// by itself, under both names: {"job": {"id": 5}} as job_id. What the body says by
// itself counts.
func (f fields) flat() fields {
	nested := false
	for _, raw := range f {
		nested = nested || len(raw) > 0 && raw[0] == '{'
	}
	if !nested { // as in all of Hover's samples
		return f
	}
	flat := fields{}
	f.into(flat, "", 0)
	return flat
}

// into adds the fields to flat: those that are nearer to the body first, so that
// they count.
func (f fields) into(flat fields, prefix string, depth int) {
	names := slices.Sorted(maps.Keys(f))
	for _, n := range names {
		if _, ok := flat[prefix+n]; !ok && len(flat) < maxFlat && string(f[n]) != "null" {
			flat[prefix+n] = f[n]
		}
	}
	for _, n := range names {
		var inner fields
		if depth == maxNested || len(f[n]) == 0 || f[n][0] != '{' || json.Unmarshal(f[n], &inner) != nil {
			continue
		}
		if envelopes[n] {
			inner.into(flat, prefix, depth+1)
		} else {
			inner.into(flat, prefix+n+"_", depth+1)
		}
	}
}

// envelopes say nothing of what they hold.
var envelopes = map[string]bool{"data": true, "payload": true, "attributes": true}

// Bounds on what is read within a body.
const (
	maxNested = 3
	maxFlat   = 1000
)

// job gives the id of the job that the event is about.
func (f fields) job() JobID {
	return id[jobKind](f, "job_id", "model_job_id", "capture_request_job_id", "inspection_job_id")
}

// approval gives what became of an approval: in words, or as a yes or no.
func (f fields) approval() string {
	if s := f.text("state", "approval_status", "approval_state", "approval", "status"); s != "" {
		return s
	}
	for _, n := range []string{"approved", "is_approved", "approval_approved"} {
		if yes := flag(f[n]); yes != nil && *yes {
			return "approved"
		} else if yes != nil {
			return "not approved"
		}
	}
	return ""
}

// text gives the first of the named fields that holds text or a number.
func (f fields) text(names ...string) string {
	for _, n := range names {
		if s, ok := scalar(f[n]); ok && s != "" {
			if len(s) > maxTextInEvent {
				s = strings.ToValidUTF8(s[:maxTextInEvent], "")
			}
			return s
		}
	}
	return ""
}

func (f fields) hours() *float64 {
	return hoursOf(f.text("job_estimated_hours_to_completion", "estimated_hours_to_completion"))
}

func (f fields) document(name EventName, wid WebhookID, job JobID) DocumentChanged {
	key := map[EventName]string{
		EventProposalDocumentState:  "project_management_proposal_document_id",
		EventSignatureRequestState:  "project_management_signature_request_id",
		EventOrderDocumentState:     "project_management_order_document_id",
		EventDistributionOrderState: "distribution_order_id",
	}[name]
	d := DocumentChanged{
		Event: name, Webhook: wid, Job: job, Document: id[documentKind](f, key),
		State: f.text("state", strings.TrimSuffix(key, "_id")+"_state"),
		List:  id[documentKind](f, "project_management_production_list_id"),
	}
	if name == EventSignatureRequestState {
		d.Proposal = id[documentKind](f, "project_management_proposal_document_id")
	}
	at := f.text("signed_at")
	if seconds, err := strconv.ParseFloat(at, 64); err != nil {
		d.SignedAt = ParseTime(at)
	} else if seconds > 0 && seconds < 1<<40 {
		d.SignedAt = time.Unix(int64(seconds), 0).UTC()
	}
	return d
}

func id[Of any](f fields, names ...string) ID[Of] {
	for _, n := range names {
		var v ID[Of]
		if raw, ok := f[n]; ok && v.UnmarshalJSON(raw) == nil && v != "" {
			return v
		}
	}
	return ""
}

// Name returns the event's name.
func (VerificationCode) Name() EventName { return EventVerificationCode }

// Name returns the event's name.
func (e JobStateChanged) Name() EventName {
	if e.V2 {
		return EventJobStateV2
	}
	return EventJobState
}

// Name returns the event's name.
func (ModelCreated) Name() EventName { return EventModelCreated }

// Name returns the event's name.
func (ModelStateChanged) Name() EventName { return EventModelState }

// Name returns the event's name.
func (CaptureRequestStateChanged) Name() EventName { return EventCaptureRequestState }

// Name returns the event's name.
func (DeliverableChanged) Name() EventName { return EventDeliverableChange }

// Name returns the event's name.
func (e InspectionChanged) Name() EventName { return e.Event }

// Name returns the event's name.
func (e EstimateGroupChanged) Name() EventName { return e.Event }

// Name returns the event's name.
func (e MaterialListChanged) Name() EventName { return e.Event }

// Name returns the event's name.
func (e DocumentChanged) Name() EventName { return e.Event }

// Name returns the event's name.
func (e InstantDesignNews) Name() EventName { return e.Event }

// Name returns the event's name.
func (e Unknown) Name() EventName { return e.Event }

// About says what the event speaks of.
func (e VerificationCode) About() About { return About{Webhook: e.Webhook} }

// About says what the event speaks of.
func (e JobStateChanged) About() About {
	return About{Webhook: e.Webhook, Job: e.Job, State: string(e.State)}
}

// About says what the event speaks of.
func (e ModelCreated) About() About {
	return About{Webhook: e.Webhook, Job: e.Job, Model: e.Model}
}

// About says what the event speaks of.
func (e ModelStateChanged) About() About {
	return About{Webhook: e.Webhook, Job: e.Job, Model: e.Model, State: string(e.State)}
}

// About says what the event speaks of.
func (e CaptureRequestStateChanged) About() About {
	return About{Webhook: e.Webhook, Job: e.Job, State: string(e.State)}
}

// About says what the event speaks of.
func (e DeliverableChanged) About() About {
	return About{Webhook: e.Webhook, Job: e.Job, State: string(e.State)}
}

// About says what the event speaks of.
func (e InspectionChanged) About() About {
	return About{Webhook: e.Webhook, Job: e.Job, State: e.State}
}

// About says what the event speaks of.
func (e EstimateGroupChanged) About() About {
	return About{Webhook: e.Webhook, Job: e.Job, State: e.State}
}

// About says what the event speaks of.
func (e MaterialListChanged) About() About {
	return About{Webhook: e.Webhook, Job: e.Job, State: e.State}
}

// About says what the event speaks of.
func (e DocumentChanged) About() About {
	return About{Webhook: e.Webhook, Job: e.Job, State: e.State}
}

// About says what the event speaks of.
func (e InstantDesignNews) About() About { return About{Webhook: e.Webhook, Job: e.Job} }

// About says what the event speaks of.
func (e Unknown) About() About { return e.Has }
