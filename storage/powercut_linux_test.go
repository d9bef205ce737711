//go:build !race

package storage_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/storage"
)

// A kill leaves to the kernel what was written; a power cut does not. So a
// writing process is watched by strace, and from its writes and syncs the files
// are built that a disk may hold when the power fails: what was synced is
// there; of what was written since, any part, in whole or in sectors.
// The race detector has nothing to find in it and would make it slow.

const (
	powerPath = "DORMER_STORAGE_POWER_TEST"   // the child's store
	powerSync = "DORMER_STORAGE_POWER_NOSYNC" // set: the child does not sync
	// soakImages names, in the environment, how many random files are built
	// between two syncs: `make soak` sets it.
	soakImages = "DORMER_SOAK_IMAGES"
)

// TestNothingAcknowledgedIsLostByAPowerCut looks into every file that it
// builds: it opens, it is in order, it holds every event that had been
// acknowledged, and it takes a new one.
func TestNothingAcknowledgedIsLostByAPowerCut(t *testing.T) {
	if os.Getenv(powerPath) != "" {
		writeForStrace()
	}
	t.Parallel()
	began := time.Now()
	got := powerCuts{t: t, random: imagesPerSync(t)}.of(record(t))
	t.Logf("%s, %.0f s", got, time.Since(began).Seconds())
	for _, fault := range got.faults {
		t.Error(fault)
	}
	if got.images < 100 || got.acknowledged < 40 || got.grown < 2 {
		t.Error("nothing was put to the test")
	}
}

// TestAPowerCutIsNoticedWhereASyncIsMissing is the test of the test above.
func TestAPowerCutIsNoticedWhereASyncIsMissing(t *testing.T) {
	t.Parallel()
	t.Run("none at all", func(t *testing.T) {
		got := powerCuts{t: t, random: 4}.of(record(t, powerSync+"=1"))
		if !strings.Contains(fmt.Sprint(got.faults), "is lost") {
			t.Errorf("a store that never syncs loses nothing: %s", got)
		}
	})
	t.Run("none between the pages and the header", func(t *testing.T) {
		var without []call
		opened, n := false, 0
		for _, c := range record(t) {
			opened = opened || c.name == "ack"
			if opened && c.name == "sync" {
				if n++; n%2 == 1 {
					continue
				}
			}
			without = append(without, c)
		}
		got := powerCuts{t: t, random: 4}.of(without)
		if len(got.faults) == 0 {
			t.Errorf("a header that reaches the disk before its pages does no harm: %s", got)
		}
	})
}

