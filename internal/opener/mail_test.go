package opener

import (
	"net/mail"
	"net/url"
	"strings"
	"testing"

	_ "dormer/internal/hermetic"
)

func TestALettersAddressIsReadBackAsItWasMeant(t *testing.T) {
	l := Letter{To: "crew+roof@example.com", Subject: "1420 Sycamore & Lane?", Body: "House: 28.5 squares\nSeñor #1, 100% = +"}
	address := mailto(l)
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	to, err := url.PathUnescape(u.Opaque)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := mail.ParseAddress(to); err != nil || to != l.To {
		t.Errorf("to %q: %v", to, err)
	}
	if strings.Contains(u.RawQuery, "+") {
		t.Errorf("a blank must not be a plus: %s", address)
	}
	if q := u.Query(); q.Get("subject") != l.Subject || q.Get("body") != strings.ReplaceAll(l.Body, "\n", "\r\n") {
		t.Errorf("read back %q, %q", q.Get("subject"), q.Get("body"))
	}
}

func FuzzALettersAddressIsShortAndOneWord(f *testing.F) {
	f.Add("a@b.com", "subject", "one\ntwo")
	f.Add("", strings.Repeat("ü", 3000), strings.Repeat("line of figures\n", 500))
	f.Add("?cc=x@y.z&body=no", "\r\nBcc: x", "&attach=/etc/passwd")
	f.Fuzz(func(t *testing.T, to, subject, body string) {
		if len(to) > 254 { // no address is longer
			return
		}
		address := mailto(Letter{To: to, Subject: subject, Body: body})
		if len(address) > 3*254+maxMailto+800 {
			t.Errorf("%d characters", len(address))
		}
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		for name := range u.Query() {
			if name != "subject" && name != "body" {
				t.Errorf("%q says %q", address, name)
			}
		}
		if strings.ContainsAny(address, " \r\n\"'<>") && !strings.ContainsAny(to, "'") {
			t.Errorf("%q is not one word", address)
		}
	})
}

func TestExplorerIsGivenAPathInItsOwnWay(t *testing.T) {
	const path = `C:\Users\dana\OneDrive - Whitfield, LLC\1420 Sycamore Lane (71)\House measurements.pdf`
	if got, want := explorerLine(path), `explorer.exe /select,"`+path+`"`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
