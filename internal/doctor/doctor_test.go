package doctor

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/pem"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	_ "dormer/internal/hermetic"
	"dormer/internal/say"
	"dormer/internal/secret"
)

func look(t *testing.T, p Probe) Finding {
	t.Helper()
	found := p.Look(t.Context())
	if len(found) != 1 || found[0].Name != p.Name {
		t.Fatalf("the probe %s found %+v", p.Name, found)
	}
	return found[0]
}

// says checks a finding's colour, and words in it.
func (f Finding) says(t *testing.T, state Colour, words ...string) {
	t.Helper()
	if f.State != state {
		t.Errorf("%s is %s, want %s: %s", f.Name, f.State, state, f.Says)
	}
	for _, w := range words {
		if !strings.Contains(f.Says.String()+" "+f.Do.String(), w) {
			t.Errorf("%s says %q and %q, without %q", f.Name, f.Says, f.Do, w)
		}
	}
	if (f.State == Green) != (f.Do.IsZero()) {
		t.Errorf("%s is %s and says to do %q", f.Name, f.State, f.Do)
	}
}

func TestWhateverHangsTheDoctorIsDoneInElevenSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dead := make(chan struct{})
		defer close(dead)
		answer := func(name string, after time.Duration) Probe {
			return Probe{name, func(context.Context) []Finding {
				time.Sleep(after)
				return just(name, Green, say.Words("well"), say.Words(""))
			}}
		}
		patient := Probe{"patient", func(ctx context.Context) []Finding {
			<-ctx.Done()
			return just("patient", Red, say.Words("no answer in time"), say.Words(""))
		}}
		hung := Probe{"hung", func(context.Context) []Finding { <-dead; return nil }}
		began := time.Now()
		found := Run(t.Context(), []Probe{answer("slow", 9*time.Second), hung, patient, answer("quick", 0)})
		if took := time.Since(began); took != 11*time.Second {
			t.Errorf("it took %s", took)
		}
		var names []string
		for _, f := range found {
			names = append(names, f.Name+" "+string(f.State))
		}
		if want := []string{"slow green", "hung red", "patient red", "quick green"}; !slices.Equal(names, want) {
			t.Errorf("found %q, want %q", names, want)
		}
		if found[2].Says.String() != "no answer in time" {
			t.Errorf("the one that said so itself was not heard: %q", found[2].Says)
		}
		if Worst(found) != Red || Worst(found[:1]) != Green || Worst([]Finding{{State: Amber}, {State: Green}}) != Amber {
			t.Error("the worst colour is another")
		}
	})
}

// book is a resolver that knows some names.
type book []string

func (b book) LookupHost(_ context.Context, host string) ([]string, error) {
	if slices.Contains(b, host) {
		return []string{"192.0.2.7"}, nil
	}
	return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
}

