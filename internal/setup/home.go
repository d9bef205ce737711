package setup

import (
	"os"
	"os/user"
	"runtime"

	"github.com/adrg/xdg"

	"dormer/internal/notify"
	"dormer/internal/records"
	"dormer/internal/say"
)

// SettleIn makes good what this process's environment lacks, for itself and for
// the programs that it starts: a service of the system has no HOME as a rule, and
// where there is no session bus none is to be started. To be called once, before
// anything else is.
func SettleIn() {
	notify.StartNoBus()
	if runtime.GOOS == "windows" || os.Getenv("HOME") != "" {
		return
	}
	if u, err := user.Current(); err == nil && u.HomeDir != "" && os.Setenv("HOME", u.HomeDir) == nil {
		xdg.Reload()
	}
}

// errHomeless refuses to write where nobody would look: at the root of the disk.
func errHomeless() error {
	if runtime.GOOS == "windows" || os.Getenv("HOME") != "" || os.Getenv("XDG_DATA_HOME") != "" {
		return nil
	}
	return &say.Error{
		What: say.T("setup.homeless"), Do: say.T("setup.homeless.do"), Why: say.T("setup.homeless.why"),
		Err: records.ErrUsage,
	}
}
