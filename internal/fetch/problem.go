package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"dormer/internal/say"
)

// Problem is why a file was not saved. Every error of [Save] is one.
type Problem struct {
	// Status is the HTTP status that Hover (or its storage) answered; 0 where
	// there was no answer, or where the trouble is ours.
	Status int
	// Own says that it is Hover's own word: the answer came from Hover's origin,
	// and is no page, as a firewall's is or that of whoever else stands on the way.
	Own bool
	// Permanent says that asking again will not help. No answer is permanent by
	// itself; only who knows how long it has lasted can call it that.
	Permanent bool
	// Person says that it lasts until a person does something: signs in, say.
	Person bool
	// Disk says that the file could not be written here: Hover is not to blame.
	Disk bool
	// RetryAfter is how long the answer asked us to wait; 0 if it did not say.
	RetryAfter time.Duration
	// Says tells a person what happened and, where they can do something, what;
	// Again, that it is tried again.
	Says  say.Text
	Again bool
	// Err is the cause; nil where the status says it all.
	Err error
}

// Error gives the plain words, the status and the cause. Addresses are left out
// of it: a link to storage is signed, and as good as a password.
func (p *Problem) Error() string {
	var b strings.Builder
	b.WriteString("fetch: ")
	b.WriteString(p.Text().String())
	if p.Status != 0 {
		fmt.Fprintf(&b, " (HTTP %d)", p.Status)
	}
	if p.Err != nil {
		b.WriteString(": ")
		b.WriteString(p.Err.Error())
	}
	return b.String()
}

// Text says to a person what happened, and that it is tried again.
func (p *Problem) Text() say.Text {
	if p.Again {
		return say.T("file.again", "what", p.Says)
	}
	return p.Says
}

// Unwrap gives the cause, so that errors.Is finds a cancelled context or a full
// disk behind it.
func (p *Problem) Unwrap() error { return p.Err }

// Refused says that Hover itself refuses the file. Once may be a slip; twice, an
// hour apart, is final.
func (p *Problem) Refused() bool {
	return p.Own && (p.Status == http.StatusForbidden || p.Status == http.StatusGone)
}

// Missing says that Hover itself knows no such file: not yet, or, if that lasts
// for a day, at all.
func (p *Problem) Missing() bool { return p.Own && p.Status == http.StatusNotFound }

// NeedsPerson says that there is no use in waiting: only a person can mend it, by
// signing in, by another plan or acting user, by room on the disk.
func (p *Problem) NeedsPerson() bool {
	return p.Person || p.Disk || p.Own && p.Status != http.StatusGone && slices.Contains(refusals, p.Status)
}

// refused reads a final answer that is not a file; nil if it is one. Which
// status Hover gives for a file that is not ready is not documented, so every
// status but a clear refusal means "not yet".
func refused(r *http.Response, own bool) *Problem {
	if isWhole(r) {
		return nil
	}
	p := Answered(r.StatusCode, own && !isPage(r))
	p.RetryAfter = retryAfter(r.Header)
	return p
}

// Answered is the problem that an answer without a file comes to, by its status; own says
// that it is Hover's own word, and no page. 0 is no answer.
func Answered(status int, own bool) *Problem {
	p := &Problem{Status: status, Own: own}
	switch s := status; {
	case s == 0:
		p.Says, p.Again = say.T("file.not_asked"), true
	case !p.Own && slices.Contains(refusals, s):
		p.Says, p.Again = say.T("file.somebody_refused"), true
	case s == http.StatusForbidden:
		p.Says = say.T("file.no_plan")
	case s == http.StatusGone:
		p.Says = say.T("file.gone")
	case s == http.StatusPaymentRequired:
		p.Says = say.T("file.payment")
	case s == http.StatusUnauthorized:
		p.Says = say.T("file.no_permission")
	case s == http.StatusNotFound:
		p.Says = say.T("file.not_yet")
	case s == http.StatusTooManyRequests:
		p.Says = say.T("file.pause")
	case s == http.StatusAccepted, s == http.StatusNoContent, s == http.StatusConflict,
		s == http.StatusUnprocessableEntity, s == http.StatusTooEarly:
		p.Says = say.T("file.preparing")
	case s >= 500:
		p.Says, p.Again = say.T("file.trouble"), true
	default:
		p.Says, p.Again = say.T("file.no_file"), true
	}
	return p
}

// refusals are the answers that are taken for one, if they are Hover's own.
var refusals = []int{http.StatusUnauthorized, http.StatusPaymentRequired, http.StatusForbidden, http.StatusGone}

// isWhole says that an answer brings the file, all of it: also one that was changed
// on the way, and a part that is the whole.
func isWhole(r *http.Response) bool {
	switch r.StatusCode {
	case http.StatusOK, http.StatusNonAuthoritativeInfo:
		return true
	case http.StatusPartialContent:
		var last, size int64
		_, err := fmt.Sscanf(r.Header.Get("Content-Range"), "bytes 0-%d/%d", &last, &size)
		return err == nil && last+1 == size
	}
	return false
}

// isPage says that an answer is a page for a browser, which Hover's API never
// sends.
func isPage(r *http.Response) bool {
	if strings.HasPrefix(strings.ToLower(r.Header.Get("Content-Type")), "text/html") {
		return true
	}
	head := make([]byte, edge)
	n, _ := io.ReadFull(r.Body, head)
	return n > 0 && isHTML(head[:n])
}

// maxRetryAfter bounds what an answer may make us wait: a slip in its digits
// must not cost a week.
const maxRetryAfter = 24 * time.Hour

// retryAfter reads Retry-After in either of its forms. A date is measured from
// the answer's own Date, so a wrong clock on this machine does not matter.
func retryAfter(h http.Header) time.Duration {
	v := strings.TrimSpace(h.Get("Retry-After"))
	var d time.Duration
	if n, err := strconv.ParseInt(v, 10, 32); err == nil {
		d = time.Duration(n) * time.Second
	} else if at, err := http.ParseTime(v); err == nil {
		if sent, err := http.ParseTime(h.Get("Date")); err == nil {
			d = at.Sub(sent)
		}
	}
	return min(max(d, 0), maxRetryAfter)
}

// brokenOff is trouble on the way: the caller's own stop, a standstill, or an
// error of the network, without the address that net/url puts before it.
func brokenOff(ctx context.Context, says say.Text, err error) *Problem {
	cause := context.Cause(ctx)
	var ue *url.Error
	switch {
	case errors.Is(cause, errStalled):
		err = cause
	case cause != nil:
		says, err = say.T("file.stopped"), cause
	case errors.As(err, &ue):
		err = ue.Err
	}
	return &Problem{Says: says, Again: cause == nil || errors.Is(cause, errStalled), Err: err}
}

// unwritable wraps an error of our own disk.
func unwritable(says say.Text, err error) *Problem {
	return &Problem{Disk: true, Says: says, Err: err}
}

// notYet is an answer of 200 that is not the file.
func notYet(says say.Text, err error) *Problem {
	return &Problem{Status: http.StatusOK, Says: says, Err: err}
}