func parse(t *testing.T, s string) *url.URL {
	t.Helper()
	u, err := url.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// office is a network behind which Hover and ngrok are.
func office(t *testing.T, names book, proxy string) (n Network, dialed *[]string) {
	dialed = new([]string)
	return Network{
		Destinations: []Destination{{"Hover", parse(t, "https://hover.to")}, {"ngrok", parse(t, "https://connect.ngrok-agent.com:443")}},
		Resolver:     names,
		Proxy: func(u *url.URL) (*url.URL, error) {
			switch {
			case proxy == "":
				return nil, nil
			case proxy == "garbage":
				return nil, errors.New("invalid proxy ann:hunter2@")
			}
			return parse(t, proxy), nil
		},
		Dial: func(_ context.Context, _, address string) (net.Conn, error) {
			*dialed = append(*dialed, address)
			if address != "proxy.example:3128" {
				return nil, &net.OpError{Op: "dial", Err: errors.New("connection refused")}
			}
			c, far := net.Pipe()
			_ = far.Close()
			return c, nil
		},
	}, dialed
}

func TestNamesAreLookedUpWhereThisComputerHasToKnowThem(t *testing.T) {
	n, _ := office(t, book{"hover.to", "connect.ngrok-agent.com"}, "")
	look(t, n.DNS()).says(t, Green, "hover.to and connect.ngrok-agent.com")
	n, _ = office(t, book{"hover.to"}, "")
	look(t, n.DNS()).says(t, Red, "connect.ngrok-agent.com", "no such name", "block")
	n, _ = office(t, nil, "http://proxy.example:3128") // it looks the names up
	look(t, n.DNS()).says(t, Green)
	n.Destinations = []Destination{{"Hover", parse(t, "http://127.0.0.1:9000")}, {"Hover", parse(t, "http://localhost:9000")}}
	n.Proxy = func(*url.URL) (*url.URL, error) { return nil, nil }
	look(t, n.DNS()).says(t, Green, "no name")
}

func TestAProxyIsNamedWithoutItsPassword(t *testing.T) {
	n, dialed := office(t, nil, "")
	look(t, n.Through()).says(t, Green, "No proxy")
	if len(*dialed) > 0 {
		t.Errorf("dialed %q", *dialed)
	}
	n, dialed = office(t, nil, "http://ann:hunter2@proxy.example:3128")
	f := look(t, n.Through())
	f.says(t, Green, "Hover and ngrok", "proxy.example:3128")
	if !slices.Equal(*dialed, []string{"proxy.example:3128"}) {
		t.Errorf("dialed %q", *dialed)
	}
	n, dialed = office(t, nil, "socks5://ann:hunter2@other.example")
	g := look(t, n.Through())
	g.says(t, Red, "other.example", "connection refused")
	if !slices.Equal(*dialed, []string{"other.example:1080"}) {
		t.Errorf("dialed %q", *dialed)
	}
	n, _ = office(t, nil, "garbage")
	h := look(t, n.Through())
	h.says(t, Red, "HTTPS_PROXY")
	for _, f := range []Finding{f, g, h} {
		if strings.Contains(f.Says.String()+f.Do.String(), "hunter2") {
			t.Errorf("the password is told: %q", f.Says)
		}
	}
}

func TestAFullDiskIsToldBeforeItIsFull(t *testing.T) {
	dir := t.TempDir()
	free := func(n uint64, err error) func(string) (uint64, error) {
		return func(string) (uint64, error) { return n, err }
	}
	look(t, Space("disk", dir, free(5<<30, nil))).says(t, Green, dir, "can be written", "5.0 GiB")
	look(t, Space("disk", dir, free(300<<20, nil))).says(t, Amber, "300 MiB", "soon")
	look(t, Space("disk", dir, free(2<<20, nil))).says(t, Red, "2 MiB")
	look(t, Space("disk", dir, free(0, errors.ErrUnsupported))).says(t, Green, dir)
	look(t, Space("disk", dir, free(0, errors.New("odd")))).says(t, Amber, "odd")
	later := filepath.Join(dir, "Documents", "Dormer")
	look(t, Space("downloads", later, free(5<<30, nil))).says(t, Green, "can be made")
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("looking left %v (%v)", left, err)
	}
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	look(t, Space("disk", file, free(5<<30, nil))).says(t, Red, "not a folder")
	if n, err := Free(dir); err != nil && !errors.Is(err, errors.ErrUnsupported) || err == nil && n == 0 {
		t.Errorf("%d bytes are free (%v)", n, err)
	}
}

// What is asked every hour may be killed in the middle of it: a file that it wrote
// would stay in a person's folder for ever.
func TestWhetherAFolderCanBeWrittenIsAskedWithoutATrace(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the system tells it of a file that is written alone")
	}
	dir, file := t.TempDir(), filepath.Join(t.TempDir(), "file")
	past := time.Unix(1e9, 0)
	if err := errors.Join(os.WriteFile(file, nil, 0o600), os.Chtimes(dir, past, past)); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(Writable(dir), Writable(filepath.Join(dir, "not", "there", "yet"))); err != nil {
		t.Error(err)
	}
	if info, err := os.Stat(dir); err != nil || !info.ModTime().Equal(past) {
		t.Errorf("the folder was changed at %v, %v", info.ModTime(), err)
	}
	if Writable(file) == nil || Writable(filepath.Join(file, "below")) == nil {
		t.Error("a file is not a folder")
	}
}

