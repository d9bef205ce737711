package cli

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

func TestNoChildInheritsTheSecretsOfOurEnvironment(t *testing.T) {
	for name, value := range map[string]string{
		"NGROK_AUTHTOKEN": "planted-token", "DORMER_HOVER_CLIENT_ID": "planted-id", "DORMER_HOVER_CLIENT_SECRET": "planted-secret", "DORMER_LOG_LEVEL": "debug",
	} {
		t.Setenv(name, value)
	}
	w := Standard()
	if got := w.Getenv("NGROK_AUTHTOKEN") + w.Getenv("DORMER_HOVER_CLIENT_ID") + w.Getenv("DORMER_HOVER_CLIENT_SECRET") + w.Getenv("DORMER_LOG_LEVEL"); got != "planted-tokenplanted-idplanted-secretdebug" {
		t.Errorf("we were given %q", got)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	child := exec.Command(self)
	child.Args[0] = "printenv" // see TestMain
	out, err := child.Output()
	if err != nil {
		t.Fatal(err)
	}
	if s := string(out); strings.Contains(s, "planted") || !strings.Contains(s, "DORMER_LOG_LEVEL=debug") {
		t.Errorf("a child's environment:\n%s", s)
	}
}