func imagesPerSync(t *testing.T) int {
	s := os.Getenv(soakImages)
	if s == "" {
		return 4
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 {
		t.Fatalf("%s=%s is not a number of files", soakImages, s)
	}
	return n
}

// bodyOf is what the child writes as its nth event. Most are small, some fill
// several pages, and the last ones make the file grow.
func bodyOf(n int) []byte {
	size := 120
	switch {
	case n >= 36:
		size = 320_000
	case n%9 == 4:
		size = 9_000
	}
	b := fmt.Appendf(nil, `{"n":%d}`, n)
	return append(b, bytes.Repeat([]byte{'a' + byte(n%26)}, size)...)
}

const powerEvents = 50

// writeForStrace is the child. It says on stdout when the store is open, which
// events are stored, and which it is about to delete.
func writeForStrace() {
	die := func(err error) {
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	s, err := storage.Open(os.Getenv(powerPath), storage.Options{Fold: foldLikeTheProduct})
	die(err)
	if os.Getenv(powerSync) != "" {
		s.SkipSync()
	}
	fmt.Println("opened")
	numbers := make(chan int)
	var writers sync.WaitGroup
	read := func() {
		_, err := s.Read(context.Background(), 3, nil)
		die(err)
	}
	for range 3 {
		writers.Go(func() {
			for n := range numbers {
				e, err := s.Append(context.Background(), storage.Event{Name: "e", Job: hover.JobID(strconv.Itoa(n % 7)), Body: bodyOf(n)})
				die(err)
				_, err = os.Stdout.WriteString(fmt.Sprintln("stored", e.Seq, n)) // one write
				die(err)
			}
		})
	}
	pruned := 0
	for n := range powerEvents {
		numbers <- n
		if n%2 == 0 {
			read()
		}
		switch {
		case n%11 == 10: // pages become free, to be used again
			read()
			pruned += 4
			fmt.Println("deleting", pruned)
			die(s.Update(context.Background(), func(tx *storage.Tx) error {
				_, err := tx.Prune(time.Now().Add(time.Hour), time.Now(), 4)
				return err
			}))
		case n%5 == 3:
			die(s.Update(context.Background(), func(tx *storage.Tx) error {
				due, err := tx.Due(time.Now(), 3)
				for _, w := range due {
					err = errors.Join(err, tx.Finish(w))
				}
				return err
			}))
		}
	}
	close(numbers)
	writers.Wait()
	die(s.Close())
	os.Exit(0)
}

func foldLikeTheProduct(tx *storage.Tx, e storage.Event) error {
	_, _, err := tx.AddAlert(job.Alert{Key: "alert/" + e.Job.String(), Job: e.Job})
	return errors.Join(err, foldOnce(tx, e))
}

// call is one thing that the child did.
type call struct {
	name string // write, truncate, sync: the file's; names: its directory's sync; ack: a line on stdout
	at   int64  // write: where; truncate: the new size
	data []byte // write
	line string // ack
}

// record runs the child under strace.
func record(t *testing.T, env ...string) []call {
	t.Helper()
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("strace is not installed: scripts/setup test")
	}
	dir := t.TempDir()
	path, log := filepath.Join(dir, "dormer.db"), filepath.Join(t.TempDir(), "strace")
	child := exec.CommandContext(t.Context(), strace, "-f", "--seccomp-bpf", "-qq", "-xx", "-s", "8000000", "-o", log,
		"-e", "signal=none", "-e", "trace=openat,close,dup,dup2,dup3,pwrite64,pwritev,write,ftruncate,truncate,fallocate,msync,fdatasync,fsync,sync_file_range,rename,renameat,renameat2",
		os.Args[0], "-test.run=^TestNothingAcknowledgedIsLostByAPowerCut$")
	child.Env = append(append(os.Environ(), powerPath+"="+path), env...)
	if said, err := child.CombinedOutput(); err != nil {
		if bytes.Contains(said, []byte("PTRACE")) {
			t.Skipf("strace may not watch a process here: %s", said)
		}
		t.Fatalf("%v: %s", err, said)
	}
	b, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	calls, err := read(b, path)
	if err != nil {
		t.Fatal(err)
	}
	return calls
}

// line is one line of strace: "PID name(arguments) = result", or the half of
// one where another thread's came between.
type line struct {
	pid, name, args, result string
	first, second           bool // half
}

func parse(l string) (parsed line, ok bool) {
	pid, rest, ok := strings.Cut(l, " ")
	if !ok {
		return line{}, false
	}
	parsed.pid, rest = pid, strings.TrimLeft(rest, " ")
	if parsed.second = strings.HasPrefix(rest, "<... "); parsed.second {
		_, rest, ok = strings.Cut(rest, " resumed>")
	} else {
		parsed.name, rest, ok = strings.Cut(rest, "(")
	}
	if !ok {
		return line{}, false
	}
	if parsed.args, parsed.first = strings.CutSuffix(rest, " <unfinished ...>"); parsed.first {
		return parsed, true
	}
	end := strings.LastIndex(rest, " = ")
	if end < 0 {
		return line{}, false
	}
	parsed.args = strings.TrimSuffix(strings.TrimRight(rest[:end], " "), ")")
	parsed.result, _, _ = strings.Cut(rest[end+len(" = "):], " ")
	return parsed, true
}

// counts says whether a call is done for our purposes once it has begun.
func counts(name string) bool { return name == "pwrite64" || name == "ftruncate" || name == "write" }

// read finds what was done to the file at path. A write counts from its
// beginning, a sync from its end: there is one writer, so no write is under way
// during a sync.
func read(log []byte, path string) (calls []call, err error) {
	open := map[string]string{} // descriptor -> path
	half := map[string]line{}
	lines := bufio.NewScanner(bytes.NewReader(log))
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		l, ok := parse(lines.Text())
		if !ok {
			return nil, fmt.Errorf("strace says %.200q", lines.Text())
		}
		if l.second {
			begun := half[l.pid]
			l.name, l.args = begun.name, begun.args+l.args
		}
		if strings.HasPrefix(l.result, "-") && l.name != "openat" {
			return nil, fmt.Errorf("%s failed: %.200q", l.name, lines.Text())
		}
		if l.first {
			half[l.pid] = l
		}
		if l.first && !counts(l.name) || l.second && counts(l.name) {
			continue
		}
		name, args := l.name, l.args
		fd, _, _ := strings.Cut(args, ",")
		of := open[fd]
		switch {
		case name == "openat":
			open[l.result] = text(args)
		case name == "close":
			delete(open, fd)
		case name == "write" && fd == "1":
			for line := range strings.Lines(text(args)) {
				calls = append(calls, call{name: "ack", line: strings.TrimSpace(line)})
			}
		case of == filepath.Dir(path) && name == "fsync":
			calls = append(calls, call{name: "names"})
		case of != path:
		case name == "pwrite64":
			var size, at int64
			if _, err := fmt.Sscanf(args[strings.LastIndex(args, `"`):], `", %d, %d`, &size, &at); err != nil {
				return nil, fmt.Errorf("strace says %.100q: %w", args, err)
			}
			data := []byte(text(args))
			if int64(len(data)) != size {
				return nil, fmt.Errorf("strace shows %d bytes of %d", len(data), size)
			}
			calls = append(calls, call{name: "write", at: at, data: data})
		case name == "ftruncate":
			var size int64
			if _, err := fmt.Sscanf(args, fd+", %d", &size); err != nil {
				return nil, fmt.Errorf("strace says %.100q: %w", args, err)
			}
			calls = append(calls, call{name: "truncate", at: size})
		case name == "fdatasync", name == "fsync":
			calls = append(calls, call{name: "sync"})
		default:
			return nil, fmt.Errorf("%s: a way of writing that this test does not know", name)
		}
	}
	return calls, lines.Err()
}