func TestFilesThatOthersCanReadAreNamed(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows protects the profile, not the mode")
	}
	dir := filepath.Join(t.TempDir(), "data")
	look(t, Privacy(dir)).says(t, Green, "no data folder")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, mode := range map[string]os.FileMode{"dormer.db": 0o600, "secrets.json": 0o600} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, mode); err != nil {
			t.Fatal(err)
		}
	}
	look(t, Privacy(dir)).says(t, Green, "you alone")
	if err := os.Chmod(filepath.Join(dir, "secrets.json"), 0o640); err != nil {
		t.Fatal(err)
	}
	f := look(t, Privacy(dir))
	f.says(t, Amber, "secrets.json", "chmod -R go= "+dir)
	if strings.Contains(f.Says.String(), "dormer.db") {
		t.Errorf("what is private is named too: %q", f.Says)
	}
}

// safe is a store of secrets in some state.
type safe struct {
	secret.Store
	state secret.State
}

func (s safe) State() secret.State { return s.state }

func TestALockedKeyringIsTold(t *testing.T) {
	look(t, Keyring(safe{state: secret.State{Kind: secret.Keyring}})).says(t, Green, "keyring")
	look(t, Keyring(safe{state: secret.State{Kind: secret.File}})).says(t, Green, "secrets.json")
	look(t, Keyring(safe{state: secret.State{Kind: secret.File, Note: say.Words("The keyring cannot be used.")}})).says(t, Amber, "The keyring cannot be used.")
	look(t, Keyring(safe{state: secret.State{Kind: secret.Keyring, Waiting: secret.ErrSilent}})).says(t, Red, "does not answer", "Unlock")
	look(t, Keyring(safe{state: secret.State{Kind: secret.Keyring, Stuck: secret.ErrLocked}})).says(t, Amber, "locked", "Unlock")
}

func TestNoDesktopIsNoCatastrophe(t *testing.T) {
	none := func(context.Context) (string, []string, error) { return "", nil, errors.New("no bus") }
	look(t, Notifications(none)).says(t, Amber, "dormer alerts")
	gnome := func(context.Context) (string, []string, error) {
		return "gnome-shell", []string{"actions", "body"}, nil
	}
	look(t, Notifications(gnome)).says(t, Green, "gnome-shell (actions, body)")
}

func TestADesktopWithoutATrayIsTold(t *testing.T) {
	there := func(ok bool, err error) func(context.Context) (bool, error) {
		return func(context.Context) (bool, error) { return ok, err }
	}
	look(t, Tray(there(true, nil))).says(t, Green, "has a tray")
	look(t, Tray(there(false, nil))).says(t, Amber, "no tray", "AppIndicator")
	look(t, Tray(there(false, errors.New("no bus")))).says(t, Green, "no desktop")
}

func TestTheManifestListsEveryFile(t *testing.T) {
	at := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	two := []Document{{"status.json", say.T("report.status"), "{}"}, {"log.txt", say.T("report.log"), "nothing\n"}}
	docs := WithManifest(two, at, say.Terminal)
	var b bytes.Buffer
	if err := WriteZip(&b, docs, at); err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		texts[f.Name] = string(text)
		if f.Name != ManifestName && !strings.Contains(texts[ManifestName], f.Name) {
			t.Errorf("the manifest does not list %s", f.Name)
		}
	}
	if len(texts) != 3 || texts["log.txt"] != "nothing\n" || !strings.Contains(texts[ManifestName], "2026-03-04T05:06:07Z") {
		t.Errorf("the zip holds %q", texts)
	}
	inSpanish := WithManifest(two, at, say.Reader{Language: say.Spanish})[0].Text
	if !strings.Contains(inSpanish, "datos de clientes") || !strings.Contains(inSpanish, "las últimas líneas") || strings.Contains(inSpanish, "Dormer's") {
		t.Errorf("to somebody who reads Spanish the manifest says %q", inSpanish)
	}
}

