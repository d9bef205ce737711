package engine_test

import (
	"errors"
	"strings"
	"testing"

	"dormer/internal/engine"
)

func TestASecretIsTakenAsItIsMeant(t *testing.T) {
	const token = "2abcDEF_3ghiJKL456"
	for _, given := range []string{
		token, token + "\r\n", "\ufeff" + token, "  " + token + "\u00a0", `"` + token + `"`, "'" + token + "'\r", "“" + token + "”",
		"ngrok config add-authtoken " + token, "$ ngrok config add-authtoken " + token + "\r\n", "ngrok authtoken " + token, "NGROK config  add-authtoken '" + token + "'",
		"authtoken: " + token, "export NGROK_AUTHTOKEN=" + token, `NGROK_AUTHTOKEN="` + token + `"`, ".\\ngrok.exe"[2:] + " config add-authtoken " + token,
	} {
		if got, err := engine.CleanSecret(engine.KeyNgrokToken, given); err != nil || got != token {
			t.Errorf("%q: %q, %v", given, got, err)
		}
	}
	for given, want := range map[string]string{"\"s3cret\"\r\n": "s3cret", "\ufeffs3cret": "s3cret", "authtoken=x": "authtoken=x", "": ""} {
		if got, err := engine.CleanSecret(engine.KeyClientSecret, given); err != nil || got != want {
			t.Errorf("%q: %q, %v", given, got, err)
		}
	}
	for _, given := range []string{"two words", "a\rb", "a\x00b", "señal", "ngrok config add-authtoken", "ngrok config add-authtoken a b", strings.Repeat("x", 5000)} {
		got, err := engine.CleanSecret(engine.KeyNgrokToken, given)
		if !errors.Is(err, engine.ErrUsage) || got != "" || strings.Contains(err.Error(), given) {
			t.Errorf("%.40q was taken as %q, %v", given, got, err)
		}
	}
}

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