// text gives the first text among a call's arguments; strace writes every byte
// of it as \x and two digits.
func text(args string) string {
	_, after, _ := strings.Cut(args, `"`)
	digits, _, _ := strings.Cut(after, `"`)
	b, err := hex.DecodeString(strings.ReplaceAll(digits, `\x`, ""))
	if err != nil {
		return ""
	}
	return string(b)
}

// powerCuts builds files and looks into them.
type powerCuts struct {
	t      *testing.T
	random int // files between two syncs, besides those that are built of whole writes
}

// cutResult is what came of it.
type cutResult struct {
	syncs, writes, grown, acknowledged, images, unborn int
	faults                                             []string
}

func (r cutResult) String() string {
	return fmt.Sprintf("%d writes and %d syncs of the file, which grew %d times; %d events acknowledged; %d files as a power cut may leave them, of which %d were cut while the first was being made and say so; %d faults",
		r.writes, r.syncs, r.grown, r.acknowledged, r.images, r.unborn, len(r.faults))
}

// known is what the child had said when the power failed.
type known struct {
	opened bool
	stored map[uint64]int // by Seq
	pruned uint64
}

// of cuts the power before and after every sync.
func (p powerCuts) of(calls []call) (r cutResult) {
	dice := rand.New(rand.NewPCG(1, 2))
	var disk []byte
	var since []call
	k := known{stored: map[uint64]int{}}
	named := false
	cut := func() {
		if !named && k.opened {
			r.faults = append(r.faults, "the store was open before its name was on disk")
		}
		for _, image := range p.images(dice, disk, since) {
			r.images++
			err := p.look(image, k)
			switch {
			case err == nil:
			case !k.opened && errors.Is(err, storage.ErrDamaged):
				r.unborn++
			case len(r.faults) < 20:
				r.faults = append(r.faults, fmt.Sprintf("after sync %d: %v", r.syncs, err))
			}
		}
	}
	for _, c := range calls {
		switch c.name {
		case "ack":
			var seq uint64
			var n int
			if c.line == "opened" {
				k.opened = true
			} else if _, err := fmt.Sscanf(c.line, "stored %d %d", &seq, &n); err == nil {
				k.stored[seq] = n
				r.acknowledged++
			} else if _, err := fmt.Sscanf(c.line, "deleting %d", &seq); err == nil {
				k.pruned = seq
			}
		case "names":
			named = true
		case "sync":
			cut()
			for _, done := range since {
				disk = done.whole(disk)
			}
			since = nil
			r.syncs++
		default:
			if c.name == "truncate" {
				r.grown++
			} else {
				r.writes++
			}
			since = append(since, c)
		}
	}
	cut()
	return r
}