// What was looked at has a name in both languages, and one of its own.
func TestEveryFindingHasATitleInTheReadersLanguage(t *testing.T) {
	seen := map[string]string{}
	names := []string{
		"running", "dns", "proxy", "certificates", "trust", "hover", "clock", "sign-in", "webhook", "tunnel", "address", "signature", "database", "disk",
		"downloads", "files", "keyring", "notifications", "tray", "updates", "work", "traffic", "replies",
		"traffic/signature", "traffic/headers", "traffic/verification", "traffic/job-events", "traffic/repeats", "traffic/order", "traffic/bodies",
		"traffic/clock", "traffic/content-type", "traffic/fields", "traffic/model-states", "traffic/open", "traffic/unmatched", "traffic/redirect",
	}
	for _, name := range names {
		title := Finding{Name: name}.Title()
		en, es := title.String(), title.For(say.Reader{Language: say.Spanish})
		if title.ID == "" || seen[en] != "" || strings.Contains(es, "/") || es == en && name != "proxy" && name != "hover" {
			t.Errorf("%s is called %q and %q; also called so: %q", name, en, es, seen[en])
		}
		seen[en] = name
	}
	for name, want := range map[string]string{"traffic/new": "Deliveries", "replies/pkce": "Answers of Hover", "of a newer one": "of a newer one"} {
		if got := (Finding{Name: name}).Title().String(); got != want {
			t.Errorf("%s is called %q, want %q", name, got, want)
		}
	}
}

func TestTheSystemIsDescribed(t *testing.T) {
	s := Look("1.2.3", time.Date(2026, 3, 4, 5, 6, 7, 0, time.FixedZone("", -5*3600)), func(name string) string {
		return map[string]string{"XDG_CURRENT_DESKTOP": "GNOME", "NGROK_AUTHTOKEN": "2abc"}[name]
	})
	if s.Version != "1.2.3" || s.OS != runtime.GOOS || s.Zone != "-05:00" || len(s.Desktop) != 1 || s.Desktop["XDG_CURRENT_DESKTOP"] != "GNOME" {
		t.Errorf("%+v", s)
	}
}

// TestAFileOfCertificatesThatHoldsNoneIsTold: Go passes over it without a word, and
// the office's certificate is then called nobody's.
func TestAFileOfCertificatesThatHoldsNoneIsTold(t *testing.T) {
	if runtime.GOOS == "windows" || runtime.GOOS == "darwin" {
		t.Skip("the variable means nothing there")
	}
	dir := t.TempDir()
	server := httptest.NewTLSServer(http.NotFoundHandler())
	defer server.Close()
	office := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	file := func(name string, b []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for path, want := range map[string]struct {
		state Colour
		says  string
	}{
		file("office.pem", append([]byte("# ours\r\n"), office...)):                              {Green, "1 certificate of the file"},
		file("two.pem", slices.Concat(office, office)):                                           {Green, "2 certificates"},
		file("empty.pem", nil):                                                                   {Red, "no certificate in the file that SSL_CERT_FILE names"},
		file("office.der", server.Certificate().Raw):                                             {Red, "no certificate"},
		file("key.pem", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: []byte("x")})): {Red, "no certificate"},
		file("cut.pem", office[:len(office)/2]):                                                  {Red, "no certificate"},
		filepath.Join(dir, "gone.pem"):                                                           {Red, "cannot be read"},
		dir:                                                                                      {Red, "cannot be read"},
	} {
		f := look(t, Certificates(func(name string) string { return map[string]string{"SSL_CERT_FILE": path}[name] }))
		f.says(t, want.state, want.says)
		if want.state == Red && !strings.Contains(f.Do.String(), "SSL_CERT_FILE") {
			t.Errorf("%s: what to do is %q", path, f.Do)
		}
	}
	if found := Run(t.Context(), []Probe{Certificates(func(string) string { return "" })}); len(found) != 0 {
		t.Errorf("where none is named it finds %+v", found)
	}
}

func TestAnOldGoIsToldForWhatItTrusts(t *testing.T) {
	for v, want := range map[string]Colour{"go1.26.8": Amber, "go1.26.10": Green, "go1.27.2": Amber, "go1.27.3": Green} {
		f := Run(t.Context(), []Probe{Trust(v)})
		if len(f) != 1 || f[0].Name != "trust" || f[0].State != want || !strings.Contains(f[0].Says.String(), v) || f[0].Do.IsZero() != (want == Green) {
			t.Errorf("%s: %+v", v, f)
		}
	}
}
