package records_test

import (
	"errors"
	"strings"
	"testing"

	"dormer/internal/records"
)

func TestASecretIsTakenAsItIsMeant(t *testing.T) {
	const token = "2abcDEF_3ghiJKL456"
	for _, given := range []string{
		token, token + "\r\n", "\ufeff" + token, "  " + token + "\u00a0", `"` + token + `"`, "'" + token + "'\r", "“" + token + "”",
		"ngrok config add-authtoken " + token, "$ ngrok config add-authtoken " + token + "\r\n", "ngrok authtoken " + token, "NGROK config  add-authtoken '" + token + "'",
		"authtoken: " + token, "export NGROK_AUTHTOKEN=" + token, `NGROK_AUTHTOKEN="` + token + `"`, ".\\ngrok.exe"[2:] + " config add-authtoken " + token,
	} {
		if got, err := records.CleanSecret(records.KeyNgrokToken, given); err != nil || got != token {
			t.Errorf("%q: %q, %v", given, got, err)
		}
	}
	for given, want := range map[string]string{"\"s3cret\"\r\n": "s3cret", "\ufeffs3cret": "s3cret", "authtoken=x": "authtoken=x", "": ""} {
		if got, err := records.CleanSecret(records.KeyClientSecret, given); err != nil || got != want {
			t.Errorf("%q: %q, %v", given, got, err)
		}
	}
	for _, given := range []string{"two words", "a\rb", "a\x00b", "señal", "ngrok config add-authtoken", "ngrok config add-authtoken a b", strings.Repeat("x", 5000)} {
		got, err := records.CleanSecret(records.KeyNgrokToken, given)
		if !errors.Is(err, records.ErrUsage) || got != "" || strings.Contains(err.Error(), given) {
			t.Errorf("%.40q was taken as %q, %v", given, got, err)
		}
	}
}
