package words

import (
	"strings"

	"dormer/internal/hover"
)

// JobState gives a job's state in a word or two, to stand alone: "measured",
// "being built". One that Hover added later is shown as it is.
func JobState(s hover.JobState) string {
	switch s {
	case hover.JobDraft:
		return T("states.draft")
	case hover.JobUploading:
		return T("states.uploading")
	case hover.JobProcessingUpload:
		return T("states.photos")
	case hover.JobProcessingImprovements:
		return T("states.new_photos")
	case hover.JobSubmitting:
		return T("states.submitting")
	case hover.JobWorking:
		return T("states.working")
	case hover.JobWaitlisted:
		return T("states.waitlisted")
	case hover.JobWaitingApproval:
		return T("states.approval")
	case hover.JobRetrieving, hover.JobProcessing:
		return T("states.finishing")
	case hover.JobPaying, hover.JobPaymentPending:
		return T("states.paying")
	case hover.JobPaymentFailed, hover.JobLimitedAccess:
		return T("states.unpaid")
	case hover.JobCompleted:
		return T("states.measured")
	case hover.JobFailed:
		return T("states.failed")
	case hover.JobCancelled:
		return T("states.cancelled")
	case hover.JobRequestingCorrections:
		return T("states.correcting")
	case hover.JobRequestingImprovements:
		return T("states.improving")
	}
	return unknown(string(s))
}

// ModelState gives a structure's state in a word or two.
func ModelState(s hover.ModelState) string {
	switch s {
	case hover.ModelUploading:
		return T("states.uploading")
	case hover.ModelProcessing:
		return T("states.working")
	case hover.ModelCompleted:
		return T("states.measured")
	case hover.ModelFailed:
		return T("states.failed")
	}
	return unknown(string(s))
}

func unknown(state string) string {
	if state == "" {
		return T("states.new")
	}
	return strings.ReplaceAll(state, "_", " ")
}
