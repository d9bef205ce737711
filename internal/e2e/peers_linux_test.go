//go:build peers

package e2e

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"dormer/internal/hover"
	"dormer/internal/simulator"
)

// The tests of this tag meet real programs: `make peers` installs them and says
// where what comes from npm lies.

// passed adds a line to the table of what passed, where one is kept.
func passed(t *testing.T, peer, what string) {
	t.Helper()
	if t.Failed() {
		return
	}
	t.Logf("passed: %s: %s", peer, what)
	name := os.Getenv("DORMER_PEERS_TABLE")
	if name == "" {
		return
	}
	f, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err == nil {
		_, err = fmt.Fprintf(f, "| %s | %s |\n", peer, what)
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		t.Error(err)
	}
}

// peerFile gives the path of a file of this directory's peers.
func peerFile(t *testing.T, name string) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join("peers", name))
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// modules is where npm has put its packages, with the programs that use them.
func modules(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("DORMER_PEERS_MODULES")
	if dir == "" {
		t.Fatal("run `make peers`: it installs what is needed and says where")
	}
	return dir
}

// packaged gives a peer's name with its version, by the package that it came in.
func packaged(t *testing.T, name, pkg string) string {
	t.Helper()
	version, err := exec.Command("dpkg-query", "-W", "-f", "${Version}", pkg).Output()
	if err != nil {
		t.Fatalf("%s: %v: run `make peers`", pkg, err)
	}
	return name + " " + string(version)
}

// peer starts a peer in a directory of its own. What it says goes to the
// test's log if the test fails.
func (c *computer) peer(dir string, env []string, name string, args ...string) *process {
	c.t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		c.t.Fatalf("%v: run `make peers`", err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		c.t.Fatal(err)
	}
	cmd := exec.Command(path, args...)
	cmd.Dir = dir
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "TMPDIR=" + c.dir, "LANG=C.UTF-8", "XDG_RUNTIME_DIR=" + dir}, env...)
	var said output
	cmd.Stdout, cmd.Stderr = &said, &said
	p := begin(c.t, cmd)
	c.t.Cleanup(func() {
		_ = p.Process.Signal(syscall.SIGTERM) // it may have ended; its children end with it
		p.wait(c.t, patience)
		if c.t.Failed() {
			c.t.Logf("%s said:\n%s", name, said.String())
		}
	})
	return p
}

// output collects what a program says.
type output struct {
	mu sync.Mutex // protects b
	b  bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

// A front is what Dormer takes for Hover: its sign-in is a real server's, all else
// is the simulator's, which gets a bearer of its own for each that the server
// still knows.
type front struct {
	c      *computer
	server string // the sign-in server's address
	oauth  *httputil.ReverseProxy

	mu     sync.Mutex // protects what follows
	tokens map[string]string
	stale  map[string]bool // refused though the server knows them
	asked  []string        // requests of the sign-in
}

// behindFront gives a computer whose Hover has the sign-in of another server, and
// the address, HOST:PORT, that the front will have.
func behindFront(t *testing.T, account simulator.Account) (f *front, at string) {
	t.Helper()
	at = freePort(t)
	account.Org = "785" // as the peers say
	account.OrgName, account.Users = simulator.Empty().OrgName, simulator.Empty().Users
	c := newComputerAt(t, simulator.Options{Account: account, APIURL: "http://" + at})
	return &front{c: c, tokens: map[string]string{}, stale: map[string]bool{}}, at
}

// open lets the front listen before a sign-in server.
func (f *front) open(at, server string) {
	f.c.t.Helper()
	f.server = server
	u, err := url.Parse(server)
	if err != nil {
		f.c.t.Fatal(err)
	}
	f.oauth = &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(u)
		r.Out.Host = r.In.Host
		r.SetXForwarded()
	}}
	s := &http.Server{Addr: at, Handler: f}
	ended := make(chan error, 1)
	go func() { ended <- s.ListenAndServe() }()
	f.c.t.Cleanup(func() {
		_ = s.Close() // connections that are left do not matter
		<-ended
	})
	eventually(f.c.t, "the sign-in server answers", func() bool {
		r, err := http.Get(server + "/probe")
		if err != nil {
			return false
		}
		defer r.Body.Close()
		_, _ = io.Copy(io.Discard, r.Body)
		return r.StatusCode == http.StatusOK
	})
}

func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	first, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	switch first {
	case "oauth", "who", "interaction", "session":
		f.mu.Lock()
		f.asked = append(f.asked, r.Method+" "+r.URL.Path)
		f.mu.Unlock()
		f.oauth.ServeHTTP(w, r)
		return
	}
	if bearer, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		r.Header.Set("Authorization", "Bearer "+f.exchange(bearer))
	}
	f.c.hover.Handler().ServeHTTP(w, r)
}

// exchange gives the simulator's token for one of the server's; what the server
// does not know stays as it is.
func (f *front) exchange(bearer string) string {
	f.mu.Lock()
	stale, own := f.stale[bearer], f.tokens[bearer]
	f.mu.Unlock()
	if stale || !f.probe(bearer).Alive {
		return bearer
	}
	if own == "" {
		pair := f.c.hover.SignIn()
		own = pair.Access
	}
	f.mu.Lock()
	f.tokens[bearer] = own
	f.mu.Unlock()
	return own
}

// probed is what the sign-in server tells of itself and of one token.
type probed struct {
	Alive          bool
	Tokens, Living int
	Doorkeeper     string
	Rails          string
	OIDC           string `json:"oidc-provider"`
}

func (f *front) probe(bearer string) (p probed) {
	r, err := http.NewRequest(http.MethodGet, f.server+"/probe", nil)
	if err != nil {
		return p
	}
	r.Header.Set("Authorization", "Bearer "+bearer)
	reply, err := http.DefaultClient.Do(r)
	if err != nil {
		return p
	}
	defer reply.Body.Close()
	_ = json.NewDecoder(reply.Body).Decode(&p) // then it is not alive
	return p
}

// expire has all tokens so far refused, as if their two hours were over.
func (f *front) expire() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for t := range f.tokens {
		f.stale[t] = true
	}
}

// bearers counts the tokens that came.
func (f *front) bearers() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.tokens)
}

// ended is where a browser ended.
type ended struct {
	URL     string
	Status  int
	Text    string
	Browser string
	Seen    []string
	Again   *struct {
		Status int
		Text   string
	}
}

// person goes to an address with a browser and answers what is asked there.
func (c *computer) person(address, answer string, after ...string) ended {
	c.t.Helper()
	profile, err := os.MkdirTemp(c.dir, "browser")
	if err != nil {
		c.t.Fatal(err)
	}
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		c.t.Fatalf("%v: run `make peers`", err)
	}
	cmd := exec.Command("node", append([]string{filepath.Join(modules(c.t), "person.mjs"), chromium, profile, address, answer}, after...)...)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + profile, "TMPDIR=" + profile}
	var out, said output
	cmd.Stdout, cmd.Stderr = &out, &said
	if p := begin(c.t, cmd); p.wait(c.t, 2*patience) != 0 {
		c.t.Fatalf("the browser failed:\n%s%s", out.String(), said.String())
	}
	var e ended
	if err := json.NewDecoder(bufio.NewReader(strings.NewReader(out.String()))).Decode(&e); err != nil {
		c.t.Fatalf("the browser says %q: %v", out.String(), err)
	}
	return e
}

// house is the account of most stories: one house that is being built.
func house(id hover.JobID) simulator.Account {
	return simulator.Account{Jobs: []simulator.JobSpec{{ID: id, State: hover.JobWorking}}}
}
