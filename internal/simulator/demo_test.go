package simulator_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	_ "image/jpeg"
	_ "image/png"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/xuri/excelize/v2"

	"dormer/internal/hover"
	"dormer/internal/simulator"
)

func TestTheDemoComesToItsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v, far := visit(t, simulator.Options{Account: simulator.Demo()})
		ctx, stop := context.WithCancel(t.Context())
		played := make(chan struct{})
		go func() {
			defer close(played)
			v.sim.Play(ctx, 1)
		}()
		time.Sleep(time.Hour) // nothing happens before somebody listens
		if told := far.told(t); len(told) > 0 {
			t.Fatalf("told %q", told)
		}
		v.register(far, "http://127.0.0.1:8465/hover/x")
		start := time.Now()
		var first time.Duration
		done := map[hover.JobID]hover.JobState{}
		etas := map[hover.JobID]time.Duration{}
		far.on(func(body []byte) {
			e, err := hover.Decode(body)
			j, ok := e.(hover.JobStateChanged)
			if err != nil || !ok {
				return
			}
			since := time.Since(start)
			if j.State == hover.JobPaying && j.HoursLeft != nil {
				etas[j.Job] = since + time.Duration(*j.HoursLeft*float64(time.Hour))
			}
			if !j.State.Finished() {
				return
			}
			done[j.Job] = j.State
			if first == 0 {
				first = since
			}
			if promised, ok := etas[j.Job]; ok && (since-promised).Abs() > 50*time.Millisecond {
				t.Errorf("job %s promised to be done at %v and was at %v", j.Job, promised, since)
			}
		})
		time.Sleep(30 * time.Second)
		synctest.Wait()
		if first < 5*time.Second || first > 8*time.Second {
			t.Errorf("the first job was done after %v", first)
		}
		want := map[hover.JobID]hover.JobState{ // what half a minute shows
			"19402492": hover.JobCompleted, "19402510": hover.JobCompleted, "19402533": hover.JobCompleted, "19402488": hover.JobFailed,
		}
		for id, state := range want {
			if done[id] != state {
				t.Errorf("after half a minute job %s is %q, want %s", id, done[id], state)
			}
		}
		var sycamore hover.Job
		v.get("/api/v3/jobs/19402492", &sycamore)
		if len(sycamore.Models) != 3 || sycamore.Models[2].State != hover.ModelFailed || !strings.HasPrefix(sycamore.Models[2].FailureReason, "Photos too dark") ||
			sycamore.Models[0].State != hover.ModelCompleted || len(sycamore.Models[0].Images) != 38 {
			t.Errorf("1420 Sycamore Lane: %+v", sycamore.Models)
		}
		time.Sleep(30 * time.Second)
		states := map[hover.JobState]int{}
		for _, s := range v.sim.Jobs() {
			states[s]++
		}
		for _, s := range []hover.JobState{hover.JobCompleted, hover.JobFailed, hover.JobCancelled, hover.JobWaitingApproval} {
			if states[s] == 0 {
				t.Errorf("no job is %s: %v", s, states)
			}
		}
		told := far.told(t)
		for _, s := range []hover.JobState{hover.JobProcessingUpload, hover.JobWorking, hover.JobWaitingApproval, hover.JobProcessing, hover.JobPaying} {
			if !slices.Contains(told, "job-state-changed-v2 "+string(s)) {
				t.Errorf("nobody was told of %s", s)
			}
		}
		if c := v.sim.Captures(); c["883201"] != hover.CaptureComplete {
			t.Errorf("capture requests: %v", c)
		}

		// A person approves the job that waits.
		v.want(http.StatusOK, "POST", "/wr/jobs/19402350/approve", "")
		time.Sleep(20 * time.Second)
		if s := v.sim.Jobs()["19402350"]; s != hover.JobCompleted {
			t.Errorf("the approved job is %s", s)
		}

		// Then life goes on, slowly.
		before := len(v.sim.Jobs())
		time.Sleep(20 * time.Minute)
		if n := len(v.sim.Jobs()) - before; n < 3 || n > 6 {
			t.Errorf("%d new jobs in twenty minutes", n)
		}
		stop()
		<-played
	})
}

// download follows a link to a structure's file.
func (v *visitor) download(link string) []byte {
	v.t.Helper()
	status, body, header := v.ask("GET", link, "")
	if status != http.StatusFound {
		v.t.Fatalf("%s: %d %s", link, status, body)
	}
	bearer := v.bearer
	v.bearer = ""
	defer func() { v.bearer = bearer }()
	return v.want(http.StatusOK, "GET", header.Get("Location"), "")
}

