package engine_test

import (
	"strings"
	"testing"

	"dormer/internal/engine"
)

func TestWhereASettingComesFromIsSaid(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.given[engine.KeyListen] = "127.0.0.1:9"
		w.start()
		w.set(engine.KeyRetention, "30")
		all, err := w.e.Settings(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		want := map[string]string{engine.KeyListen: "flag", engine.KeyRetention: "setting", engine.KeyTheme: "default", engine.KeyClientID: "setting", engine.KeyActingUser: "default"}
		for _, s := range all {
			if from, ok := want[s.Key]; ok && s.From != from {
				t.Errorf("%s comes from %q, want %q", s.Key, s.From, from)
			}
		}
	})
}

func TestAPublicAddressWithAPathIsRefusedWithItsReason(t *testing.T) {
	for _, v := range []string{"https://example.com/dormer", "example.com/dormer/", "https://example.com/?x=1", "https://example.com/#x"} {
		if err := engine.CheckSetting(engine.KeyPublicURL, v); err == nil || !strings.Contains(err.Error(), "after the host name") {
			t.Errorf("%s: %v", v, err)
		}
	}
	for _, v := range []string{"https://example.com", "https://example.com/", "dormer.example.com", "http://127.0.0.1:8465"} {
		if err := engine.CheckSetting(engine.KeyPublicURL, v); err != nil {
			t.Errorf("%s: %v", v, err)
		}
	}
}
