package window

import (
	"os"
	"os/exec"
	"slices"
	"strings"
)

// maxLog bounds the log of the window: a longer one is begun anew.
const maxLog = 1 << 20

// StartProgram gives a start of the window's process for [Options]: the program at
// self with arguments, in a process session of its own, with what it prints in a
// file.
func StartProgram(self string, args []string, logFile string) func(at Place) (*os.Process, error) {
	return func(at Place) (*os.Process, error) {
		flags := os.O_CREATE | os.O_WRONLY | os.O_APPEND
		if info, err := os.Stat(logFile); err == nil && info.Size() > maxLog {
			flags |= os.O_TRUNC
		}
		log, err := os.OpenFile(logFile, flags, 0o600)
		if err != nil {
			return nil, err
		}
		defer log.Close()
		c := exec.Command(self, args...)
		c.Env, c.Stdout, c.Stderr = at.environ(os.Environ()), log, log
		Apart(c)
		if err := c.Start(); err != nil {
			return nil, err
		}
		return c.Process, nil
	}
}

// environ gives an environment as it is at the place.
func (p Place) environ(base []string) []string {
	if len(p) == 0 {
		return base
	}
	env := slices.DeleteFunc(slices.Clone(base), func(pair string) bool {
		name, _, _ := strings.Cut(pair, "=")
		return slices.Contains(Variables, name)
	})
	for _, name := range Variables {
		if v := p[name]; v != "" {
			env = append(env, name+"="+v)
		}
	}
	return env
}
