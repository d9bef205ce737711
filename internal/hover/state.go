package hover

import "strings"

// JobState is the state of a job, in the spelling of Hover's v3 API
// ("completed"). A state that Hover adds later is kept as text.
type JobState string

// The states of a job. Those that only the old job-state-changed event knows
// are listed too (Hover's webhook page).
const (
	JobDraft                  JobState = "draft"
	JobUploading              JobState = "uploading"
	JobProcessingUpload       JobState = "processing_upload"
	JobSubmitting             JobState = "submitting"
	JobWorking                JobState = "working"
	JobWaitlisted             JobState = "waitlisted"
	JobWaitingApproval        JobState = "waiting_approval"
	JobRetrieving             JobState = "retrieving"
	JobProcessing             JobState = "processing"
	JobPaying                 JobState = "paying"
	JobPaymentPending         JobState = "payment_pending" // Hover's own pages show this one,
	JobPaymentFailed          JobState = "payment_failed"  // this one,
	JobLimitedAccess          JobState = "limited_access"  // and this one
	JobCompleted              JobState = "completed"
	JobFailed                 JobState = "failed"
	JobCancelled              JobState = "cancelled"
	JobRequestingCorrections  JobState = "requesting_corrections"
	JobProcessingImprovements JobState = "processing_upload_for_improvements"
	JobRequestingImprovements JobState = "requesting_improvements"
)

// ParseJobState reads a job's state in either spelling.
func ParseJobState(s string) JobState { return JobState(oneSpelling(s)) }

// UnmarshalJSON reads a job's state in either spelling.
func (s *JobState) UnmarshalJSON(b []byte) error {
	t, _ := scalar(b)
	*s = ParseJobState(t)
	return nil
}

// Finished says that Hover has stopped working on the job: completed (at least
// one structure succeeded), failed (none did) or cancelled.
func (s JobState) Finished() bool {
	return s == JobCompleted || s == JobFailed || s == JobCancelled
}

// WantsPayment says that the job is measured and Hover keeps it back until it is
// paid for. While Hover is only paying it does not say so: that goes on by itself
// as a rule.
func (s JobState) WantsPayment() bool { return s == JobPaymentFailed || s == JobLimitedAccess }

// Paying says that Hover is being paid.
func (s JobState) Paying() bool { return s == JobPaying || s == JobPaymentPending }

// Reopens says that the state sends a finished job back to be worked on.
func (s JobState) Reopens() bool {
	return s == JobRequestingCorrections || s == JobProcessingImprovements || s == JobRequestingImprovements
}

// ModelState is the state of one structure, in the spelling of Hover's v3 job
// states: the API's and the event's "complete" is "completed" here.
type ModelState string

// The states of a model that Hover's pages name; others pass as text.
const (
	ModelUploading  ModelState = "uploading"
	ModelProcessing ModelState = "processing"
	ModelCompleted  ModelState = "completed"
	ModelFailed     ModelState = "failed"
)

// ParseModelState reads a model's state in either spelling.
func ParseModelState(s string) ModelState { return ModelState(oneSpelling(s)) }

// UnmarshalJSON reads a model's state in either spelling.
func (s *ModelState) UnmarshalJSON(b []byte) error {
	t, _ := scalar(b)
	*s = ParseModelState(t)
	return nil
}

// Finished says that the structure was measured or could not be.
func (s ModelState) Finished() bool {
	return s == ModelCompleted || s == ModelFailed || s == "cancelled"
}

// CaptureState is the state of a capture request. Hover's own spelling
// ("complete") is kept: it is the only one in use there.
type CaptureState string

// The states of a capture request (Hover's capture guide).
const (
	CaptureNew       CaptureState = "new"
	CaptureConnected CaptureState = "connected"
	CaptureComplete  CaptureState = "complete"
	CaptureDeleted   CaptureState = "deleted"
)

// ParseCaptureState reads a capture request's state in either spelling.
func ParseCaptureState(s string) CaptureState {
	if t := oneSpelling(s); t != "completed" {
		return CaptureState(t)
	}
	return CaptureComplete
}

// UnmarshalJSON reads a capture request's state in either spelling.
func (s *CaptureState) UnmarshalJSON(b []byte) error {
	t, _ := scalar(b)
	*s = ParseCaptureState(t)
	return nil
}

// ChangeState is the state of a deliverable change request.
type ChangeState string

// The states of a deliverable change request (Hover's webhook page).
const (
	ChangeFirstAttempt  ChangeState = "first_attempt"
	ChangeWaiting       ChangeState = "waiting_for_job_to_finish"
	ChangeSecondAttempt ChangeState = "second_attempt"
	ChangeComplete      ChangeState = "complete"
	ChangeFailed        ChangeState = "failed"
)

// ParseChangeState reads a deliverable change request's state in either spelling.
func ParseChangeState(s string) ChangeState {
	if t := oneSpelling(s); t != "completed" {
		return ChangeState(t)
	}
	return ChangeComplete
}

// oneSpelling folds case, the two spellings of "completed" (v3 job and -v2
// event say completed; model, v2 job and old event say complete) and of
// "cancelled".
func oneSpelling(s string) string {
	s = strings.ToLower(strings.TrimSpace(s))
	switch s {
	case "complete":
		return "completed"
	case "canceled":
		return "cancelled"
	}
	return s
}
