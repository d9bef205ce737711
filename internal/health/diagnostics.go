package health

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"dormer/internal/doctor"
	"dormer/internal/fetch"
	"dormer/internal/hover"
	"dormer/internal/hoverapi"
	"dormer/internal/job"
	"dormer/internal/records"
	"dormer/internal/say"
	"dormer/internal/secret"
	"dormer/internal/subscription"
	"dormer/storage"
)

// maxLogTail is how much of the log's end goes into the diagnostics, in bytes.
const maxLogTail = 256 << 10

// Diagnostics gives the files that tell a stranger how this Dormer is, all of
// them redacted. [doctor.WithManifest] puts the list of them first.
func (r *Checkup) Diagnostics(ctx context.Context, findings []Finding) ([]Document, error) {
	return r.DiagnosticsOf(ctx, nil, findings)
}

// DiagnosticsOf is Diagnostics of a running Dormer, with its status; nil of one that is closed.
func (r *Checkup) DiagnosticsOf(ctx context.Context, s *Status, findings []Finding) ([]Document, error) {
	known, complete := r.private()
	redact := doctor.NewRedactor(known)
	settings, err := r.Settings(ctx)
	if err != nil {
		return nil, err
	}
	events, err := r.eventShapes(ctx)
	if err != nil {
		return nil, err
	}
	contact, err := r.contactReport()
	if err != nil {
		return nil, err
	}
	parts := []struct {
		name  string
		about say.Text
		v     any
	}{
		{"findings.json", say.T("report.findings"), findings},
		{"settings.json", say.T("report.settings"), settings},
		{"events.json", say.T("report.events"), events},
		{"contact.json", say.T("report.contact"), contact},
		{"system.json", say.T("report.system"), doctor.Look(r.around.Version, r.Now(), r.around.getenv)},
	}
	var docs []Document
	if s != nil {
		text, err := redact.JSON(s)
		if err != nil {
			return nil, err
		}
		docs = append(docs, Document{Name: "status.json", About: say.T("report.status"), Text: text})
	}
	for _, p := range parts {
		text, err := redact.JSON(p.v)
		if err != nil {
			return nil, err
		}
		docs = append(docs, Document{Name: p.name, About: p.about, Text: text})
	}
	return append(docs, r.logTail(redact, complete)), nil
}

func (s Surroundings) getenv(name string) string {
	if s.Getenv == nil {
		return ""
	}
	return s.Getenv(name)
}

// logTail gives the last lines of the log. They are free text, so they stay
// here unless every secret is known that might be in them.
func (r *Checkup) logTail(redact *doctor.Redactor, complete bool) Document {
	d := Document{Name: "log.txt", About: say.T("report.log")}
	if !complete {
		d.Text = "The log was left out: not all secrets can be read, so it cannot be made sure that none is in it.\n"
		return d
	}
	b, err := tail(r.around.LogFile, maxLogTail)
	if err != nil {
		d.Text = redact.Text(fmt.Sprintf("There is no log: %v\n", err))
		return d
	}
	d.Text = redact.Text(strings.ToValidUTF8(string(b), "\uFFFD"))
	return d
}

// tail reads the last whole lines of a file.
func tail(path string, most int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	from := max(info.Size()-most, 0)
	b, err := io.ReadAll(io.NewSectionReader(f, from, most))
	if from > 0 { // the first line is not whole
		_, b, _ = bytes.Cut(b, []byte("\n"))
	}
	return b, err
}

// private lists the values that must not leave this computer. complete is false
// if a secret could not be read.
func (r *Checkup) private() (known map[string]string, complete bool) {
	known = map[string]string{}
	if r.around.Home != "" {
		known[r.around.Home] = "home"
	}
	if r.Store() == nil || r.Secrets() == nil {
		// Whatever secrets there were belong to a database that cannot be read.
		return known, r.around.Broken == nil
	}
	complete = true
	learn := func(name, what string) string {
		v, err := r.Secrets().Get(name)
		switch {
		case err == nil:
			known[v] = what
		case !errors.Is(err, secret.ErrNotFound):
			complete = false
		}
		return v
	}
	for _, key := range records.SecretKeys() {
		learn(key, "the secret "+key)
	}
	var tokens hoverapi.Saved
	if json.Unmarshal([]byte(learn(records.SecretTokens, "the sign-in")), &tokens) == nil {
		known[tokens.Access], known[tokens.Refresh] = "an access token", "a refresh token"
	}
	hooks, err := records.Webhooks{Store: r.Store()}.LoadWebhooks()
	for _, w := range hooks {
		learn(subscription.SecretName(w.ID), "a webhook's secret")
	}
	return known, r.learnPeople(known, r.Org(tokens.Org())) == nil && err == nil && complete
}

