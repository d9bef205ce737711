package control

import (
	"fmt"
	"net/url"
	"path/filepath"
	"testing"
	"time"

	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/hoverapi"
	"dormer/internal/job"
	"dormer/internal/records"
	"dormer/storage"
)

// BenchmarkFindJobs types into the search box over 100,000 jobs: as the engine is
// asked in its own process, and across the socket, until the rows are there.
//
//	go test -run '^$' -bench FindJobs -benchtime 100x ./internal/control
func BenchmarkFindJobs(b *testing.B) {
	s, err := storage.Open(filepath.Join(b.TempDir(), "dormer.db"), storage.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { s.Close() })
	states := []hover.JobState{hover.JobCompleted, hover.JobCompleted, hover.JobCompleted, hover.JobWorking, hover.JobFailed}
	house := func(i int) job.Job {
		return job.Job{
			ID: hover.JobID(fmt.Sprint(19_000_000 + i)), Name: fmt.Sprintf("Residence %d", i), State: states[i%len(states)],
			Address:   hover.Address{Line1: fmt.Sprintf("%d Sycamore Lane", i), City: "Carmel", Region: "IN", PostalCode: "46033"},
			Customer:  hover.Customer{Name: "Dana Whitfield", Email: "dana@example.com", Phone: "317-555-0143"},
			UpdatedAt: time.Unix(int64(i), 0), ExternalID: fmt.Sprintf("ORD-%d", i),
		}
	}
	const n = 100_000
	for at := 0; at < n; at += n / 10 {
		err := s.Update(b.Context(), func(tx *storage.Tx) error {
			for i := at; i < at+n/10; i++ {
				if err := tx.PutJob(house(i)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	e, err := engine.New(engine.Options{
		Records: engine.NewRecords(records.Options{Store: s, Now: time.Now}), Store: s, Now: time.Now,
		API: hoverapi.New(hoverapi.Options{BaseURL: &url.URL{Scheme: "https", Host: "hover.example"}, Now: time.Now}), // asked for nothing
	})
	if err != nil {
		b.Fatal(err)
	}
	desks := []struct {
		name string
		engine.Desk
	}{{"engine", e}, {"socket", running(b, e, Info{})}}
	for _, c := range []struct {
		name, search string
		group        engine.Group
		changed      bool // a job changes before every key
	}{
		{name: "empty"}, {name: "group", group: engine.GroupFinished}, {name: "letter", search: "s"}, {name: "number", search: "1420"},
		{name: "nothing", search: "nobody"}, {name: "words", search: "n sycamore lane whitfield"}, {name: "address", search: "1420 sycamore ln carmel"},
		{name: "phone", search: "(317) 555-0143"}, {name: "changed", search: "1420", changed: true},
	} {
		for _, d := range desks {
			b.Run(c.name+"/"+d.name, func(b *testing.B) {
				b.ReportAllocs()
				for i := 0; b.Loop(); i++ {
					if c.changed {
						b.StopTimer()
						j := house(n - 1)
						j.State = states[i%len(states)]
						if err := s.Update(b.Context(), func(tx *storage.Tx) error { return tx.PutJob(j) }); err != nil {
							b.Fatal(err)
						}
						b.StartTimer()
					}
					if _, err := d.FindJobs(b.Context(), engine.JobSearch{Text: c.search, Group: c.group}); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