func TestEveryFileOfEveryStructureCanBeOpened(t *testing.T) {
	v, _ := visit(t, simulator.Options{Account: simulator.Demo()})
	v.sim.SetFaults(func(f *simulator.Faults) { f.RateLimit = 0 })
	for id, state := range v.sim.Jobs() {
		if state == hover.JobProcessing {
			if err := v.sim.CompleteJob(id); err != nil {
				t.Fatal(err)
			}
		}
	}
	var list struct{ Results []hover.Job }
	v.get("/api/v3/jobs?per=100", &list)
	structures := 0
	for _, j := range list.Results {
		for _, m := range j.Models {
			if m.State != hover.ModelCompleted {
				if len(m.Artifacts) > 0 {
					t.Errorf("%s %s is %s and has files", j.Address, m.Name, m.State)
				}
				continue
			}
			structures++
			files := map[string][]byte{}
			for _, a := range m.Artifacts {
				files[a.Key()] = v.download(a.URL)
			}
			where := j.Address.Line1 + " " + m.Name
			sameFigures(t, where, j, files)
			for key, b := range files {
				if !strings.HasPrefix(key, "wireframe/") {
					continue
				}
				if _, kind, err := image.Decode(bytes.NewReader(b)); err != nil || kind != "png" {
					t.Errorf("%s %s: %s %v", where, key, kind, err)
				}
			}
			if b := v.download(m.Images[0].URL); !bytes.HasPrefix(b, []byte{0xff, 0xd8}) {
				t.Errorf("%s: the photo is no JPEG", where)
			} else if _, _, err := image.Decode(bytes.NewReader(b)); err != nil {
				t.Errorf("%s: %v", where, err)
			}
			if bytes.Equal(v.download(m.Images[0].URL), v.download(m.Images[2].URL)) {
				t.Errorf("%s: two photos are one file", where)
			}
		}
	}
	if structures < 8 {
		t.Errorf("only %d structures were looked at", structures)
	}
}

// sameFigures compares what PDF, JSON, XLSX and XML say of one structure.
func sameFigures(t *testing.T, where string, j hover.Job, files map[string][]byte) {
	t.Helper()
	pdf := files["pdf"]
	if !bytes.HasPrefix(pdf, []byte("%PDF-")) || !bytes.Contains(pdf, []byte(j.Address.Line1)) || !bytes.Contains(pdf, []byte(j.Address.City)) {
		t.Errorf("%s: the PDF does not name the address", where)
	}
	var full struct {
		Summary struct {
			Address  string `json:"address"`
			Property string `json:"property_id"`
			Roof     struct {
				Facets struct {
					Area, Total int
				} `json:"roof_facets"`
			} `json:"roof"`
		} `json:"summary"`
		Roof struct {
			Facets []struct{ Area int }
			Area   struct{ Total int }
		} `json:"roof"`
	}
	if err := json.Unmarshal(files["json"], &full); err != nil {
		t.Fatalf("%s: %v", where, err)
	}
	sum := 0
	for _, f := range full.Roof.Facets {
		sum += f.Area
	}
	if sum == 0 || sum != full.Roof.Area.Total || sum != full.Summary.Roof.Facets.Area || len(full.Roof.Facets) != full.Summary.Roof.Facets.Total {
		t.Errorf("%s: facets add up to %d, the JSON says %+v", where, sum, full)
	}
	if !strings.HasPrefix(full.Summary.Address, j.Address.Line1) || full.Summary.Property != j.ID.String() {
		t.Errorf("%s: the JSON is about %q, job %q", where, full.Summary.Address, full.Summary.Property)
	}
	if shown := thousands(sum) + " sq ft"; !bytes.Contains(pdf, []byte(shown)) {
		t.Errorf("%s: the PDF does not say %q", where, shown)
	}
	book, err := excelize.OpenReader(bytes.NewReader(files["xlsx"]))
	if err != nil {
		t.Fatalf("%s: %v", where, err)
	}
	defer func() { _ = book.Close() }()
	if street, err := book.GetCellValue("Summary", "A1"); err != nil || street != j.Address.Line1 {
		t.Errorf("%s: the workbook is about %q, %v", where, street, err)
	}
	rows, err := book.GetRows("Roof facets", excelize.Options{RawCellValue: true})
	if err != nil || len(rows) != len(full.Roof.Facets)+2 || rows[len(rows)-1][2] != strconv.Itoa(sum) {
		t.Errorf("%s: the workbook's facets %v, %v; the JSON's sum is %d", where, rows, err, sum)
	}
	if n := bytes.Count(files["xml"], []byte("<FACE ")); n != len(full.Roof.Facets) {
		t.Errorf("%s: the XML has %d faces of %d", where, n, len(full.Roof.Facets))
	}
	if _, err := zip.NewReader(bytes.NewReader(files["esx"]), int64(len(files["esx"]))); err != nil {
		t.Errorf("%s: ESX: %v", where, err)
	}
	for name, b := range files {
		if name != "esx" && bytes.Contains(b, []byte("@street")) {
			t.Errorf("%s: a blank was left in the %s", where, name)
		}
	}
}

