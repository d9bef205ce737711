package say

// reasons are why a house could not be measured, of those that Hover is known to give.
// In English the catalogue has each in Hover's own words.
var reasons = []Text{T("reason.too_little"), T("reason.tree"), T("reason.dark"), T("reason.rear")}

// Retold gives a text as it would be made now: the reasons of Hover that stand in it as
// they were sent, from before they were known or from an older Dormer, are those that
// [Reason] gives.
func Retold(t Text) Text {
	if sent, ok := t.Outside(); ok {
		return Reason(sent)
	}
	told := Text{ID: t.ID, Args: make(Args, len(t.Args))}
	for hole, v := range t.Args {
		switch v := v.(type) {
		case string: // words, as they come back from JSON
			if now := Reason(v); hole == "why" && now.ID != "" {
				told.Args[hole] = now
				continue
			}
			told.Args[hole] = v
		case Text:
			told.Args[hole] = Retold(v)
		case []Text:
			list := make([]Text, len(v))
			for i := range v {
				list[i] = Retold(v[i])
			}
			told.Args[hole] = list
		default:
			told.Args[hole] = v
		}
	}
	if len(told.Args) == 0 {
		told.Args = nil
	}
	return told
}

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
