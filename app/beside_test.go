//go:build !nogui

package app

import (
	"context"
	"testing"

	"fyne.io/fyne/v2/test"

	_ "dormer/internal/hermetic"
)

func TestTheDesktopWaitsForWhatRunsBesideIt(t *testing.T) {
	test.NewTempApp(t)
	b := newBeside(t.Context())
	begun, ended := make(chan struct{}), false
	b.Go(func(ctx context.Context) {
		close(begun)
		<-ctx.Done()
		ended = true
	})
	<-begun
	b.end()
	if !ended {
		t.Error("it did not wait")
	}
	b.Do(func() { t.Error("something runs on the window's thread, which is gone") })
}
