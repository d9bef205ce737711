package update

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"aead.dev/minisign"

	_ "dormer/internal/hermetic"
	"dormer/internal/say"
)

const at = "https://dormer.example/feed.json"

// server is what stands at addresses; it is as slow and as bad as a story wants.
type server map[string]func(r *http.Request) (*http.Response, error)

func (s server) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, ok := s[r.URL.String()]
	if !ok {
		return reply(404, "<h1>Not found</h1>"), nil
	}
	return answer(r)
}

func reply(status int, body string) *http.Response {
	return &http.Response{
		StatusCode: status, Status: http.StatusText(status), Header: http.Header{}, ContentLength: int64(len(body)),
		Body: io.NopCloser(strings.NewReader(body)),
	}
}

func text(body string) func(*http.Request) (*http.Response, error) {
	return func(*http.Request) (*http.Response, error) { return reply(200, body), nil }
}

// slow sends a byte a second, and never ends.
type slow struct{ ctx context.Context }

func (s slow) Read(p []byte) (int, error) {
	select {
	case <-s.ctx.Done():
		return 0, s.ctx.Err()
	case <-time.After(time.Second):
		p[0] = ' '
		return 1, nil
	}
}

func (slow) Close() error { return nil }

// zeros never end either, and come at once.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }
func (zeros) Close() error               { return nil }

// maintainer signs feeds.
type maintainer struct {
	public minisign.PublicKey
	secret minisign.PrivateKey
}

func newMaintainer(t *testing.T) maintainer {
	t.Helper()
	public, secret, err := minisign.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return maintainer{public, secret}
}

var setup = "the installer, as it were"

// feed is a good one, of tomorrow's version.
func feed(now time.Time) Feed {
	sum := sha256.Sum256([]byte(setup))
	return Feed{
		Serial: 7, Expires: now.Add(90 * 24 * time.Hour), Version: "1.3.0", Page: "https://dormer.example/1.3.0",
		Files: []File{
			{Name: "dormer-1.3.0-setup.exe", OS: "windows", Arch: "amd64", URL: "https://dormer.example/dormer-1.3.0-setup.exe", Size: int64(len(setup)), SHA256: hex.EncodeToString(sum[:])},
		},
	}
}