// maxPeople bounds the jobs and capture requests whose customers are known to
// the redactor, the last updated first.
const maxPeople = 5000

// learnPeople adds what tells of customers and of the company, and the webhook's path.
func (r *Checkup) learnPeople(known map[string]string, company records.Org) error {
	learn := func(what string, values ...string) {
		for _, v := range values {
			// A single word of letters would be found in ordinary text.
			if len(v) > 4 && strings.ContainsAny(v, " @0123456789") {
				known[v] = what
			}
		}
	}
	place := func(a hover.Address) {
		learn("an address", a.String(), a.Line1, a.Line2, strings.TrimSpace(a.City+" "+a.Region+" "+a.PostalCode),
			a.Latitude, a.Longitude)
	}
	acting := r.Person(hover.UserID(r.Value(records.KeyActingUser)))
	learn("a person", acting.Name, acting.Email)
	learn("the company", company.Name)
	downloads := r.Value(records.KeyDownloadDir) // asked before the transaction: it takes one of its own
	return r.Read(func(tx *storage.Tx) error {
		var path string
		if ok, err := tx.Doc(records.DocHookPath, &path); err != nil {
			return err
		} else if ok {
			known[path], known[strings.TrimPrefix(path, "/hover/")] = "the webhook's path", "the webhook's path"
		}
		for j, err := range tx.Jobs(storage.JobQuery{Limit: maxPeople}) {
			if err != nil {
				return err
			}
			learn("a job's name", j.Name, j.ExternalID)
			for _, by := range []fetch.Naming{fetch.ByAddress, fetch.ByName, fetch.ByReference} {
				learn("a job's name", filepath.Base(fetch.Folder(downloads, j, by)))
			}
			learn("a customer", j.Customer.Name, j.Customer.Email, j.Customer.Phone)
			learn("a person", j.CapturedBy...)
			place(j.Address)
		}
		n := 0
		for i, err := range tx.Invitations() {
			if err != nil {
				return err
			}
			if n++; n > maxPeople {
				break
			}
			learnInvitation(i, learn)
			place(i.Address)
		}
		return nil
	})
}

func learnInvitation(i job.Invitation, learn func(what string, values ...string)) {
	learn("a customer", i.Name, i.Email, i.Phone)
	learn("a job's name", i.JobName)
	learn("a link", i.Link, i.Identifier)
}

// eventShapes is what is told of the events: nothing of what is in them.
type eventShapes struct {
	Counts  InboxStatus    `json:"counts"`
	Looked  int            `json:"looked_at"` // the newest
	Events  []doctor.Shape `json:"events"`
	Refused []refused      `json:"refused"` // the newest first
}

// refused is a delivery in the quarantine.
type refused struct {
	At      time.Time     `json:"at"`
	Why     string        `json:"why"`
	Verdict hover.Verdict `json:"verdict"`
	Bytes   int           `json:"bytes"`
}

const maxRefused = 50

func (r *Checkup) eventShapes(ctx context.Context) (eventShapes, error) {
	s := eventShapes{Events: []doctor.Shape{}, Refused: []refused{}}
	if r.Store() == nil {
		return s, nil
	}
	t, n, err := r.traffic(ctx)
	if err != nil {
		return s, err
	}
	s.Events, s.Looked = t.Shapes(), n
	return s, r.Read(func(tx *storage.Tx) error {
		c, err := tx.Counts()
		if err != nil {
			return err
		}
		s.Counts = InboxStatus{Events: c.Events, Duplicates: c.Duplicates, Rejected: c.Rejected}
		for e, err := range tx.Quarantined() {
			if err != nil || len(s.Refused) == maxRefused {
				return err
			}
			s.Refused = append(s.Refused,
				refused{At: e.ReceivedAt, Why: say.Text{ID: e.Reading}.String(), Verdict: e.Verdict, Bytes: len(e.Body)})
		}
		return nil
	})
}
