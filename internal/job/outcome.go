package job

import "dormer/internal/say"

// Outcome is what an alert tells of: the contract's alert kinds.
type Outcome string

// The outcomes. Summary is no happening of its own: it stands for several.
const (
	Completed     Outcome = "completed"
	StructureDone Outcome = "structure" // a structure that finished after its job
	Failed        Outcome = "failed"
	Cancelled     Outcome = "cancelled"
	Approval      Outcome = "approval"
	Payment       Outcome = "payment" // Hover waits for its money; State says whether it was refused
	Capture       Outcome = "capture"
	Estimate      Outcome = "estimate"
	Materials     Outcome = "materials" // a material list
	Checklist     Outcome = "checklist" // or an inspection
	Proposal      Outcome = "proposal"
	Signature     Outcome = "signature"
	Order         Outcome = "order"
	File          Outcome = "file" // State is its format: a person asked to be told when it is saved
	Summary       Outcome = "summary"
)

// Kind is what a person switches alerts on and off by.
type Kind struct {
	Outcome Outcome
	When    say.Text // to follow "Tell me when"
}

// Kinds lists them in the order in which people see them.
func Kinds() []Kind {
	return []Kind{
		{Completed, say.T("alert.kind.completed")}, {StructureDone, say.T("alert.kind.structure")},
		{Failed, say.T("alert.kind.failed")},
		{Cancelled, say.T("alert.kind.cancelled")}, {Approval, say.T("alert.kind.approval")},
		{Payment, say.T("alert.kind.payment")},
		{Capture, say.T("alert.kind.capture")}, {Estimate, say.T("alert.kind.estimate")},
		{Checklist, say.T("alert.kind.checklist")},
		{Proposal, say.T("alert.kind.proposal")}, {Order, say.T("alert.kind.order")},
	}
}

// Family is the kind by which alerts of this one are switched on and off: what had no
// kind of its own before is still told with what it was told with.
func (o Outcome) Family() Outcome {
	switch o {
	case Materials:
		return Estimate
	case Signature:
		return Proposal
	}
	return o
}
