package simulator

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"io"
	"strconv"
	"strings"
	"time"
)

// spawn runs f on a goroutine that Close waits for; f must end with its context.
func (s *Simulator) spawn(f func(context.Context)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.spawnLocked(f)
}

func (s *Simulator) spawnLocked(f func(context.Context)) {
	if !s.closed {
		s.wg.Go(func() { f(s.ctx) })
	}
}

func (s *Simulator) now() time.Time { return s.o.Now().UTC() }

// id gives out the next number; callers hold mu.
func (s *Simulator) id() string {
	s.nextID++
	return strconv.FormatInt(s.nextID, 10)
}

// token gives n random bytes as URL-safe text.
func (s *Simulator) token(n int) string { return base64.RawURLEncoding.EncodeToString(s.random(n)) }

// hmacSecret gives 88 characters of base64: the length of Hover's samples.
func (s *Simulator) hmacSecret() string { return base64.StdEncoding.EncodeToString(s.random(64)) }

// uuid gives a random UUID in upper case, as Hover's sample of a code is.
func (s *Simulator) uuid() string {
	b := s.random(16)
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	h := strings.ToUpper(hex.EncodeToString(b))
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

func (s *Simulator) random(n int) []byte {
	b := make([]byte, n)
	if _, err := io.ReadFull(s.o.Rand, b); err != nil {
		panic("simulator: no randomness: " + err.Error()) // crypto/rand does not fail; a test's source must not run dry
	}
	return b
}

// until gives ctx, ended by Close as well.
func (s *Simulator) until(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	stop := context.AfterFunc(s.ctx, cancel)
	return ctx, func() { stop(); cancel() }
}

// sleep waits for d; it says whether ctx is still alive then.
func sleep(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return ctx.Err() == nil
	case <-ctx.Done():
		return false
	}
}