func written(t *testing.T, f Feed) string {
	t.Helper()
	b, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func (m maintainer) sign(text string) string { return string(minisign.Sign(m.secret, []byte(text))) }

func (s server) put(text, signature string) {
	s[at] = func(*http.Request) (*http.Response, error) { return reply(200, text), nil }
	s[at+".minisig"] = func(*http.Request) (*http.Response, error) { return reply(200, signature), nil }
}

// TestAFeedIsTakenOrChangesNothing is what a server, a network or somebody between
// can do, and what each of it is called.
func TestAFeedIsTakenOrChangesNothing(t *testing.T) {
	ours, spare, stranger := newMaintainer(t), newMaintainer(t), newMaintainer(t)
	type story struct {
		name string
		want Kind // "": taken
		do   func(t *testing.T, s server, now time.Time)
	}
	// changed has a feed that is signed by us and is not as it should be.
	changed := func(name string, want Kind, change func(f *Feed, now time.Time)) story {
		return story{name, want, func(t *testing.T, s server, now time.Time) {
			f := feed(now)
			change(&f, now)
			s.put(written(t, f), ours.sign(written(t, f)))
		}}
	}
	// over has a good one to which something happens on the way.
	over := func(name string, want Kind, happen func(s server, text, signature string)) story {
		return story{name, want, func(t *testing.T, s server, now time.Time) {
			text := written(t, feed(now))
			s.put(text, ours.sign(text))
			happen(s, text, ours.sign(text))
		}}
	}
	stories := []story{
		over("a good one", "", func(server, string, string) {}),
		over("signed by the other key", "", func(s server, text, _ string) { s.put(text, spare.sign(text)) }),
		changed("the same version under a new number", "", func(f *Feed, _ time.Time) { f.Serial = 9 }),
		over("by a redirect to where releases are kept", "", func(s server, text, _ string) {
			s["https://objects.example/1"] = s[at]
			s[at] = func(*http.Request) (*http.Response, error) {
				r := reply(302, "")
				r.Header.Set("Location", "https://objects.example/1")
				return r, nil
			}
		}),

		// Somebody between, or on the server.
		over("signed by a stranger", Unsigned, func(s server, text, _ string) { s.put(text, stranger.sign(text)) }),
		over("with one letter changed", Unsigned, func(s server, text, sig string) { s.put(strings.Replace(text, "1.3.0", "1.9.0", 1), sig) }),
		over("with a hash changed", Unsigned, func(s server, text, sig string) { s.put(strings.Replace(text, `"sha256":"`, `"sha256":"0`, 1), sig) }),
		over("with something behind it", Unsigned, func(s server, text, sig string) { s.put(text+" ", sig) }),
		over("with a signature of something else", Unsigned, func(s server, text, _ string) { s.put(text, ours.sign("Dormer")) }),
		over("with its comment changed", Unsigned, func(s server, text, sig string) {
			s.put(text, strings.Replace(sig, "\ntrusted comment: ", "\ntrusted comment: x", 1))
		}),
		over("with an empty signature", Unsigned, func(s server, text, _ string) { s.put(text, "") }),
		over("without a signature", Absent, func(s server, _, _ string) { delete(s, at+".minisig") }),
		changed("of last month again", RolledBack, func(f *Feed, _ time.Time) { f.Serial = 5 }),
		changed("another under the number of the last", RolledBack, func(f *Feed, _ time.Time) { f.Serial, f.Version = 6, "1.2.9" }),
		changed("that has run out: somebody holds newer ones back", Stale, func(f *Feed, now time.Time) { f.Expires = now }),
		over("by a redirect to http", Unreached, func(s server, text, _ string) {
			s["http://dormer.example/feed.json"] = s[at]
			s[at] = func(*http.Request) (*http.Response, error) {
				r := reply(302, "")
				r.Header.Set("Location", "http://dormer.example/feed.json")
				return r, nil
			}
		}),
		over("by a redirect to itself", Unreached, func(s server, _, _ string) {
			s[at] = func(*http.Request) (*http.Response, error) {
				r := reply(302, "")
				r.Header.Set("Location", at)
				return r, nil
			}
		}),

		// A maintainer's mistake, or a stolen key's first try.
		over("that is no JSON", Nonsense, func(s server, _, _ string) { s.put("hello", ours.sign("hello")) }),
		over("that is two", Nonsense, func(s server, text, _ string) { s.put(text+text, ours.sign(text+text)) }),
		over("that is empty", Nonsense, func(s server, _, _ string) { s.put("{}", ours.sign("{}")) }),
		changed("without a number", Nonsense, func(f *Feed, _ time.Time) { f.Serial = 0 }),
		changed("that never runs out", Nonsense, func(f *Feed, _ time.Time) { f.Expires = time.Time{} }),
		changed("of no version", Nonsense, func(f *Feed, _ time.Time) { f.Version = "newest; rm -rf ~" }),
		changed("with a page that is no https", Nonsense, func(f *Feed, _ time.Time) { f.Page = "file:///etc/passwd" }),
		changed("with a file that leads elsewhere", Nonsense, func(f *Feed, _ time.Time) { f.Files[0].Name = "../../.bashrc" }),
		changed("with a file over http", Nonsense, func(f *Feed, _ time.Time) { f.Files[0].URL = "http://dormer.example/a" }),
		changed("with a file of no size", Nonsense, func(f *Feed, _ time.Time) { f.Files[0].Size = 0 }),
		changed("with a file of a terabyte", Nonsense, func(f *Feed, _ time.Time) { f.Files[0].Size = 1 << 40 }),
		changed("with a file without a hash", Nonsense, func(f *Feed, _ time.Time) { f.Files[0].SHA256 = "" }),
		changed("with a thousand files", Nonsense, func(f *Feed, _ time.Time) {
			for len(f.Files) < 200 {
				f.Files = append(f.Files, f.Files[0])
			}
		}),

		// The network and the server.
		over("that never ends", Huge, func(s server, _, _ string) {
			s[at] = func(*http.Request) (*http.Response, error) {
				r := reply(200, "")
				r.Body, r.ContentLength = zeros{}, -1
				return r, nil
			}
		}),
		over("with a signature that never ends", Huge, func(s server, _, _ string) {
			s[at+".minisig"] = func(*http.Request) (*http.Response, error) {
				r := reply(200, "")
				r.Body, r.ContentLength = zeros{}, -1
				return r, nil
			}
		}),
		over("of a byte a second", Unreached, func(s server, _, _ string) {
			s[at] = func(r *http.Request) (*http.Response, error) {
				answer := reply(200, "")
				answer.Body, answer.ContentLength = slow{r.Context()}, -1
				return answer, nil
			}
		}),
		over("that nobody answers for", Unreached, func(s server, _, _ string) {
			s[at] = func(r *http.Request) (*http.Response, error) { <-r.Context().Done(); return nil, r.Context().Err() }
		}),
		over("without a network", Unreached, func(s server, _, _ string) {
			s[at] = func(*http.Request) (*http.Response, error) { return nil, errors.New("no route to host") }
		}),
		over("that is not there", Absent, func(s server, _, _ string) { delete(s, at) }),
		over("of a server in trouble", Absent, func(s server, _, _ string) {
			s[at] = func(*http.Request) (*http.Response, error) { return reply(503, "soon"), nil }
		}),
		over("in whose place a hotel's page stands", Unsigned, func(s server, _, sig string) { s.put("<html>Welcome!</html>", sig) }),
	}
	attacks := 0
	for _, c := range stories {
		if c.want != "" {
			attacks++
		}
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := server{}
				c.do(t, s, time.Now())
				feeder := &Feeder{URL: at, Keys: []minisign.PublicKey{ours.public, spare.public}, Transport: s}
				last := Known{Serial: 6, Digest: "of the last", Expires: time.Now().Add(time.Hour)}
				began := time.Now()
				f, known, err := feeder.Check(t.Context(), last)
				if took := time.Since(began); took > feedWithin {
					t.Errorf("it took %v", took)
				}
				if c.want == "" {
					if err != nil || f.Version != "1.3.0" || known.Serial <= last.Serial {
						t.Fatalf("%+v, %+v, %v", f, known, err)
					}
					if again, same, err := feeder.Check(t.Context(), known); err != nil || again.Serial != f.Serial || same != known {
						t.Errorf("and once more: %+v, %v", same, err)
					}
					return
				}
				var why *Refused
				if !errors.As(err, &why) || why.Kind != c.want {
					t.Fatalf("%v, want %s", err, c.want)
				}
				if f.Version != "" || known != last {
					t.Errorf("refused, and yet there is %+v, %+v", f, known)
				}
				if words := why.Say().For(say.Terminal); words == "" || strings.Contains(words, "update.") {
					t.Errorf("it is told as %q", words)
				}
			})
		})
	}
	if attacks < 20 {
		t.Errorf("that are %d kinds of attack and fault", attacks)
	}
}