func thousands(n int) string {
	if n < 1000 {
		return strconv.Itoa(n)
	}
	return fmt.Sprintf("%d,%03d", n/1000, n%1000)
}

func TestOddAddressesDoNotBreakAPDF(t *testing.T) {
	v, _ := visit(t, simulator.Options{})
	plain := v.sim.AddJob(simulator.JobSpec{ID: "7", Structures: []simulator.StructureSpec{{ID: "70", Sample: "pine-garage"}}})
	odd := v.sim.AddJob(simulator.JobSpec{ID: "8", Address: hover.Address{Line1: `12 (rear) \ "Ö" <Løkke> 日本` + strings.Repeat(" & on", 40)},
		Structures: []simulator.StructureSpec{{ID: "80", Sample: "pine-garage", Name: "Stall & Scheune"}}})
	get := func(job hover.JobID, file string) []byte {
		return v.download("/api/v3/models/" + v.sim.Structures(job)[0].String() + "/artifacts/" + file)
	}
	a, b := get(plain, "measurements.pdf"), get(odd, "measurements.pdf")
	if len(a) != len(b) {
		t.Errorf("the PDF's length changed from %d to %d: its cross-references are wrong now", len(a), len(b))
	}
	if !bytes.Contains(b, []byte(`12 \(rear\) \\ "`+"\xd6")) {
		t.Error("the address is not in the PDF")
	}
	if book, err := excelize.OpenReader(bytes.NewReader(get(odd, "measurements.xlsx"))); err != nil {
		t.Error(err)
	} else if s, err := book.GetCellValue("Summary", "A1"); err != nil || !strings.HasPrefix(s, `12 (rear) \ "Ö" <Løkke> 日本`) {
		t.Errorf("the workbook says %q, %v", s, err)
	}
	if !json.Valid(get(odd, "measurements.json")) {
		t.Error("the JSON is broken")
	}
}

// TestTheSamplesAreWhatTheGeneratorMakes keeps the embedded files and the
// program that made them from drifting apart.
func TestTheSamplesAreWhatTheGeneratorMakes(t *testing.T) {
	if testing.Short() {
		t.Skip("builds and runs the generator: not with -short")
	}
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("there is no go command to run the generator with")
	}
	if runtime.GOARCH != "amd64" {
		t.Skip("other processors may round the last digit of a drawing otherwise")
	}
	dir := t.TempDir()
	if out, err := exec.CommandContext(t.Context(), "go", "-C", "samplegen", "run", "-buildvcs=false", ".", "-out", dir).CombinedOutput(); err != nil {
		t.Fatalf("the generator: %v %s", err, out)
	}
	compared := 0
	err := filepath.WalkDir("samples", func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		made, err := os.ReadFile(filepath.Join(dir, strings.TrimPrefix(path, "samples")))
		if err != nil {
			return err
		}
		kept, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		compared++
		switch filepath.Ext(path) {
		case ".json", ".xml", ".pdf":
			if !bytes.Equal(made, kept) {
				t.Errorf("%s is out of date: run go generate", path)
			}
		}
		return nil
	})
	if err != nil || compared < 100 {
		t.Errorf("compared %d files: %v", compared, err)
	}
}

