//go:build unix

package engine_test

import (
	"fmt"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/storage"
)

// BenchmarkReading reads a log to its end, as in a storm: events of a thousand jobs,
// so many at once, after 20,000 of before. The time is of one event.
//
//	go test -run '^$' -bench Reading ./internal/engine
func BenchmarkReading(b *testing.B) {
	for _, most := range []int{128, 1000, 2000} {
		b.Run(fmt.Sprint(most), func(b *testing.B) {
			s, err := storage.Open(filepath.Join(b.TempDir(), "dormer.db"), storage.Options{Fold: engine.Fold, SetAside: engine.SetAside})
			if err != nil {
				b.Fatal(err)
			}
			b.Cleanup(func() { _ = s.Close() }) // the directory goes
			n := 0
			for n < 20_000 {
				receive(b, s, &n, 2000)
				readOn(b, s, 2000)
			}
			b.ReportAllocs()
			b.ResetTimer()
			var spent time.Duration
			for left := b.N; left > 0; left -= most {
				b.StopTimer()
				receive(b, s, &n, min(left, most))
				before := processorTime(b)
				b.StartTimer()
				readOn(b, s, most)
				spent += processorTime(b) - before
			}
			b.ReportMetric(float64(spent.Microseconds())/float64(b.N), "cpu-µs/op")
		})
	}
}

// receive stores events as the inbox does, from the n-th on.
func receive(b *testing.B, s *storage.Store, n *int, more int) {
	states := []hover.JobState{hover.JobUploading, hover.JobProcessingUpload, hover.JobSubmitting, hover.JobWorking, hover.JobRetrieving, hover.JobProcessing}
	err := s.Update(b.Context(), func(tx *storage.Tx) error {
		for range more {
			*n++
			id, state := hover.JobID(fmt.Sprint(1_000_000+*n%1000)), states[*n/1000%len(states)]
			body := fmt.Appendf(nil, `{"event":"job-state-changed-v2","job_id":%s,"state":%q,"job_estimated_hours_to_completion":3.5,`+
				`"external_identifier":"PO-%08d","organization_id":123456,"user_id":654321,"client":"ios","webhook_id":4711}`, id, state, *n%20_000)
			event, err := hover.Decode(body)
			if err != nil {
				return err
			}
			e := storage.Event{
				ReceivedAt: time.Now(), Name: event.Name(), Job: id, State: string(state), Webhook: "4711", Verdict: hover.VerdictSigned,
				Reading: "sha256 path text sent", Path: "/hover/0123456789abcdef0123456789abcdef", Body: body, Read: event,
				Header: map[string]string{"Content-Type": "application/json", "Hover-Signature": "4711:rHs6WPRJKgBDZOq/6BAn1/sxbtnpQoCNKOjqQTuQYBs="},
			}
			if _, err := tx.Append(e); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}

func readOn(b *testing.B, s *storage.Store, most int) {
	if _, err := s.Read(b.Context(), most, nil); err != nil {
		b.Fatal(err)
	}
}

// processorTime is what this process has had of the processor.
func processorTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
