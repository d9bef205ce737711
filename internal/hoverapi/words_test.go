package hoverapi

import (
	"errors"
	"testing"

	"dormer/internal/say"
)

// TestWhatHoverRefusesIsSaidInBothLanguages: an error is told in the reader's
// language, Hover's own words as they are, and no proxy's password.
func TestWhatHoverRefusesIsSaidInBothLanguages(t *testing.T) {
	err := &Error{
		Op: "register the webhook", Kind: Invalid, Status: 422, Says: "url: Complete",
		Err: errors.New("proxy http://ann:secret@proxy.example: no"),
	}
	for want, r := range map[string]say.Reader{
		"register the webhook: invalid (HTTP 422): url: Complete: proxy http://proxy.example: no":               say.Terminal,
		"registrar el envío de noticias: no aceptado (HTTP 422): url: Complete: proxy http://proxy.example: no": {Language: say.Spanish, Window: true},
	} {
		if got := say.Of(err).For(r); got != want {
			t.Errorf("it is told as\n%q, not\n%q", got, want)
		}
	}
	if err.Error() != err.Text().String() {
		t.Errorf("the log has %q", err.Error())
	}
}
