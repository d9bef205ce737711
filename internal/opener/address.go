package opener

import (
	"net/url"
	"regexp"
	"strings"
)

// maxAddress bounds an address that is given to another program.
const maxAddress = 2000

var (
	plainPhone = regexp.MustCompile(`^\+?[0-9]{3,15}$`)
	// An address as nearly everybody has one. What else the rules of mail allow could be a part of a command, or of the
	// header of a letter.
	plainMail = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._+'-]{0,63}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,63}$`)
)

// Address gives an address as it may be given to the person's own programs: an http or https address without a password,
// "tel:" with a plain number, "mailto:" with one plain recipient and nothing else. ok is false for any other.
func Address(s string) (address string, ok bool) {
	s = strings.TrimSpace(s)
	u, err := url.Parse(s)
	if err != nil || len(s) > maxAddress {
		return "", false
	}
	switch u.Scheme {
	case "http", "https":
		return u.String(), u.Host != "" && u.User == nil
	case "tel":
		return u.String(), u.String() == "tel:"+u.Opaque && plainPhone.MatchString(u.Opaque)
	case "mailto":
		return u.String(), u.String() == "mailto:"+u.Opaque && plainMail.MatchString(u.Opaque)
	}
	return "", false
}

// Phone gives the address by which a number is called, as people write numbers: "(317) 555-0142", "+1 317.555.0142 x12"
// (the extension is left to the person). "" where it is none.
func Phone(s string) string {
	m := writtenPhone.FindStringSubmatch(strings.TrimSpace(s))
	if m == nil {
		return ""
	}
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, m[2])
	if len(digits) < 7 || len(digits) > 15 {
		return ""
	}
	return "tel:" + m[1] + digits
}

var writtenPhone = regexp.MustCompile(`^(\+?)([0-9 ().\-/\x{00a0}]{7,30}?)\s*(?:(?:x|ext\.?|extension|#)\s*[0-9]{1,6})?$`)

// Mail gives the address by which a letter is written to somebody, "" where it is none.
func Mail(s string) string {
	if s = strings.TrimSpace(s); !plainMail.MatchString(s) {
		return ""
	}
	return "mailto:" + s
}

// Map gives the address of a map with a house in its middle, found by the house's own address; "" where there is none.
func Map(address string) string {
	address = strings.Join(strings.Fields(address), " ")
	if address == "" || len(address) > 300 {
		return ""
	}
	return "https://www.google.com/maps/search/?api=1&query=" + url.QueryEscape(address)
}