// images builds what the disk may hold: its durable contents with some of the
// writes since, in every combination where these are few.
func (p powerCuts) images(dice *rand.Rand, disk []byte, since []call) (all [][]byte) {
	build := func(part func(i int, image []byte) []byte) {
		image := bytes.Clone(disk)
		for i := range since {
			image = part(i, image)
		}
		all = append(all, image)
	}
	chosen := func(has func(i int) bool) {
		build(func(i int, image []byte) []byte {
			if has(i) {
				return since[i].whole(image)
			}
			return image
		})
	}
	const few = 4
	switch n := len(since); {
	case n <= few:
		for set := range 1 << n {
			chosen(func(i int) bool { return set>>i&1 == 1 })
		}
	default:
		chosen(func(int) bool { return false })
		chosen(func(int) bool { return true })
		chosen(func(i int) bool { return i == n-1 })
		without := dice.IntN(n)
		chosen(func(i int) bool { return i != without })
	}
	if len(since) == 0 {
		return all
	}
	for range p.random {
		build(func(i int, image []byte) []byte {
			switch dice.IntN(4) {
			case 0:
				return image
			case 1:
				return since[i].whole(image)
			case 2:
				return since[i].torn(image, 4096, dice)
			}
			return since[i].torn(image, 512, dice)
		})
	}
	return all
}

// whole applies a write or a change of size.
func (c call) whole(image []byte) []byte {
	if c.name == "truncate" {
		return resized(image, c.at)
	}
	image = resized(image, max(int64(len(image)), c.at+int64(len(c.data))))
	copy(image[c.at:], c.data)
	return image
}

// torn applies some blocks of a write.
func (c call) torn(image []byte, block int, dice *rand.Rand) []byte {
	if c.name == "truncate" {
		return c.whole(image)
	}
	for from := 0; from < len(c.data); from += block {
		if dice.IntN(2) == 0 {
			part := call{at: c.at + int64(from), data: c.data[from:min(from+block, len(c.data))]}
			image = part.whole(image)
		}
	}
	return image
}

func resized(image []byte, size int64) []byte {
	if int64(len(image)) >= size {
		return image[:size]
	}
	return append(image, make([]byte, size-int64(len(image)))...)
}

// look opens one such file.
func (p powerCuts) look(image []byte, k known) (err error) {
	path := filepath.Join(p.t.TempDir(), "dormer.db")
	defer func() { err = errors.Join(err, os.Remove(path)) }()
	full := bytes.TrimRight(image, "\x00") // the rest needs no room on this disk
	if err := errors.Join(os.WriteFile(path, full, 0o600), os.Truncate(path, int64(len(image)))); err != nil {
		return err
	}
	s, err := storage.Open(path, storage.Options{Fold: foldLikeTheProduct})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	s.SkipSync()
	if err := s.Check(); err != nil {
		return err
	}
	err = s.View(func(tx *storage.Tx) error {
		for seq, n := range maps.All(k.stored) {
			e, there, err := tx.Event(seq)
			switch {
			case err != nil:
				return err
			case !there && seq <= k.pruned:
			case !there:
				return fmt.Errorf("event %d was acknowledged and is lost", seq)
			case !bytes.Equal(e.Body, bodyOf(n)):
				return fmt.Errorf("event %d is not what was acknowledged", seq)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if _, err := s.Append(p.t.Context(), storage.Event{Job: "1", Body: []byte("{}")}); err != nil {
		return err
	}
	for read := []storage.Event{{}}; err == nil && len(read) > 0; {
		read, err = s.Read(p.t.Context(), 7, nil)
	}
	if err != nil {
		return err
	}
	err = s.View(func(tx *storage.Tx) error {
		for seq := range tx.LastSeq() {
			if times, ok := tx.Setting(foldedTimes(seq + 1)); !ok || times != "1" {
				return fmt.Errorf("event %d was folded %q times", seq+1, times)
			}
		}
		return nil
	})
	return errors.Join(err, s.Check())
}
