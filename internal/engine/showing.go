package engine

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"sync"

	"dormer/internal/say"
)

// showing leads requests to see a job to the windows that listen.
type showing struct {
	mu      sync.Mutex // protects windows
	windows map[chan ShowRequest]bool
}

// ShowRequests gives the jobs that somebody asked to see, until ctx ends. Who
// reads too slowly gets the newest one.
func (e *Engine) ShowRequests(ctx context.Context) <-chan ShowRequest {
	s, window := &e.showing, make(chan ShowRequest, 1)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.windows == nil {
		s.windows = map[chan ShowRequest]bool{}
	}
	s.windows[window] = true
	context.AfterFunc(ctx, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.windows, window)
		close(window)
	})
	return window
}

// ask asks the windows, and says whether there is one. It never blocks: a request
// that nobody has taken up gives way to the newer one.
func (s *showing) ask(r ShowRequest) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for window := range s.windows {
		select {
		case <-window:
		default:
		}
		window <- r
	}
	return len(s.windows) > 0
}

// OpenPath opens a file or folder with the person's own program.
func (e *Engine) OpenPath(ctx context.Context, path string) error {
	if err := e.open(ctx, path); err != nil {
		return &say.Error{What: say.T("file.not_opened"), Err: err, Do: say.T("file.not_opened.do")}
	}
	return nil
}

// maxURL bounds an address that is given to another program.
const maxURL = 2000

// OpenURL opens an http or https address with the browser.
func (e *Engine) OpenURL(ctx context.Context, address string) error {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil || len(address) > maxURL {
		return Usage(say.T("usage.not_web", "value", fmt.Sprintf("%.100s", address)))
	}
	if e.o.Opener == nil {
		err = say.New("web.no_program")
	} else {
		err = e.o.Opener.OpenURL(ctx, u.String())
	}
	if err != nil {
		return &say.Error{What: say.T("web.not_opened"), Err: err, Do: say.T("web.not_opened.do", "url", u.String())}
	}
	return nil
}