func TestARequestTellsNothing(t *testing.T) {
	ours := newMaintainer(t)
	s := server{}
	var seen []http.Header
	text := written(t, feed(time.Now()))
	s.put(text, ours.sign(text))
	for address, answer := range s {
		s[address] = func(r *http.Request) (*http.Response, error) { seen = append(seen, r.Header); return answer(r) }
	}
	feeder := &Feeder{URL: at, Keys: []minisign.PublicKey{ours.public}, Transport: s}
	if _, _, err := feeder.Check(t.Context(), Known{}); err != nil {
		t.Fatal(err)
	}
	if len(seen) != 2 {
		t.Fatalf("it asked %d times", len(seen))
	}
	for _, h := range seen {
		if len(h) != 2 || h.Get("User-Agent") != "Dormer" || h.Get("Accept-Encoding") != "identity" {
			t.Errorf("it sent %v", h)
		}
	}
}

func TestAFileIsTakenWholeOrNotAtAll(t *testing.T) {
	good := feed(time.Now()).Files[0]
	for name, c := range map[string]struct {
		want   Kind
		answer func(r *http.Request) (*http.Response, error)
		file   func(f *File)
	}{
		"a good one":       {"", text(setup), nil},
		"one byte changed": {Other, text("T" + setup[1:]), nil},
		"one byte less":    {Other, text(setup[1:]), nil},
		"one byte more":    {Other, text(setup + "!"), nil},
		"more than it says": {Other, func(*http.Request) (*http.Response, error) {
			r := reply(200, setup+setup)
			r.ContentLength = -1
			return r, nil
		}, nil},
		"less than it says": {Other, func(*http.Request) (*http.Response, error) {
			r := reply(200, setup[3:])
			r.ContentLength = -1
			return r, nil
		}, nil},
		"without end": {Other, func(*http.Request) (*http.Response, error) {
			r := reply(200, "")
			r.Body, r.ContentLength = zeros{}, -1
			return r, nil
		}, nil},
		"a page instead":          {Absent, func(*http.Request) (*http.Response, error) { return reply(404, "no"), nil }, nil},
		"a name that leads away":  {Nonsense, text(setup), func(f *File) { f.Name = "../setup.exe" }},
		"a name for a whole path": {Nonsense, text(setup), func(f *File) { f.Name = `C:\setup.exe` }},
		"an address without TLS":  {Nonsense, text(setup), func(f *File) { f.URL = "http://dormer.example/a" }},
	} {
		t.Run(name, func(t *testing.T) {
			f, dir := good, t.TempDir()
			if c.file != nil {
				c.file(&f)
			}
			feeder := &Feeder{Transport: server{f.URL: c.answer}}
			path, err := feeder.Fetch(t.Context(), f, dir)
			list, _ := os.ReadDir(dir)
			if c.want == "" {
				b, _ := os.ReadFile(path)
				if err != nil || string(b) != setup || len(list) != 1 {
					t.Fatalf("%q, %v, %v", path, list, err)
				}
				feeder.Transport = server{} // it is not asked for again
				if again, err := feeder.Fetch(t.Context(), f, dir); err != nil || again != path {
					t.Errorf("once more: %q, %v", again, err)
				}
				return
			}
			var why *Refused
			if !errors.As(err, &why) || why.Kind != c.want || path != "" || len(list) != 0 {
				t.Errorf("%q, %v, want %s; there is %v", path, err, c.want, list)
			}
		})
	}
}

