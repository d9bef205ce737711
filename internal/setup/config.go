package setup

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strconv"

	"github.com/adrg/xdg"

	"dormer/internal/engine"
	"dormer/internal/hoverapi"
	"dormer/internal/say"
	"dormer/internal/secret"
)

// Flags are the global flags as they were given; "" and nil mean not given.
type Flags struct {
	DataDir, DownloadDir, HoverURL, Tunnel, PublicURL, Listen string
	NgrokServer, NgrokCA, RedirectURL, Secrets                string
	LogFormat, LogLevel                                       string
	Demo                                                      *bool
	Hidden                                                    bool
}

// Config is what flags, environment and defaults come to. Saved settings join
// it once the database is open.
type Config struct {
	DataDir     string   // the effective one: <data-dir>/demo with --demo
	HoverURL    *url.URL // Hover's origin; of no meaning with Demo
	NgrokServer string   // "" is ngrok's own
	NgrokCA     string   // a PEM file; "" is ngrok's own root
	Secrets     string   // secret.Keyring or secret.File
	Demo        bool
	Hidden      bool
	LogFormat   string // "text" or "json"
	LogLevel    slog.Level
	// Verify has a database looked at; in this process if nil.
	Verify Verifier

	given   map[string]string // settings that win over saved ones
	givenBy map[string]string // the flag or the variable that gave each, and each secret
	presets map[string]string // defaults that depend on the machine
	// separator stands between the cells of a table.
	separator rune
}

// Load resolves flags over environment over defaults. A value that does not fit
// is a [records.ErrUsage].
func Load(f Flags, getenv func(string) string) (Config, error) {
	pick := func(flag, env, preset string) string {
		if flag != "" {
			return flag
		}
		if v := getenv(env); v != "" {
			return v
		}
		return preset
	}
	c := Config{
		NgrokServer: pick(f.NgrokServer, "DORMER_NGROK_SERVER", ""),
		NgrokCA:     pick(f.NgrokCA, "DORMER_NGROK_CA", ""),
		Secrets:     pick(f.Secrets, "DORMER_SECRETS", secret.Keyring),
		LogFormat:   pick(f.LogFormat, "DORMER_LOG_FORMAT", "text"),
		Hidden:      f.Hidden, given: map[string]string{}, givenBy: map[string]string{},
	}
	var err error
	if c.Demo, err = demo(f.Demo, getenv("DORMER_DEMO")); err != nil {
		return c, err
	}
	named := pick(f.DataDir, "DORMER_DATA_DIR", "")
	if named == "" {
		if err := errHomeless(); err != nil {
			return c, err
		}
		named = defaultDataDir()
	}
	dir, err := filepath.Abs(named)
	if err != nil {
		return c, bad("--data-dir", err)
	}
	c.DataDir = dir
	if c.Demo {
		c.DataDir = filepath.Join(dir, "demo")
	}
	if c.HoverURL, err = hoverapi.ParseBaseURL(pick(f.HoverURL, "DORMER_HOVER_URL", hoverapi.DefaultBaseURL)); err != nil {
		return c, bad("--hover-url", err)
	}
	if c.Secrets != secret.Keyring && c.Secrets != secret.File {
		return c, bad("--secrets", fmt.Errorf("%q is neither keyring nor file", c.Secrets))
	}
	if c.LogFormat != "text" && c.LogFormat != "json" {
		return c, bad("--log-format", fmt.Errorf("%q is neither text nor json", c.LogFormat))
	}
	if err := c.LogLevel.UnmarshalText([]byte(pick(f.LogLevel, "DORMER_LOG_LEVEL", "info"))); err != nil {
		given := pick(f.LogLevel, "DORMER_LOG_LEVEL", "")
		return c, bad("--log-level", fmt.Errorf("%q is none of debug, info, warn, error", given))
	}
	for _, s := range []struct{ flag, env, key, name string }{
		{f.DownloadDir, "DORMER_DOWNLOAD_DIR", engine.KeyDownloadDir, "--download-dir"},
		{f.Tunnel, "DORMER_TUNNEL", engine.KeyTunnel, "--tunnel"},
		{f.PublicURL, "DORMER_PUBLIC_URL", engine.KeyPublicURL, "--public-url"},
		{f.Listen, "DORMER_LISTEN", engine.KeyListen, "--listen"},
		{f.RedirectURL, "DORMER_REDIRECT_URL", engine.KeyRedirectURL, "--redirect-url"},
	} {
		v := pick(s.flag, s.env, "")
		if v == "" {
			continue
		}
		if s.key == engine.KeyDownloadDir {
			if v, err = filepath.Abs(v); err != nil {
				return c, bad(s.name, err)
			}
		}
		if err := engine.CheckSetting(s.key, v); err != nil {
			return c, bad(s.name, err)
		}
		c.given[s.key], c.givenBy[s.key] = v, s.name
		if s.flag == "" {
			c.givenBy[s.key] = s.env
		}
	}
	c.separator = separatorOf(getenv)
	c.presets = map[string]string{engine.KeyDownloadDir: filepath.Join(xdg.UserDirs.Documents, "Dormer")}
	if c.Demo {
		c.presets[engine.KeyDownloadDir] = filepath.Join(c.DataDir, "Documents")
		c.Secrets = secret.File
	}
	return c, nil
}

func demo(flag *bool, env string) (bool, error) {
	if flag != nil {
		return *flag, nil
	}
	if env == "" {
		return false, nil
	}
	on, err := strconv.ParseBool(env)
	if err != nil {
		return false, bad("DORMER_DEMO", fmt.Errorf("%q is neither true nor false", env))
	}
	return on, nil
}

func bad(what string, err error) error {
	return engine.Usage(say.T("error.what_why", "what", what, "why", err))
}

// Database is the path of the bbolt file.
func (c Config) Database() string { return filepath.Join(c.DataDir, "dormer.db") }

// LogFile is the path of the rotating log.
func (c Config) LogFile() string { return filepath.Join(c.DataDir, "dormer.log") }

// BackupDir is where the daily backups lie.
func (c Config) BackupDir() string { return filepath.Join(c.DataDir, "backups") }

// maxSocketPath is what every platform takes: macOS allows 104 bytes.
const maxSocketPath = 100

// Note is the file in which the Dormer that runs says which process it is.
func (c Config) Note() string { return filepath.Join(c.DataDir, "running.json") }

// Sockets are the paths where the control socket may be, the best first: in the
// data directory, unless that path would be too long; a short one in the runtime
// directory; and one in the temporary directory. Not every file system holds
// sockets.
func (c Config) Sockets() (paths []string) {
	if path := filepath.Join(c.DataDir, "control.sock"); len(path) <= maxSocketPath {
		paths = append(paths, path)
	}
	sum := sha256.Sum256([]byte(c.DataDir))
	name := "dormer-" + hex.EncodeToString(sum[:6])
	if dir := os.Getenv("XDG_RUNTIME_DIR"); dir != "" && len(dir)+len(name)+16 <= maxSocketPath {
		paths = append(paths, filepath.Join(dir, name, "control.sock"))
	}
	// By user, because the temporary directory is everybody's.
	return append(paths, filepath.Join(os.TempDir(), fmt.Sprintf("dormer-%d", os.Getuid()), name[7:]+".sock"))
}
