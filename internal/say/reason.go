package say

// reasons are why a house could not be measured, of those that Hover is known to give.
// In English the catalogue has each in Hover's own words.
var reasons = []Text{T("reason.too_little"), T("reason.tree"), T("reason.dark"), T("reason.rear")}

// Reason gives why a house could not be measured, as Hover says it: in the reader's
// language where the reason is a known one, else as it was sent.
func Reason(sent string) Text {
	for _, known := range reasons {
		if known.String() == sent {
			return known
		}
	}
	return Words(sent)
}
