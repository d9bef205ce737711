package hoverapi

import (
	"strconv"

	"dormer/internal/netfault"
	"dormer/internal/say"
)

// Text says to a person what was tried, what it came to, and what Hover says of it.
func (e *Error) Text() say.Text {
	kind, ok := kinds[e.Kind]
	if !ok {
		kind = say.Words(string(e.Kind))
	}
	if e.Status != 0 {
		kind = say.T("hover.kind.status", "kind", kind, "status", strconv.Itoa(e.Status))
	}
	op, ok := ops[e.Op]
	if !ok {
		op = say.Words(e.Op)
	}
	said := say.T("error.what_why", "what", op, "why", kind)
	if e.Says != "" {
		said = say.T("error.what_why", "what", said, "why", e.Says)
	}
	if e.Err == nil {
		return said
	}
	why := say.Of(e.Err)
	if f := netfault.Look(e.Err); f != nil {
		why = f.Say().What // what to do says who asked
	}
	if words, outside := why.Outside(); outside {
		why = say.Words(userinfo.ReplaceAllString(words, "://"))
	}
	return say.T("error.what_why", "what", said, "why", why)
}

// kinds are the kinds as people are told them.
var kinds = map[Kind]say.Text{
	NotSignedIn: say.T("hover.kind.not_signed_in"), SignInAgain: say.T("hover.kind.sign_in_again"),
	BadClient: say.T("hover.kind.bad_client"),
	NotSaved:  say.T("hover.kind.not_saved"), Unauthorized: say.T("hover.kind.unauthorized"),
	Forbidden: say.T("hover.kind.forbidden"),
	NotFound:  say.T("hover.kind.not_found"), Invalid: say.T("hover.kind.invalid"),
	RateLimited: say.T("hover.kind.rate_limited"),
	Server:      say.T("hover.kind.server"), Network: say.T("hover.kind.network"), Timeout: say.T("hover.kind.timeout"),
	Cancelled: say.T("hover.kind.cancelled"), BadReply: say.T("hover.kind.bad_reply"),
}

// ops are what was tried as people are told it. Another is told as it stands.
var ops = map[string]say.Text{
	"ask Hover": say.T("hover.op.ask"), "ask for the job": say.T("hover.op.job"), "list the jobs": say.T("hover.op.jobs"),
	"ask for the user": say.T("hover.op.user"), "list the users": say.T("hover.op.users"),
	"list the webhooks":    say.T("hover.op.webhooks"),
	"register the webhook": say.T("hover.op.register"), "verify the webhook": say.T("hover.op.verify"),
	"ask for the verification code": say.T("hover.op.code"), "delete the webhook": say.T("hover.op.delete_webhook"),
	"create the capture request": say.T("hover.op.capture"), "delete the capture request": say.T("hover.op.delete_capture"),
	"list the capture requests": say.T("hover.op.captures"), "ask for the capture request": say.T("hover.op.one_capture"),
	"ask for the capture link": say.T("hover.op.capture_link"), "get a file": say.T("hover.op.file"),
	"sign in":           say.T("hover.op.sign_in"),
	"renew the sign-in": say.T("hover.op.renew"), "sign out": say.T("hover.op.sign_out"),
	"check the client id and secret": say.T("hover.op.client"), "read the pasted address": say.T("hover.op.pasted"),
	"read Hover's answer to the sign-in": say.T("hover.op.answer"),
	"set the job's test state":           say.T("hover.op.test_state"), "reach Hover": say.T("hover.op.reach"),
	"follow a redirect": say.T("hover.op.redirect"),
}

// Asking is the error of a question to Hover that failed: what did not work, and
// what to do unless the cause says better.
func Asking(what say.Text, err error, do say.Text) *say.Error {
	e := &say.Error{What: what, Err: err, Do: do}
	switch KindOf(err) {
	case NotSignedIn:
		e.Why, e.Do = say.T("signin.nobody_is"), say.T("do.login")
	case SignInAgain:
		e.Why, e.Do = say.T("signin.ended"), say.T("do.login_anew")
	case BadClient:
		e.Do = say.T("hover.bad_client.do")
	}
	return e
}
