package view

import (
	"slices"
	"testing"
	"time"

	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/internal/words"
)

var noon = time.Date(2025, 11, 21, 12, 0, 0, 0, time.UTC)

func pdf(state string) []engine.FileView { return []engine.FileView{{Format: "pdf", State: state}} }

func TestARowSaysHowAJobStandsAndOffersOneThing(t *testing.T) {
	building := 0.6
	ready := engine.ModelView{State: hover.ModelCompleted, Files: pdf("saved")}
	waiting := engine.ModelView{State: hover.ModelCompleted, Files: pdf("waiting")}
	refused := engine.ModelView{State: hover.ModelCompleted, Files: pdf("unavailable")}
	failed := engine.ModelView{State: hover.ModelFailed, Files: pdf("unavailable")}
	for _, c := range []struct {
		story string
		job   engine.JobView
		want  JobRow
	}{
		{"one structure, its PDF is here",
			engine.JobView{State: hover.JobCompleted, UpdatedAt: ago(2 * time.Minute), Models: []engine.ModelView{ready}},
			JobRow{Second: "Finished 2 min ago · 1 structure", Standing: StandingDone, Action: RowOpenPDF}},
		{"two of three",
			engine.JobView{State: hover.JobCompleted, UpdatedAt: ago(2 * time.Minute), Models: []engine.ModelView{ready, ready, failed}},
			JobRow{Second: "Finished 2 min ago · 3 structures, 2 ready", Standing: StandingDone, Action: RowOpenPDF}},
		{"one of two",
			engine.JobView{State: hover.JobCompleted, UpdatedAt: ago(2 * time.Hour), Models: []engine.ModelView{failed, ready}},
			JobRow{Second: "Finished today 10:00 AM · 2 structures, 1 ready", Standing: StandingDone, Action: RowOpenPDF}},
		{"measured before its PDF was made",
			engine.JobView{State: hover.JobCompleted, UpdatedAt: ago(2 * time.Minute), Models: []engine.ModelView{waiting}},
			JobRow{Second: "Finished 2 min ago · 1 structure · the PDF follows", Standing: StandingDone}},
		{"no PDF for this account, but other files maybe",
			engine.JobView{State: hover.JobCompleted, UpdatedAt: ago(2 * time.Minute), Models: []engine.ModelView{refused}},
			JobRow{Second: "Finished 2 min ago · 1 structure", Standing: StandingDone, Action: RowChoose}},
		{"being built, with the time left",
			engine.JobView{State: hover.JobWorking, Progress: &building, ETA: engine.At(noon.Add(80 * time.Minute))},
			JobRow{Second: "Building the 3D model · about 1 h 20 min left", Standing: StandingWorking, Bar: building}},
		{"later than Hover thought",
			engine.JobView{State: hover.JobWorking, Progress: &building, ETA: ago(time.Hour)},
			JobRow{Second: "Building the 3D model · takes longer than expected", Standing: StandingWorking, Bar: building}},
		{"photos on their way",
			engine.JobView{State: hover.JobUploading},
			JobRow{Second: "Photos uploading", Standing: StandingUploading}},
		{"failed with a reason",
			engine.JobView{State: hover.JobFailed, FailureReason: "not enough photos of the rear side"},
			JobRow{Second: "Failed: not enough photos of the rear side", Standing: StandingFailed, Action: RowExplain}},
		{"failed without one",
			engine.JobView{State: hover.JobFailed},
			JobRow{Second: "Could not be measured", Standing: StandingFailed, Action: RowExplain}},
		{"waiting since yesterday",
			engine.JobView{State: hover.JobWaitingApproval, UpdatedAt: ago(20 * time.Hour), Progress: &building},
			JobRow{Second: "Waiting for approval in Hover · since yesterday", Standing: StandingWaiting, Action: RowAtHover}},
		{"waiting for days",
			engine.JobView{State: hover.JobWaitingApproval, UpdatedAt: ago(72 * time.Hour)},
			JobRow{Second: "Waiting for approval in Hover · since Tue, Nov 18", Standing: StandingWaiting, Action: RowAtHover}},
		{"waiting for an hour",
			engine.JobView{State: hover.JobWaitingApproval, UpdatedAt: ago(time.Hour)},
			JobRow{Second: "Waiting for approval in Hover · for 1 h", Standing: StandingWaiting, Action: RowAtHover}},
		{"cancelled",
			engine.JobView{State: hover.JobCancelled, UpdatedAt: ago(30 * time.Hour)},
			JobRow{Second: "Canceled yesterday 6:00 AM"}},
		{"a state that Hover added later",
			engine.JobView{State: "drying_paint"},
			JobRow{Second: "Hover says: drying paint"}},
	} {
		c.job.ID, c.job.Name, c.job.Address = "1", "Ramirez", "5 Cedar Ct, Austin TX 78701"
		c.want.ID, c.want.Title, c.want.Address = "1", "Ramirez", c.job.Address
		if got := RowOf(c.job, noon); got != c.want {
			t.Errorf("%s:\n got %+v\nwant %+v", c.story, got, c.want)
		}
	}
}

