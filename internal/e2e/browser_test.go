//go:build unix

package e2e

import (
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"regexp"
	"strings"
	"testing"
	"time"
)

// browser is the person's: it follows redirects.
func browser() *http.Client {
	jar, _ := cookiejar.New(nil) // never fails
	return &http.Client{Jar: jar, Timeout: patience, Transport: &http.Transport{DisableKeepAlives: true}}
}

// visit gives a page's text and status.
func visit(t *testing.T, b *http.Client, address string) (status int, text string, from *http.Response) {
	t.Helper()
	r, err := b.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return r.StatusCode, string(body), r
}

var allowButton = regexp.MustCompile(`href="([^"]*answer=allow[^"]*)"`)

// allow opens the address that Dormer printed, presses Allow, and gives the
// page that the browser ends at.
func allow(t *testing.T, b *http.Client, address string) (status int, text string) {
	t.Helper()
	status, asked, at := visit(t, b, address)
	button := allowButton.FindStringSubmatch(asked)
	if status != http.StatusOK || button == nil {
		t.Fatalf("Hover's page has status %d and no Allow button:\n%s", status, asked)
	}
	to, err := at.Request.URL.Parse(html.UnescapeString(button[1]))
	if err != nil {
		t.Fatal(err)
	}
	status, text, _ = visit(t, b, to.String())
	return status, text
}

// signIn runs dormer login and is the person at the browser.
func (c *computer) signIn() {
	c.t.Helper()
	login := c.verb(nil, "login", "--timeout", patience.String())
	status, text := allow(c.t, browser(), login.line())
	if status != http.StatusOK || !strings.Contains(text, "You are signed in") {
		c.t.Fatalf("the browser ends at a page with status %d:\n%s", status, text)
	}
	if a := login.end(); a.code != 0 {
		c.t.Fatal(a)
	}
}

// eventually waits for something outside of Dormer.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	end := time.After(patience)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-tick.C:
		case <-end:
			t.Fatalf("it did not come about: %s", what)
		}
	}
}

// again does something until that has had its effect, as a person does: a window
// that is being drawn, or an icon that is renewed, may not take it the first time.
func again(t *testing.T, effect string, do func(), ok func() bool) {
	t.Helper()
	do = patiently(do)
	eventually(t, effect, func() bool {
		if ok() {
			return true
		}
		do()
		return false
	})
}

// patiently does something at most every two seconds, however often it is asked.
func patiently(do func()) func() {
	var last time.Time
	return func() {
		if time.Since(last) > 2*time.Second { // clock: it is a pause, no bound
			do()
			last = time.Now()
		}
	}
}
