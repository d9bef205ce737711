package setup

import (
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"

	"dormer/internal/say"
	"dormer/internal/whole"
)

// installation is what has to outlive the database, and stands beside it: under
// the id lie the secrets in the keyring, by the path our webhooks are known at
// Hover. With them, a database that is begun anew is still signed in, and old
// webhooks are still ours to clean up.
type installation struct {
	ID       string `json:"id"`        // storage.Store.InstallationID
	HookPath string `json:"hook_path"` // the webhook's secret path
	// Machine is the mark of the machine that the data is on: see engine.KnowMachine.
	Machine string `json:"machine,omitempty"`
}

var (
	goodID   = regexp.MustCompile(`^[0-9a-f]{32}$`)
	goodPath = regexp.MustCompile(`^/hover/[0-9a-f]{32}$`)
)

func (c Config) installationFile() string { return filepath.Join(c.DataDir, "installation.json") }

// readInstallation reads the file; what is missing or makes no sense is empty,
// and made anew.
func readInstallation(c Config) (i installation) {
	b, err := os.ReadFile(c.installationFile())
	if err != nil || json.Unmarshal(b, &i) != nil {
		return installation{}
	}
	if !goodID.MatchString(i.ID) {
		i.ID = ""
	}
	if !goodPath.MatchString(i.HookPath) {
		i.HookPath = ""
	}
	return i
}

// keepInstallation writes down what the database says, unless it stands there
// already. Without it nothing works worse until the database is lost, so it is
// no reason not to start.
func keepInstallation(c Config, i installation, log *slog.Logger) {
	if i == readInstallation(c) {
		return
	}
	b, err := json.Marshal(i)
	if err == nil {
		err = writeFile(c.installationFile(), b)
	}
	if err != nil {
		e := &say.Error{What: say.T("data.no_id"), Err: err, Do: say.T("do.free_space_in", "dir", c.DataDir)}
		log.Warn(e.Error())
	}
}

// writeFile writes a file for the owner alone, whole or not at all.
func writeFile(path string, b []byte) error {
	return whole.Text(path, filepath.Base(path)+".*.tmp", 0o600, b)
}
