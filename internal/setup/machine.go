package setup

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// markOf makes the mark of a machine for one installation: of its id a hash that
// says nothing of the machine to anybody else. An id that cannot be read has none.
func markOf(installation, machine string) string {
	machine = strings.TrimSpace(machine)
	if machine == "" {
		return ""
	}
	sum := sha256.Sum256([]byte("dormer machine\n" + installation + "\n" + machine))
	return hex.EncodeToString(sum[:16])
}
