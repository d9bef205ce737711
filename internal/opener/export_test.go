package opener

import (
	"time"

	_ "dormer/internal/hermetic"
)

// HandOver has openers hand over within d, and gives back what takes that back.
func HandOver(d time.Duration) (restore func()) {
	was := openWithin
	openWithin = d
	return func() { openWithin = was }
}
