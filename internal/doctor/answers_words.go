package doctor

import (
	"strings"

	"dormer/internal/say"
)

// asks tells what a question asks.
func (q Question) asks() say.Text {
	switch q {
	case AskedPKCE:
		return say.T("replies.asks.pkce")
	case AskedRedirect:
		return say.T("replies.asks.redirect")
	case AskedGrant:
		return say.T("replies.asks.invalid_grant")
	case AskedLostReply:
		return say.T("replies.asks.lost_reply")
	case AskedCode:
		return say.T("replies.asks.code")
	case AskedVerify:
		return say.T("replies.asks.verify")
	case AskedWebhookEnd:
		return say.T("replies.asks.failed_deliveries")
	case AskedActingUser:
		return say.T("replies.asks.acting_user")
	case AskedPages:
		return say.T("replies.asks.pages")
	case AskedIDs:
		return say.T("replies.asks.ids")
	case AskedSearch:
		return say.T("replies.asks.search")
	case AskedNotReady:
		return say.T("replies.asks.not_ready")
	case AskedStorage:
		return say.T("replies.asks.storage")
	case AskedLinkLife:
		return say.T("replies.asks.link_life")
	case AskedErrors:
		return say.T("replies.asks.errors")
	case AskedRate:
		return say.T("replies.asks.rate")
	}
	return say.Words(string(q))
}

// says tells an answer. One that has no words of its own, such as a status or a
// header's name, is told as it is.
func (a Answer) says() say.Text {
	word, more, _ := strings.Cut(a.Answer, " ")
	switch string(a.Question) + " " + word {
	case "pkce taken":
		return say.T("replies.pkce.taken")
	case "pkce refused":
		return say.T("replies.pkce.refused")
	case "lost-reply lives":
		return say.T("replies.lost_reply.lives")
	case "lost-reply ended":
		return say.T("replies.lost_reply.ended")
	case "code before":
		return say.T("replies.code.before")
	case "code after":
		return say.T("replies.code.after", "span", more)
	case "code again":
		return say.T("replies.code.again")
	case "code reply":
		return say.T("replies.code.reply")
	case "code unsaid":
		return say.T("replies.code.unsaid")
	case "failed-deliveries told":
		return say.T("replies.failed.told")
	case "failed-deliveries unverified":
		return say.T("replies.failed.unverified")
	case "failed-deliveries gone":
		return say.T("replies.failed.gone")
	case "acting-user free":
		return say.T("replies.acting_user.free")
	case "acting-user needed":
		return say.T("replies.acting_user.needed", "status", more)
	case "pages neither":
		return say.T("replies.pages.neither")
	case "ids numbers":
		return say.T("replies.ids.numbers")
	case "ids texts":
		return say.T("replies.ids.texts")
	case "search finds":
		return say.T("replies.search.finds")
	case "search other":
		return say.T("replies.search.other")
	case "search short":
		return say.T("replies.search.short", "status", more)
	case "not-ready empty":
		return say.T("replies.not_ready.empty")
	case "not-ready page":
		return say.T("replies.not_ready.page", "status", more)
	case "storage own":
		return say.T("replies.storage.own")
	case "storage other":
		return say.T("replies.storage.other")
	case "storage direct":
		return say.T("replies.storage.direct")
	case "errors empty":
		return say.T("replies.errors.empty")
	case "errors page":
		return say.T("replies.errors.page")
	case "errors text":
		return say.T("replies.errors.text")
	case "rate none":
		return say.T("replies.rate.none")
	case "rate seconds":
		return say.T("replies.rate.seconds")
	case "rate date":
		return say.T("replies.rate.date")
	}
	return say.Words(a.Answer)
}

// Replies tells the answers that were met, a line for each question, and in a last
// line the questions that are still open.
func Replies(met []Answer) []Finding {
	var all []Finding
	var open []say.Text
	for _, q := range Questions() {
		var said []say.Text
		for _, m := range met {
			if m.Question == q {
				said = append(said, say.T("replies.answer", "answer", m.says(), "n", m.Count))
			}
		}
		if said == nil {
			open = append(open, q.asks())
			continue
		}
		all = append(all, just("replies/"+string(q), Green, say.T("replies.met", "asks", q.asks(), "answers", said), say.Text{})...)
	}
	if len(open) > 0 {
		all = append(all, just("replies/open", Green, say.T("replies.open", "names", open), say.Text{})...)
	}
	return all
}
