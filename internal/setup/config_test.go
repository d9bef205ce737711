package setup_test

import (
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"dormer/internal/engine"
	"dormer/internal/secret"
	"dormer/internal/setup"
)

func TestAFlagWinsOverTheEnvironmentThatOverTheSavedThatOverTheDefault(t *testing.T) {
	dir := t.TempDir()
	for _, s := range []struct {
		key, env, preset   string
		flag               func(*setup.Flags, string)
		byFlag, byEnv, set string
	}{
		{engine.KeyDownloadDir, "DORMER_DOWNLOAD_DIR", "", func(f *setup.Flags, v string) { f.DownloadDir = v }, filepath.Join(dir, "a"), filepath.Join(dir, "b"), filepath.Join(dir, "c")},
		{engine.KeyTunnel, "DORMER_TUNNEL", "ngrok", func(f *setup.Flags, v string) { f.Tunnel = v }, "own", "ngrok", "own"},
		{engine.KeyPublicURL, "DORMER_PUBLIC_URL", "", func(f *setup.Flags, v string) { f.PublicURL = v }, "https://a.example", "https://b.example", "https://c.example"},
		{engine.KeyListen, "DORMER_LISTEN", "127.0.0.1:8465", func(f *setup.Flags, v string) { f.Listen = v }, "127.0.0.1:1", "127.0.0.1:2", "127.0.0.1:3"},
		{engine.KeyRedirectURL, "DORMER_REDIRECT_URL", "", func(f *setup.Flags, v string) { f.RedirectURL = v }, "https://a.example/cb", "https://b.example/cb", "https://c.example/cb"},
	} {
		f := folder(t)
		value := func(f setup.Flags, e env) string { return reads(t, f, e).Value(s.key) }
		if got := value(f, nil); s.preset != "" && got != s.preset || s.key == engine.KeyDownloadDir && !strings.HasSuffix(got, "Dormer") {
			t.Errorf("%s: the default is %q", s.key, got)
		}
		if err := reads(t, f, nil).Set(t.Context(), engine.Values{s.key: s.set}); err != nil {
			t.Fatal(err)
		}
		if got := value(f, nil); got != s.set {
			t.Errorf("%s: saved is %q", s.key, got)
		}
		e := env{s.env: s.byEnv}
		if got := value(f, e); got != s.byEnv {
			t.Errorf("%s: by the environment it is %q", s.key, got)
		}
		with := f
		s.flag(&with, s.byFlag)
		if got := value(with, e); got != s.byFlag {
			t.Errorf("%s: by flag it is %q", s.key, got)
		}
		if got := value(f, nil); got != s.set {
			t.Errorf("%s: what was given is saved: %q", s.key, got)
		}
	}
}

func TestWhatIsNotSavedIsGivenByFlagOrEnvironment(t *testing.T) {
	on, off := true, false
	dir := t.TempDir()
	for name, s := range map[string]struct {
		flag                  setup.Flags
		env                   env
		get                   func(setup.Config) string
		byFlag, byEnv, preset string
	}{
		"hover-url":    {setup.Flags{HoverURL: "https://a.example"}, env{"DORMER_HOVER_URL": "https://b.example"}, func(c setup.Config) string { return c.HoverURL.String() }, "https://a.example", "https://b.example", "https://hover.to"},
		"ngrok-server": {setup.Flags{NgrokServer: "a:1"}, env{"DORMER_NGROK_SERVER": "b:1"}, func(c setup.Config) string { return c.NgrokServer }, "a:1", "b:1", ""},
		"ngrok-ca":     {setup.Flags{NgrokCA: "a"}, env{"DORMER_NGROK_CA": "b"}, func(c setup.Config) string { return c.NgrokCA }, "a", "b", ""},
		"secrets":      {setup.Flags{Secrets: "keyring"}, env{"DORMER_SECRETS": "file"}, func(c setup.Config) string { return c.Secrets }, "keyring", "file", "keyring"},
		"log-format":   {setup.Flags{LogFormat: "text"}, env{"DORMER_LOG_FORMAT": "json"}, func(c setup.Config) string { return c.LogFormat }, "text", "json", "text"},
		"log-level":    {setup.Flags{LogLevel: "debug"}, env{"DORMER_LOG_LEVEL": "warn"}, func(c setup.Config) string { return c.LogLevel.String() }, "DEBUG", "WARN", "INFO"},
		"demo":         {setup.Flags{Demo: &off}, env{"DORMER_DEMO": "true"}, func(c setup.Config) string { return map[bool]string{true: "on", false: "off"}[c.Demo] }, "off", "on", "off"},
		"data-dir":     {setup.Flags{DataDir: filepath.Join(dir, "a")}, env{"DORMER_DATA_DIR": filepath.Join(dir, "b")}, func(c setup.Config) string { return filepath.Base(c.DataDir) }, "a", "b", "dormer"},
	} {
		if got := s.get(load(t, s.flag, s.env)); got != s.byFlag {
			t.Errorf("%s: by flag %q", name, got)
		}
		if got := s.get(load(t, setup.Flags{}, s.env)); got != s.byEnv {
			t.Errorf("%s: by the environment %q", name, got)
		}
		if got := s.get(load(t, setup.Flags{}, nil)); got != s.preset {
			t.Errorf("%s: by default %q", name, got)
		}
	}
	if c := load(t, setup.Flags{DataDir: dir, Demo: &on}, nil); c.DataDir != filepath.Join(dir, "demo") || c.Secrets != secret.File {
		t.Errorf("a demo lies in %s, its secrets in %s", c.DataDir, c.Secrets)
	}
	if c := load(t, setup.Flags{DataDir: "here"}, nil); !filepath.IsAbs(c.DataDir) {
		t.Errorf("the data lies in %s", c.DataDir)
	}
}

