package records_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	_ "dormer/internal/hermetic"
	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/internal/records"
	"dormer/internal/say"
	"dormer/internal/secret"
	"dormer/storage"
	"dormer/storage/storagetest"
)

// theSecret is in the secrets, and theHook in every event's path.
const (
	theSecret = "a-secret-that-stays-here"
	theHook   = "/hover/00112233445566778899aabbccddeeff"
)

// archive gives the records of a store, with secrets to keep.
func archive(t testing.TB, s *storage.Store) *records.Records {
	t.Helper()
	vault, err := secret.Open(secret.Options{Want: secret.File, Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = vault.Close(context.Background()) }) // nothing of it is kept
	r := records.New(records.Options{Store: s, Secrets: vault, Now: time.Now, Log: slog.New(slog.DiscardHandler), Dir: t.TempDir()})
	if err := r.Set(t.Context(), records.Values{records.KeyClientSecret: theSecret, records.KeyNgrokToken: theSecret}); err != nil {
		t.Fatal(err)
	}
	return r
}

// hostile are bodies as nobody should send them.
var hostile = []string{
	`{"event":"x","note":"say \"hi\", then\nnew line; ünïcödé \u0000 end"}`, "{\"event\":\"=1+1\",\r\n \"a\":1}", "not JSON at all, \xff\xfe", "=HYPERLINK(\"http://x\")", "",
}

func stocked(t *testing.T) (*records.Records, []storage.Event) {
	t.Helper()
	s := storagetest.Open(t, storage.Options{})
	var events []storage.Event
	err := s.Update(t.Context(), func(tx *storage.Tx) error {
		events = nil
		for i, body := range hostile {
			e, err := tx.Append(storage.Event{
				Name: "=cmd|' /C calc'!A0", Job: "42", State: "@SUM(1)", Verdict: hover.VerdictSigned, Path: theHook,
				Header: map[string]string{"Content-Type": "application/json"}, Body: []byte(body), ReceivedAt: time.Unix(int64(i), 0),
			})
			if err != nil {
				return err
			}
			events = append(events, e)
		}
		if _, _, err := tx.AddAlert(job.Alert{Key: "k", Title: say.T("alert.measured", "job", "A & B"), Job: "42"}); err != nil {
			return err
		}
		if err := tx.PutInvitation(job.Invitation{ID: "7", Email: "pat@example.com", State: hover.CaptureNew}); err != nil {
			return err
		}
		return tx.PutJob(job.Job{ID: "42", Name: "</script>", State: hover.JobCompleted})
	})
	if err != nil {
		t.Fatal(err)
	}
	storagetest.Read(t, s)
	return archive(t, s), events
}

func exported(t *testing.T, r *records.Records, format string) string {
	t.Helper()
	var b bytes.Buffer
	if err := r.Export(t.Context(), format, &b); err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{theSecret, theHook} {
		if strings.Contains(b.String(), s) {
			t.Errorf("%s tells %s", format, s)
		}
	}
	return b.String()
}

// table reads the table of events, which begins with the mark of UTF-8.
func table(t *testing.T, r *records.Records, separator rune) *csv.Reader {
	t.Helper()
	text, marked := strings.CutPrefix(exported(t, r, "csv"), "\ufeff")
	if !marked {
		t.Error("a spreadsheet does not know that it is UTF-8")
	}
	c := csv.NewReader(strings.NewReader(text))
	c.Comma = separator
	return c
}

