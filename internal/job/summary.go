package job

import "dormer/internal/say"

// Occasion is why several happenings are told in one.
type Occasion int

// The occasions.
const (
	WhileAway  Occasion = iota // nothing listened, or nobody was there
	WhileQuiet                 // it was quiet
	JustNow                    // they come all at once
)

// Summarize writes one alert for several happenings. The title counts them,
// "While you were away: 3 jobs were measured, 1 could not be measured". The
// body names as many as fit, by the titles of their own alerts. Both are zero if
// nothing has happened.
func Summarize(hs []Happening, titles []say.Text, when Occasion) (title, body say.Text) {
	news := count(hs)
	if news.IsZero() {
		return say.Text{}, say.Text{}
	}
	switch when {
	case WhileQuiet:
		title = say.T("summary.quiet", "news", news)
	case JustNow:
		title = say.T("summary.now", "news", news)
	default:
		title = say.T("summary.away", "news", news)
	}
	if len(titles) > 0 {
		body = say.Sentences(say.T("summary.names", "names", few(titles)))
	}
	return title, body
}

// count tells how many of each kind there are. Only the first of those that speak
// of jobs names them: "3 jobs were measured", "1 was cancelled".
func count(hs []Happening) say.Text {
	n := map[Outcome]int{}
	unmeasured := 0
	for _, h := range hs {
		if h.Outcome == StructureDone && h.Failed() {
			unmeasured++
		} else {
			n[h.Outcome.Family()]++
		}
	}
	var news []say.Text
	add := func(n int, says, too say.Text) {
		if n > 0 && len(news) > 0 {
			news = append(news, too)
		} else if n > 0 {
			news = append(news, says)
		}
	}
	alike := func(n int, says say.Text) { add(n, says, says) }
	alike(n[Completed], say.N("summary.measured", n[Completed]))
	add(n[Failed], say.N("summary.failed", n[Failed]), say.N("summary.failed.too", n[Failed]))
	add(n[Payment], say.N("summary.payment", n[Payment]), say.N("summary.payment.too", n[Payment]))
	add(n[Approval], say.N("summary.approval", n[Approval]), say.N("summary.approval.too", n[Approval]))
	add(n[Cancelled], say.N("summary.cancelled", n[Cancelled]), say.N("summary.cancelled.too", n[Cancelled]))
	alike(n[StructureDone], say.N("summary.structure", n[StructureDone]))
	alike(unmeasured, say.N("summary.structure_failed", unmeasured))
	alike(n[File], say.N("summary.file", n[File]))
	alike(n[Capture], say.N("summary.captured", n[Capture]))
	alike(n[Estimate], say.N("summary.estimate", n[Estimate]))
	alike(n[Checklist], say.N("summary.checklist", n[Checklist]))
	alike(n[Proposal], say.N("summary.proposal", n[Proposal]))
	alike(n[Order], say.N("summary.order", n[Order]))
	return commas(news)
}

// commas joins texts by commas alone, in halves: texts must not stand too deep in
// each other.
func commas(list []say.Text) say.Text {
	switch n := len(list); n {
	case 0:
		return say.Text{}
	case 1:
		return list[0]
	default:
		return say.T("summary.both", "first", commas(list[:n/2]), "next", commas(list[n/2:]))
	}
}