func TestAScriptSteersASimulatorFromOutside(t *testing.T) {
	far := &listener{}
	s := simulator.New(simulator.Options{Transport: far})
	if err := s.Start(t.Context(), "127.0.0.1:0", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	v := &visitor{t: t, sim: s, client: &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}}
	var made struct{ ID hover.JobID }
	b := v.want(http.StatusCreated, "POST", "/simulator/jobs", `{"name":"Script","state":"processing","structures":[{"name":"A"},{"name":"B","fails":"Too dark."}]}`)
	if err := json.Unmarshal(b, &made); err != nil {
		t.Fatal(err)
	}
	v.want(http.StatusCreated, "POST", "/simulator/webhooks", `{"url":"https://us.example/hover"}`)
	v.want(http.StatusOK, "PATCH", "/simulator/faults", `{"emit_v1":true,"esx_delay":"1h30m","answers":[{"path":"/api/v2/users","status":500}]}`)
	if f := s.Faults(); !f.EmitV1 || f.ESXDelay != 90*time.Minute || f.RateLimit != 120 || len(f.Answers) != 1 || f.Answers[0].Count != simulator.Always {
		t.Errorf("faults: %+v", f)
	}
	v.want(http.StatusBadRequest, "PATCH", "/simulator/faults", `{"emit_v2":true}`)
	v.want(http.StatusOK, "POST", "/simulator/jobs/"+made.ID.String(), `{"complete":true}`)
	v.want(http.StatusOK, "POST", "/simulator/settle", "")
	want := []string{"model-state-changed completed", "model-state-changed failed", "job-state-changed completed", "job-state-changed-v2 completed"}
	if told := far.told(t); !slices.Equal(told, want) {
		t.Errorf("told %q, want %q", told, want)
	}
	b = v.want(http.StatusOK, "POST", "/simulator/emit", `{"body":{"event":"something-new"},"delivery":{"unsigned":true}}`)
	if !bytes.Contains(b, []byte(`"status":200`)) || far.posts[len(far.posts)-1].Header.Get(hover.HeaderSignature) != "" {
		t.Errorf("emit: %s", b)
	}
	v.want(http.StatusCreated, "POST", "/simulator/jobs", `{"count":772}`)
	if n := len(s.Jobs()); n != 773 {
		t.Errorf("%d jobs", n)
	}
	v.want(http.StatusNotFound, "POST", "/simulator/jobs/1", `{"complete":true}`)
	v.want(http.StatusOK, "DELETE", "/simulator/faults", "")
	if f := s.Faults(); f.EmitV1 || len(f.Answers) != 0 {
		t.Errorf("faults were not reset: %+v", f)
	}
	r, err := http.NewRequestWithContext(t.Context(), "POST", s.URL()+"/simulator/jobs", strings.NewReader(`{}`))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Origin", "https://elsewhere.example")
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	response, err := v.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, response.Body)
	_ = response.Body.Close()
	if response.StatusCode != http.StatusForbidden {
		t.Errorf("another site's page was answered %d", response.StatusCode)
	}
}

func TestALostRefreshReply(t *testing.T) {
	v, _ := visit(t, simulator.Options{})
	for _, old := range []bool{false, true} {
		v.sim.SetFaults(func(f *simulator.Faults) { f.LoseRefreshReply, f.OldRefreshLives = 1, old })
		refresh := v.sim.SignIn().Refresh
		body := `{"grant_type":"refresh_token","refresh_token":"` + refresh + `","client_id":"` + simulator.ClientID + `","client_secret":"` + simulator.ClientSecret + `"}`
		r, err := v.client.Post(v.sim.URL()+"/oauth/token", "application/json", strings.NewReader(body))
		if err == nil {
			_ = r.Body.Close()
			t.Fatal("the reply was not lost")
		}
		want := http.StatusBadRequest
		if old {
			want = http.StatusOK
		}
		status, got, _ := v.ask("POST", "/oauth/token", body)
		if status != want {
			t.Errorf("old token lives %v: the second try got %d %s", old, status, got)
		}
		if !old {
			continue
		}
		var pair struct {
			Access string `json:"access_token"`
		}
		if err := json.Unmarshal(got, &pair); err != nil {
			t.Fatal(err)
		}
		v.bearer = pair.Access
		v.want(http.StatusOK, "GET", "/api/v1/orgs", "")
		v.want(http.StatusBadRequest, "POST", "/oauth/token", body) // the new pair was used
	}
}

func TestAHangEndsWhenTheCallerGivesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v, _ := visit(t, simulator.Options{})
		v.sim.SetFaults(func(f *simulator.Faults) {
			f.Answers = []simulator.Answer{{Path: "/api/v1/orgs", Kind: "hang", Count: simulator.Always}}
		})
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		r, err := http.NewRequestWithContext(ctx, "GET", v.sim.URL()+"/api/v1/orgs", nil)
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		if response, err := v.client.Do(r); err == nil {
			_ = response.Body.Close()
			t.Error("an answer came")
		}
		if d := time.Since(start); d != 5*time.Second {
			t.Errorf("gave up after %v", d)
		}
	})
}
