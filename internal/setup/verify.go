package setup

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"

	"dormer/storage"
)

// bbolt reads its file through a memory map and trusts what it finds there: a
// garbled page can be a fault that no code can catch, or a loop without end. So
// a file that is under suspicion is read to its end by a child process first,
// which may die of it.

// VerifyVerb is the hidden verb by which the program has a child of its own
// verify a database; its argument is the file. See [Verify].
const VerifyVerb = "verify-database"

// The first word of what the child says; the rest of the line says more.
const (
	saysGood    = "good"
	saysDamaged = "damaged"
	saysLocked  = "locked"
	saysNewer   = "newer"
	saysFailed  = "failed" // it could not be found out
)

// Verify verifies the database at path and writes one line to w that tells the
// parent, see [VerifyBy], how that went.
func Verify(path string, w io.Writer) error {
	err := storage.Verify(path)
	word := saysFailed
	switch {
	case err == nil:
		_, err = fmt.Fprintln(w, saysGood)
		return err
	case errors.Is(err, storage.ErrDamaged):
		word = saysDamaged
	case errors.Is(err, storage.ErrLocked):
		word = saysLocked
	case errors.Is(err, storage.ErrNewerSchema):
		word = saysNewer
	}
	_, err = fmt.Fprintln(w, word, strings.ReplaceAll(err.Error(), "\n", "; "))
	return err
}

// A Verifier says whether the database at a path is good: nil, or an error as
// of [storage.Verify].
type Verifier func(ctx context.Context, path string) error

// VerifyBy verifies in a child process of the program self. A child that dies
// of the file, or does not come to an end with it, means damage. One that cannot
// be started, or that somebody else has ended, means nothing: then it is done in
// this process.
func VerifyBy(self string) Verifier {
	return func(ctx context.Context, path string) error {
		info, err := os.Stat(path)
		if err != nil {
			return fmt.Errorf("storage: verify: %w", err)
		}
		limit, cancel := context.WithTimeout(ctx, verifyWithin(info.Size()))
		defer cancel()
		cmd := exec.CommandContext(limit, self, VerifyVerb, path)
		cmd.Env = []string{} // no secrets
		cmd.WaitDelay = time.Second
		out, err := cmd.Output()
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case limit.Err() != nil:
			return fmt.Errorf("%w: reading it comes to no end", storage.ErrDamaged)
		case err == nil:
			return understood(string(out))
		}
		if died, ok := errors.AsType[*exec.ExitError](err); ok && diedOfItself(died) {
			return fmt.Errorf("%w: reading it ended with: %s", storage.ErrDamaged, firstLine(died.Stderr))
		}
		return storage.Verify(path)
	}
}

// atLeast is what the smallest database may take.
var atLeast = 30 * time.Second

// verifyWithin is how long the verification of so many bytes may take: many
// times what a slow disk needs.
func verifyWithin(size int64) time.Duration {
	const perSecond = 4 << 20
	return atLeast + time.Duration(size/perSecond)*time.Second
}

// diedOfItself says that the Go runtime ended the process: a fault, a panic, no
// more memory. Its exit code for that is 2; a process that a signal has ended
// has none.
func diedOfItself(e *exec.ExitError) bool { return e.ExitCode() == 2 }

func firstLine(b []byte) string {
	s := bufio.NewScanner(strings.NewReader(string(b)))
	s.Scan()
	return s.Text()
}

// understood makes an error again of what the child said.
func understood(said string) error {
	word, more, _ := strings.Cut(strings.TrimSpace(said), " ")
	for known, err := range map[string]error{
		saysDamaged: storage.ErrDamaged, saysLocked: storage.ErrLocked, saysNewer: storage.ErrNewerSchema,
	} {
		if word == known {
			return fmt.Errorf("%w%s", err, strings.TrimPrefix(more, err.Error()))
		}
	}
	if word == saysGood {
		return nil
	}
	return fmt.Errorf("storage: verify: %s", more)
}