func TestValuesThatDoNotFitAreWrongUsage(t *testing.T) {
	for _, f := range []setup.Flags{
		{HoverURL: "hover"}, {HoverURL: "http://hover.to"}, {HoverURL: "ftp://hover.to"}, {HoverURL: "https://me:secret@hover.to"},
		{Tunnel: "cloud"}, {Listen: "8465"}, {Secrets: "paper"}, {LogFormat: "xml"}, {LogLevel: "loud"},
		{PublicURL: "http://office.example"}, {PublicURL: "http://127.0.0.1.example"}, {RedirectURL: "http://office.example/cb"}, {RedirectURL: "gopher://x"},
	} {
		if _, err := setup.Load(f, env(nil).get); !isUsage(err) {
			t.Errorf("%+v: %v", f, err)
		} else if strings.Contains(err.Error(), "secret@") {
			t.Errorf("the error repeats a secret: %v", err)
		}
	}
	for _, e := range []env{
		{"DORMER_DEMO": "perhaps"}, {"DORMER_TUNNEL": "cloud"}, {"DORMER_HOVER_URL": "http://hover.to"}, {"DORMER_PUBLIC_URL": "http://office.example"},
	} {
		if _, err := setup.Load(setup.Flags{}, e.get); !isUsage(err) {
			t.Errorf("%v: %v", e, err)
		}
	}
	for _, f := range []setup.Flags{
		{HoverURL: "http://127.0.0.1:8000"}, {PublicURL: "http://localhost:8465"}, {PublicURL: "http://[::1]:8465"}, {PublicURL: "office.ngrok.app"}, {RedirectURL: "http://127.0.0.1:5000/cb"},
	} {
		load(t, f, nil)
	}
}

func TestTheSocketsPathIsShortEnoughEverywhere(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the paths are those of a Unix")
	}
	t.Setenv("XDG_RUNTIME_DIR", "/run/user/1000")
	short := load(t, setup.Flags{DataDir: "/srv/dormer"}, nil)
	if got := short.Sockets()[0]; got != filepath.Join(short.DataDir, "control.sock") {
		t.Errorf("it lies at %s", got)
	}
	deep := strings.Repeat("/a-long-name", 20)
	one, two := load(t, setup.Flags{DataDir: deep + "/one"}, nil), load(t, setup.Flags{DataDir: deep + "/two"}, nil)
	for _, c := range []setup.Config{one, two} {
		if got := c.Sockets()[0]; len(got) > 100 || !strings.HasPrefix(got, "/run/user/1000/") || got != c.Sockets()[0] {
			t.Errorf("it lies at %s", got)
		}
	}
	if one.Sockets()[0] == two.Sockets()[0] {
		t.Error("two data directories share a socket")
	}
	t.Setenv("XDG_RUNTIME_DIR", deep)
	if got := one.Sockets()[0]; len(got) > 100 || got == two.Sockets()[0] {
		t.Errorf("without a short runtime directory it lies at %s", got)
	}
}
