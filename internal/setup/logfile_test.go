package setup

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

func TestAFullLogIsKeptAndTheOldestGoes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "dormer.log")
	l, err := openLogFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const files = 8
	for n := range files {
		for range 2 { // as much as a file holds
			line := bytes.Repeat([]byte{byte('0' + n)}, logFileSize/2-1)
			if _, err := l.Write(append(line, '\n')); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	var have []string
	for _, e := range entries {
		b, err := os.ReadFile(filepath.Join(filepath.Dir(path), e.Name()))
		if err != nil || len(b) != logFileSize {
			t.Fatalf("%s has %d bytes (%v)", e.Name(), len(b), err)
		}
		have = append(have, e.Name()+":"+string(b[:1]))
	}
	want := []string{"dormer.log:7", "dormer.log.1:6", "dormer.log.2:5", "dormer.log.3:4", "dormer.log.4:3", "dormer.log.5:2"}
	if len(have) != len(want) {
		t.Fatalf("there are %q, wanted %q", have, want)
	}
	for i := range want {
		if have[i] != want[i] {
			t.Errorf("there is %s, wanted %s", have[i], want[i])
		}
	}
}