func ago(d time.Duration) engine.Time { return engine.At(noon.Add(-d)) }

func TestARowSpeaksSpanish(t *testing.T) {
	if err := words.Use(words.Spanish); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = words.Use(words.English) })
	v := engine.JobView{State: hover.JobWorking, ETA: engine.At(noon.Add(80 * time.Minute))}
	if got := RowOf(v, noon).Second; got != "Construyendo el modelo 3D · faltan cerca de 1 h 20 min" {
		t.Error(got)
	}
	v = engine.JobView{State: hover.JobFailed, Models: []engine.ModelView{{State: hover.ModelFailed, FailureReason: "Not enough photos of the rear side."}}}
	if got := RowOf(v, noon).Second; got != "Falló: Faltan fotos de la parte de atrás." {
		t.Error(got)
	}
	// Every state has words of its own.
	seen := map[string]hover.JobState{}
	for _, s := range []hover.JobState{
		hover.JobDraft, hover.JobUploading, hover.JobProcessingUpload, hover.JobSubmitting, hover.JobWorking, hover.JobWaitlisted,
		hover.JobWaitingApproval, hover.JobProcessing, hover.JobPaying, hover.JobCompleted, hover.JobFailed, hover.JobCancelled,
		hover.JobRequestingCorrections, hover.JobProcessingImprovements, hover.JobRequestingImprovements,
	} {
		says := RowOf(engine.JobView{State: s}, noon).Second
		if other, ok := seen[says]; ok {
			t.Errorf("%s and %s are both %q", s, other, says)
		}
		seen[says] = s
	}
}

// What a list is narrowed to stands first; where a word was found that neither the
// name nor the address has is told, and so is what a person has noted.
func TestARowSaysWhereItIsAndWhyItWasFound(t *testing.T) {
	v := engine.JobView{
		ID: "1", Address: "5 Cedar Ct, Austin TX 78701", State: hover.JobUploading, Archived: true, Unread: true,
		Marks: engine.Marks{Star: true, Note: "dumpster"}, Matched: []job.Match{{Field: job.FieldPhone, Value: "555-0134"}, {Field: job.FieldNote, Value: "dumpster"}},
	}
	got := listedRow(v, noon)
	if got.Title != "5 Cedar Ct" || got.Second != "Austin TX · phone 555-0134 · Photos uploading · archived in Hover · dumpster" || !got.Unread || !got.Star {
		t.Errorf("%+v", got)
	}
}

func TestAListIsDividedByDays(t *testing.T) {
	days := stretches(noon) // a Friday
	var says []string
	for i, s := range days {
		says = append(says, s.says)
		if i > 0 && !s.since.Before(days[i-1].since) {
			t.Errorf("%s does not begin before %s", s.says, days[i-1].says)
		}
	}
	want := []string{"Today", "Yesterday", "Earlier this week", "Earlier this month", "October", "September"}
	if !slices.Equal(says[:6], want) || !slices.Contains(says, "December 2024") || says[len(says)-1] != "2015" {
		t.Errorf("%q", says)
	}
	got := headings(days, []int{0, 2, 2, 5}, 7)
	if want := []Heading{{0, "Yesterday"}, {2, "Earlier this month"}, {5, "Older"}}; !slices.Equal(got, want) {
		t.Errorf("%+v", got)
	}
	if got := headings(days, nil, 7); got != nil {
		t.Errorf("a list by name has %+v", got)
	}
}
