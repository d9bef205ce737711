package opener_test

import (
	"net/url"
	"strings"
	"testing"

	"dormer/internal/opener"
)

func TestOnlyPlainAddressesAreOpened(t *testing.T) {
	for address, ok := range map[string]bool{
		"https://hover.to/3d/1?a=b": true, " http://127.0.0.1:4040/ ": true, "https://user:secret@hover.to/": false, "https:": false, "file:///etc/hosts": false,
		"tel:3175550142": true, "tel:+13175550142": true, "tel:317-555": false, "tel:": false, "tel:*21*5550142#": false, "tel:555;phone-context=x": false, "tel://555": false,
		"mailto:dana@example.com": true, "mailto:o'neil+roof@mail.example.co": true, "mailto:dana@example.com?attach=/etc/passwd": false, "mailto:a@example.com,b@example.com": false,
		"mailto:-x@example.com": false, "mailto:dana": false, "mailto:da%0Ana@example.com": false, "mailto:dana@example.com#x": false, "MAILTO:dana@example.com": true,
		"javascript:alert(1)": false, "--help": false, "": false, "https://hover.to/" + strings.Repeat("a", 2000): false,
	} {
		if got, is := opener.Address(address); is != ok || is && got == "" {
			t.Errorf("%q is %q, %v", address, got, is)
		}
	}
}

func TestPhonesAndMailAsPeopleWriteThem(t *testing.T) {
	for written, want := range map[string]string{
		"(317) 555-0142": "tel:3175550142", "+1 317.555.0142": "tel:+13175550142", "317 555 0142 x12": "tel:3175550142", "555-0142 ext. 9": "tel:5550142", "317/555/0142": "tel:3175550142",
		"": "", "call the office": "", "911": "", "317-555-0142 or 317-555-0143": "", "+1+2 5550142": "", "*21*5550142#": "", "12345678901234567": "", "5550142\n": "tel:5550142",
	} {
		if got := opener.Phone(written); got != want {
			t.Errorf("%q is called by %q, want %q", written, got, want)
		}
	}
	for written, want := range map[string]string{
		" dana@example.com ": "mailto:dana@example.com", "dana@example": "", "Dana <dana@example.com>": "", "dana@example.com?subject=x": "", "": "",
	} {
		if got := opener.Mail(written); got != want {
			t.Errorf("%q is written to by %q, want %q", written, got, want)
		}
	}
}

func TestAHouseIsFoundOnTheMapByItsAddress(t *testing.T) {
	if got := opener.Map(" 1420 Sycamore Lane,\nCarmel & Co #2 "); got != "https://www.google.com/maps/search/?api=1&query=1420+Sycamore+Lane%2C+Carmel+%26+Co+%232" {
		t.Errorf("the map is at %q", got)
	}
	if opener.Map("") != "" || opener.Map(strings.Repeat("x", 400)) != "" {
		t.Error("a map of nothing")
	}
}

// Whatever stands in a job, nothing but a number or one recipient leaves us.
func FuzzAddress(f *testing.F) {
	for _, s := range []string{"(317) 555-0142 x3", "dana@example.com", "tel:+1317", "mailto:a@b.cc?cc=d@e.ff", "https://hover.to/3d/1", "317‑555‑0142"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, made := range []string{opener.Phone(s), opener.Mail(s), opener.Map(s)} {
			if again, ok := opener.Address(made); made != "" && (!ok || again != made) {
				t.Errorf("%q became %q, which is not opened", s, made)
			}
		}
		got, ok := opener.Address(s)
		if !ok {
			return
		}
		u, err := url.Parse(got)
		if err != nil || strings.ContainsAny(got, " \n\r\t\x00") {
			t.Fatalf("%q is opened as %q, %v", s, got, err)
		}
		if u.Scheme == "mailto" && (strings.Count(got, "@") != 1 || strings.ContainsAny(got, "?&,;")) || u.Scheme == "tel" && strings.ContainsAny(got, ";,*#?") {
			t.Errorf("%q is opened as %q", s, got)
		}
	})
}
