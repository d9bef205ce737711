package tunnel

import (
	"errors"
	"regexp"
	"strconv"
	"strings"
	"time"

	"dormer/internal/say"

	"golang.ngrok.com/ngrok/v2"
)

// advice is what an ngrok error code means to somebody who is not a
// programmer, and to us.
type advice struct {
	says, do say.Text
	fatal    bool // a person has to act first; else it is tried again
	trying   bool // that it is tried again is said
	// brisk is how long it is tried again at short intervals, because it often
	// passes by itself; while it lasts, soon is said instead of says.
	brisk time.Duration
	soon  say.Text
}

// staleFor covers the time that ngrok holds an address for a computer that
// went to sleep or lost its network: its heartbeat gives up in less.
const staleFor = 90 * time.Second

// codes are the codes that are answered in our own words
// (https://ngrok.com/docs/errors).
var codes = func() map[int]advice {
	table := map[int]advice{}
	put := func(a advice, numbers ...int) {
		for _, n := range numbers {
			table[n] = a
		}
	}

	// The account.
	put(advice{fatal: true,
		says: say.T("tunnel.suspended"),
		do:   say.T("tunnel.suspended.do"),
	}, 102, 103)
	put(advice{fatal: true,
		says: say.T("tunnel.unpaid"),
		do:   say.T("tunnel.unpaid.do"),
	}, 337, 338)
	put(advice{fatal: true,
		says: say.T("tunnel.token_form"),
		do:   say.T("tunnel.token_form.do"),
	}, 105)
	put(advice{fatal: true,
		says: say.T("tunnel.token_old"),
		do:   say.T("tunnel.token_present.do"),
	}, 106)
	put(advice{fatal: true,
		says: say.T("tunnel.token_unknown"),
		do:   say.T("tunnel.token_present.do"),
	}, 107)
	put(advice{fatal: true,
		says: say.T("tunnel.token_none"),
		do:   say.T("tunnel.token_none.do"),
	}, 4018)
	put(advice{fatal: true,
		says: say.T("tunnel.mail"),
		do:   say.T("tunnel.mail.do"),
	}, 123)
	put(advice{fatal: true,
		says: say.T("tunnel.network"),
		do:   say.T("tunnel.network.do"),
	}, 115, 116, 9040)

	// Us.
	put(advice{fatal: true,
		says: say.T("tunnel.too_old"),
		do:   say.T("tunnel.newest.do"),
	}, 119, 120, 121)
	put(advice{fatal: true,
		says: say.T("tunnel.heartbeat"),
		do:   say.T("tunnel.newest.do"),
	}, 111, 112)
	put(advice{fatal: true,
		says: say.T("tunnel.server_not_allowed"),
		do:   say.T("tunnel.server_not_allowed.do"),
	}, 118, 122, 127)

	// The address.
	put(advice{fatal: true,
		says: say.T("tunnel.no_choice"),
		do:   say.T("tunnel.no_choice.do"),
	}, 313, 314)
	put(advice{fatal: true,
		says: say.T("tunnel.not_reserved"),
		do:   say.T("tunnel.not_reserved.do"),
	}, 319)
	put(advice{fatal: true,
		says: say.T("tunnel.others_address"),
		do:   say.T("tunnel.others_address.do"),
	}, 320)
	put(advice{fatal: true,
		says: say.T("tunnel.address_form"),
		do:   say.T("tunnel.address_form.do"),
	}, 326, 327, 328, 329, 347, 9037)

	// What passes, or may.
	put(advice{brisk: staleFor,
		says: say.T("tunnel.in_use"),
		do:   say.T("token.in_use.do"), trying: true,
		soon: say.T("tunnel.still_held"),
	}, 334)
	put(advice{brisk: staleFor,
		says: say.T("tunnel.too_many"),
		do:   say.T("tunnel.too_many.do"), trying: true,
	}, 108)
	put(advice{
		says:   say.T("tunnel.too_often"),
		trying: true,
	}, 349)
	put(advice{brisk: staleFor,
		says: say.T("tunnel.too_many_addresses"),
		do:   say.T("tunnel.too_many_addresses.do"), trying: true,
	}, 324, 350)

	// What the public side says in answer to a ping.
	put(advice{
		says: say.T("tunnel.nothing_there"),
		do:   say.T("tunnel.connects_again.do"),
	}, 3200)
	put(advice{
		says: say.T("tunnel.no_proper_answer"),
		do:   say.T("tunnel.connects_again.do"),
	}, 3004, 3005, 3006, 3210)
	put(advice{
		says: say.T("tunnel.warning_page"),
		do:   say.T("tunnel.warning_page.do"),
	}, 6024)
	put(advice{
		says: say.T("tunnel.traffic_spent"),
		do:   say.T("tunnel.traffic_spent.do"),
	}, 725, 727)
	put(advice{
		says: say.T("tunnel.too_fast"),
		do:   say.T("tunnel.too_fast.do"),
	}, 734)
	return table
}()

// adviceFor answers for every code, also one that ngrok invented since.
func adviceFor(code string) advice {
	if a, ok := codes[codeNumber(code)]; ok {
		return a
	}
	if isPolicyCode(code) {
		return advice{
			says: say.T("tunnel.policy"),
			do:   say.T("tunnel.policy.do"), trying: true,
		}
	}
	return advice{
		says: say.T("tunnel.unknown_code"),
		do:   say.T("tunnel.unknown_code.do", "code", strings.ToLower(code)), trying: true,
	}
}

var codePattern = regexp.MustCompile(`\bERR_NGROK_(\d{1,5})\b`)

// codeOf finds ngrok's code in an error, or gives "". The SDK says it in three
// ways: as an ngrok.Error, as an unexported error with the code in its text
// (a refused token), or as the bare text (a refused re-bind).
func codeOf(err error) string {
	if err == nil {
		return ""
	}
	var coded ngrok.Error
	if errors.As(err, &coded) {
		if code := codePattern.FindString(coded.Code()); code != "" {
			return code
		}
	}
	return codePattern.FindString(err.Error())
}

func codeNumber(code string) int {
	m := codePattern.FindStringSubmatch(code)
	if m == nil {
		return 0
	}
	n, _ := strconv.Atoi(m[1]) // at most five digits
	return n
}

// isPolicyCode says whether the code is about a traffic policy: 2200 to 2299.
func isPolicyCode(code string) bool { return codeNumber(code)/100 == 22 }