func TestAFileThatStandsThereStays(t *testing.T) {
	f, dir := feed(time.Now()).Files[0], t.TempDir()
	mine := filepath.Join(dir, f.Name)
	if err := os.WriteFile(mine, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	feeder := &Feeder{Transport: server{f.URL: text(setup)}}
	if _, err := feeder.Fetch(t.Context(), f, dir); !errors.Is(err, os.ErrExist) {
		t.Errorf("%v", err)
	}
	if b, _ := os.ReadFile(mine); string(b) != "mine" {
		t.Errorf("it is %q now", b)
	}
	if list, _ := os.ReadDir(dir); len(list) != 1 {
		t.Errorf("beside it there is %v", list)
	}
}

func TestTheKeysOfABuild(t *testing.T) {
	a, b := newMaintainer(t), newMaintainer(t)
	if keys, err := Keys(line(t, a) + ", " + line(t, b)); err != nil || len(keys) != 2 || !keys[1].Equal(b.public) {
		t.Errorf("%v, %v", keys, err)
	}
	if keys, err := Keys(""); err != nil || len(keys) != 0 {
		t.Errorf("%v, %v", keys, err)
	}
	if _, err := Keys(line(t, a) + ",RWnonsense"); err == nil {
		t.Error("nonsense is a key")
	}
}

func TestWhichVersionIsNewer(t *testing.T) {
	for _, c := range []struct {
		version, own string
		want         bool
	}{
		{"1.2.3", "1.2.2", true}, {"1.2.3", "1.2.3", false}, {"1.2.3", "1.2.4", false}, {"1.10.0", "1.9.9", true}, {"2.0.0", "1.99.99", true},
		{"0.9.9", "1.0.0", false}, {"1.2.3", "1.2.3-dev", true}, {"1.2.2", "1.2.3-dev", false}, {"1.2.4", "1.2.3-dev", true},
		{"1.2", "1.1.0", false}, {"v1.2.3", "1.0.0", false}, {"1.2.3", "devel", false}, {"01.2.3", "1.0.0", false},
	} {
		if got := Newer(c.version, c.own); got != c.want {
			t.Errorf("%s newer than %s: %v", c.version, c.own, got)
		}
	}
}

func TestWhoReplacesTheProgram(t *testing.T) {
	for program, want := range map[string]bool{
		"linux:/usr/bin/dormer": true, "linux:/usr/local/bin/dormer": false, "linux:/home/ann/.local/bin/dormer": false, "linux:/app/bin/dormer": true,
		"linux:/nix/store/x/bin/dormer": true, "windows:" + `C:\Users\Ann\AppData\Local\Programs\Dormer\dormer.exe`: false,
		"windows:" + `C:\Users\Ann\scoop\apps\dormer\current\dormer.exe`: true, "darwin:/Applications/Dormer.app/Contents/MacOS/dormer": false,
		"darwin:/opt/homebrew/Caskroom/dormer/1.0/Dormer.app/Contents/MacOS/dormer": true,
	} {
		os, path, _ := strings.Cut(program, ":")
		if got := Managed(os, path); got != want {
			t.Errorf("%s: %v", program, got)
		}
	}
}

func TestABuildLooksForUpdatesWithBothOrNotAtAll(t *testing.T) {
	two := line(t, newMaintainer(t)) + "," + line(t, newMaintainer(t))
	for _, c := range []struct {
		feed, keys string
		there, bad bool
	}{
		{"", "", false, false}, {at, two, true, false}, {at, "", false, true}, {"", two, false, true},
		{at, line(t, newMaintainer(t)), false, true}, {at, two + "," + two, false, true}, {at, "RWx,RWy", false, true},
		{"http://dormer.example/feed.json", two, true, true},
	} {
		f, err := built(c.feed, c.keys, server{})
		if (f != nil) != c.there || (err != nil) != c.bad {
			t.Errorf("%+v: %v, %v", c, f, err)
		}
	}
}

// line is a public key as the linker writes it: without its comment.
func line(t *testing.T, m maintainer) string {
	t.Helper()
	text, err := m.public.MarshalText()
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.Split(bytes.TrimSpace(text), []byte("\n"))
	return string(lines[len(lines)-1])
}