func TestATableOpensRightWhereACommaIsForDecimals(t *testing.T) {
	s := storagetest.Open(t, storage.Options{})
	err := s.Update(t.Context(), func(tx *storage.Tx) error {
		_, err := tx.Append(storage.Event{Name: "año;1", Body: []byte(`{"a":"x;y, z"}`)})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	storagetest.Read(t, s)
	r := records.New(records.Options{Store: s, Now: time.Now, Log: slog.New(slog.DiscardHandler), Separator: ';'})
	rows, err := table(t, r, ';').ReadAll()
	if err != nil || len(rows) != 2 || len(rows[0]) != 10 || rows[1][2] != "año;1" || rows[1][9] != `{"a":"x;y, z"}` {
		t.Errorf("%q, %v", rows, err)
	}
}

func TestATableHoldsEveryEventAndNoFormula(t *testing.T) {
	r, events := stocked(t)
	rows, err := table(t, r, ',').ReadAll()
	if err != nil || len(rows) != 1+len(events) {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	for i, e := range events {
		row := rows[1+i]
		for _, cell := range row {
			if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
				t.Errorf("event %d has the formula %q", e.Seq, cell)
			}
		}
		// A reader of CSV takes a line's end for a line's end, however it is written.
		body := strings.ReplaceAll(string(e.Body), "\r\n", "\n")
		if !json.Valid(e.Body) { // which is not received, as a rule
			quoted, _ := json.Marshal(body)
			body = string(quoted)
		}
		if row[0] != strconv.FormatUint(e.Seq, 10) || strings.TrimPrefix(row[2], "'") != string(e.Name) || row[3] != "42" || strings.TrimPrefix(row[9], "'") != body {
			t.Errorf("event %d came back as %q", e.Seq, row)
		}
	}
}

func TestTheJSONHoldsEverything(t *testing.T) {
	r, events := stocked(t)
	var all struct {
		Settings []struct{ Key, Value string }
		Jobs     []struct{ ID, Says string } // texts are words, as of every verb
		Captures []records.CaptureView
		Alerts   []struct{ Title, Body string }
		Events   []struct {
			Seq  uint64
			Body json.RawMessage
		}
	}
	if err := json.Unmarshal([]byte(exported(t, r, "json")), &all); err != nil {
		t.Fatal(err)
	}
	if len(all.Settings) == 0 || len(all.Jobs) != 1 || len(all.Alerts) != 1 || len(all.Events) != len(events) {
		t.Fatalf("%d settings, %d jobs, %d alerts, %d events", len(all.Settings), len(all.Jobs), len(all.Alerts), len(all.Events))
	}
	if all.Alerts[0].Title != "A & B is measured" || all.Jobs[0].Says != "is measured" {
		t.Errorf("the alert is %+v, the job %+v", all.Alerts[0], all.Jobs[0])
	}
	if len(all.Captures) != 1 || all.Captures[0].Email != "pat@example.com" {
		t.Errorf("the capture requests are %+v", all.Captures)
	}
	var got, want map[string]string
	if json.Unmarshal(all.Events[0].Body, &got) != nil || json.Unmarshal([]byte(hostile[0]), &want) != nil || got["note"] != want["note"] {
		t.Errorf("the body came back as %s", all.Events[0].Body)
	}
}

func TestTheHTTPArchiveHoldsEveryRequest(t *testing.T) {
	r, events := stocked(t)
	var har struct {
		Log struct {
			Version string
			Entries []struct {
				Request struct {
					Method, URL string
					PostData    struct{ Text string }
				}
			}
		}
	}
	if err := json.Unmarshal([]byte(exported(t, r, "har")), &har); err != nil {
		t.Fatal(err)
	}
	if har.Log.Version != "1.2" || len(har.Log.Entries) != len(events) {
		t.Fatalf("%d entries of version %s", len(har.Log.Entries), har.Log.Version)
	}
	for i, e := range events {
		q := har.Log.Entries[i].Request
		if q.Method != "POST" || q.PostData.Text != strings.ToValidUTF8(string(e.Body), "\uFFFD") || strings.Contains(q.URL, theHook) {
			t.Errorf("event %d came back as %+v", e.Seq, q)
		}
	}
}

// peak counts what is written to it, and now and then the memory in use.
type peak struct {
	written, lines int
	heap           uint64
	look           int
}

func (p *peak) Write(b []byte) (int, error) {
	p.written += len(b)
	p.lines += bytes.Count(b, []byte("\n"))
	if p.written > p.look {
		p.look += 4 << 20
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		p.heap = max(p.heap, m.HeapAlloc)
	}
	return len(b), nil
}

func TestAnExportOfAHundredThousandEventsTakesLittleMemory(t *testing.T) {
	const events, most = 100_000, 16 << 20
	path := filepath.Join(t.TempDir(), "dormer.db")
	storagetest.Fill(t, path, events)
	s, err := storage.Open(path, storage.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	r := archive(t, s)
	for _, format := range []string{"csv", "json", "har"} {
		var before runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		p := &peak{}
		if err := r.Export(t.Context(), format, p); err != nil {
			t.Fatal(err)
		}
		grown := int64(p.heap) - int64(before.HeapAlloc)
		t.Logf("%s: %d MB with %d lines, %s of memory", format, p.written>>20, p.lines, fmt.Sprintf("%.1f MB", float64(grown)/(1<<20)))
		if p.lines < events || p.written < 10<<20 || grown > most {
			t.Errorf("%s: %d lines, %d bytes, %d bytes of memory", format, p.lines, p.written, grown)
		}
	}
	if err := r.Export(t.Context(), "xml", io.Discard); !errors.Is(err, records.ErrUsage) {
		t.Errorf("xml: %v", err)
	}
}

// widest is a writer that remembers its longest write.
type widest int

func (l *widest) Write(b []byte) (int, error) {
	*l = max(*l, widest(len(b)))
	return len(b), nil
}

// Each write goes over the control socket as a line of its own, which is bounded.
func TestTheLargestBodyIsExportedInBoundedPieces(t *testing.T) {
	s := storagetest.Open(t, storage.Options{})
	body := `{"note":"` + strings.Repeat("<&>", 349_000) + `"}` // 1 MiB, of what HTML has to escape
	err := s.Update(t.Context(), func(tx *storage.Tx) error {
		_, err := tx.Append(storage.Event{Name: "x", Verdict: hover.VerdictSigned, Path: theHook, Body: []byte(body)})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	storagetest.Read(t, s)
	for _, format := range []string{"csv", "json", "har"} {
		var l widest
		if err := archive(t, s).Export(t.Context(), format, &l); err != nil || l > 5<<19 {
			t.Errorf("%s: a piece of %d bytes, %v", format, l, err)
		}
	}
}
