package apptest

import (
	"fmt"
	"strings"
	"time"

	"dormer/internal/doctor"
	"dormer/internal/engine"
	"dormer/internal/hover"
)

// Traffic gives all that is ever found out from what Hover has posted: each
// answer in each of its forms, and that there is none yet.
func Traffic() []engine.Finding {
	var all []engine.Finding
	for _, posts := range [][]doctor.Delivery{
		{},
		{posted(hover.EventJobStateV2, "1"), posted(hover.EventJobState, "1")},
		{posted(hover.EventJobStateV2, "1"), posted(hover.EventJobState, "1"), posted(hover.EventJobState, "2"), unsigned("3")},
		{posted(hover.EventJobStateV2, "1"), posted(hover.EventJobState, "2"), posted(hover.EventJobState, "3"),
			unsigned("4"), unsigned("5")},
		{posted(hover.EventJobState, "1"), posted(hover.EventJobStateV2, "2")},
		{posted(hover.EventJobStateV2, "1"), again("1"), strange("2")},
		{posted(hover.EventJobStateV2, "1"), posted(hover.EventJobStateV2, "2"), again("1"), again("2"), strange("3"),
			strange("4")},
		{posted(hover.EventJobState, "1")},
		{posted(hover.EventModelState, "1"), posted("house-painted", "2"), code("3")},
		{posted(hover.EventModelState, "1"), code("2"), code("3"), odd("4")},
		signed(),
	} {
		t := &doctor.Traffic{}
		for _, p := range posts {
			t.Add(p)
		}
		all = append(all, t.Findings()...)
	}
	return all
}

// posted is an event of a job, signed and dated as Hover does.
func posted(name hover.EventName, id hover.JobID) doctor.Delivery {
	at := time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
	return doctor.Delivery{
		Name: name, Job: id, State: "completed", At: at.Add(time.Second), Verdict: hover.VerdictSigned,
		Reading: hover.Readings()[0].String(),
		Header: map[string]string{
			"Content-Type": "application/json", "Date": strings.Replace(at.Format(time.RFC1123), "UTC", "GMT", 1),
			hover.HeaderSignature256: "sha256=7:x",
		},
		Body: fmt.Appendf(nil, `{"event":%q,"job_id":%s,"state":"completed"}`, name, id),
	}
}

// again is a job's event that has come before.
func again(id hover.JobID) doctor.Delivery {
	d := posted(hover.EventJobStateV2, id)
	d.Duplicate, d.At = true, d.At.Add(30*time.Second)
	return d
}

// code is a verification post.
func code(id hover.JobID) doctor.Delivery {
	d := posted(hover.EventVerificationCode, id)
	d.Verification = true
	return d
}

// unsigned is an event without a signature, a date or a content type.
func unsigned(id hover.JobID) doctor.Delivery {
	d := posted(hover.EventJobStateV2, id)
	d.Verdict, d.Reading, d.Header = hover.VerdictUnsigned, "", map[string]string{}
	return d
}

// strange is an event whose signature nobody understands.
func strange(id hover.JobID) doctor.Delivery {
	d := posted(hover.EventJobStateV2, id)
	d.Verdict, d.Reading = hover.VerdictUnpinned, ""
	return d
}

// odd is an event of a name, a state and a content type that look like none.
func odd(id hover.JobID) doctor.Delivery {
	d := posted("no name", id)
	d.State, d.Header["Content-Type"] = "no state", "no type"
	return d
}

// signed are events that are signed in every way that is known, with what makes
// the ways differ.
func signed() (all []doctor.Delivery) {
	for i, r := range hover.Readings() {
		d := posted(hover.EventJobStateV2, hover.JobID(fmt.Sprint(i+1)))
		d.Reading, d.Header["Content-Type"], d.Header["Content-Md5"] = r.String(), "application/json; charset=utf-8", "x"
		all = append(all, d)
	}
	return append(all, all[0]) // and by one of them more than once
}
