//go:build peers

package e2e

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"os/exec"
	"sync"
	"testing"
	"time"

	"dormer/internal/simulator"
)

// signing is one request that the Ruby program signs.
type signing struct {
	Method      string `json:"method"`
	Path        string `json:"path"`
	ContentType string `json:"content_type"`
	Body        string `json:"body"` // base64
	Date        string `json:"date"`
	Secret      string `json:"secret"`
	ID          string `json:"id"`
	Version     string `json:"version"`
	Digest      string `json:"digest"`
	WithMethod  bool   `json:"with_method"`
	Header      string `json:"header"`
}

// TestPeersSigner has deliveries signed by an independent reading of the gem
// api_auth, in Ruby, in each of its ways.
func TestPeersSigner(t *testing.T) {
	ruby := exec.Command("ruby", peerFile(t, "sign.rb"))
	in, err := ruby.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := ruby.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p := begin(t, ruby)
	t.Cleanup(func() {
		_ = in.Close() // it ends with its input
		p.wait(t, patience)
	})
	var mu sync.Mutex // one request at a time goes to Ruby
	lines := bufio.NewScanner(out)
	sign := func(s signing) (headers map[string]string) {
		t.Helper()
		mu.Lock()
		defer mu.Unlock()
		if err := json.NewEncoder(in).Encode(s); err != nil {
			t.Fatal(err)
		}
		if !lines.Scan() {
			t.Fatalf("Ruby signs nothing: %v", lines.Err())
		}
		if err := json.Unmarshal(lines.Bytes(), &headers); err != nil {
			t.Fatal(err)
		}
		return headers
	}
	name := packaged(t, "api_auth's string in Ruby", "ruby")
	for _, c := range []struct {
		what string
		as   signing
	}{
		{"1.5, SHA-1", signing{Version: "1.5", Digest: "sha1"}},
		{"1.5, SHA-256", signing{Version: "1.5", Digest: "sha256"}},
		{"1.5 with the method, SHA-1", signing{Version: "1.5", Digest: "sha1", WithMethod: true}},
		{"1.5 with the method, SHA-256", signing{Version: "1.5", Digest: "sha256", WithMethod: true}},
		{"2, SHA-1", signing{Version: "2", Digest: "sha1"}},
		{"2, SHA-256", signing{Version: "2", Digest: "sha256"}},
		{"1.5, native header", signing{Version: "1.5", Digest: "sha1", Header: "native"}},
		{"2, native header, SHA-256", signing{Version: "2", Digest: "sha256", Header: "native"}},
	} {
		t.Run(c.what, func(t *testing.T) {
			t.Parallel()
			k := newComputer(t, simulator.Account{})
			k.hover.SetFaults(func(f *simulator.Faults) { f.Unsigned = true }) // the verification pins nothing
			k.signedIn()
			hook := k.hover.Webhooks()[0]
			at, err := url.Parse(hook.URL)
			if err != nil {
				t.Fatal(err)
			}
			for _, body := range []string{`{"event":"roof-repainted","n":1}`, `{"event":"roof-repainted","n":2}`} {
				s := c.as
				s.Method, s.Path, s.ContentType, s.Date = "POST", at.Path, "application/json", time.Now().UTC().Format(http.TimeFormat)
				s.Secret, s.ID, s.Body = hook.Secret, string(hook.ID), base64.StdEncoding.EncodeToString([]byte(body))
				r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, hook.URL, bytes.NewReader([]byte(body)))
				if err != nil {
					t.Fatal(err)
				}
				for header, value := range sign(s) {
					r.Header.Set(header, value)
				}
				reply, err := http.DefaultClient.Do(r)
				if err != nil {
					t.Fatal(err)
				}
				_ = reply.Body.Close() // nothing is read of it
				if reply.StatusCode != http.StatusOK {
					t.Errorf("it is answered %s", reply.Status)
				}
			}
			for _, e := range rows[eventJSON](k, "events", "--event", "roof-repainted") {
				if e.Verdict != "signed" {
					t.Errorf("a delivery is %s", e.Verdict)
				}
			}
			if s := row[statusJSON](k, "status"); s.Webhook.Signature != "pinned" {
				t.Errorf("the webhook is %+v", s.Webhook)
			}
			passed(t, name, c.what+": pinned")
		})
	}
}
