package tunnel

import (
	"errors"
	"regexp"
	"strconv"
	"strings"
	"time"

	"golang.ngrok.com/ngrok/v2"
)

// advice is what an ngrok error code means to somebody who is not a
// programmer, and to us.
type advice struct {
	says, do string
	fatal    bool // a person has to act first; else it is tried again
	// brisk is how long it is tried again at short intervals, because it often
	// passes by itself; while it lasts, soon is said instead of says.
	brisk time.Duration
	soon  string
}

const (
	dashboard  = "https://dashboard.ngrok.com"
	tokenPage  = dashboard + "/get-started/your-authtoken"
	domainPage = dashboard + "/domains"
	keepTrying = "Dormer keeps trying."
	// staleFor covers the time that ngrok holds an address for a computer that
	// went to sleep or lost its network: its heartbeat gives up in less.
	staleFor = 90 * time.Second
)

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
		says: "ngrok has suspended this account.",
		do:   "Sign in at " + dashboard + " to see why, or use another ngrok account.",
	}, 102, 103)
	put(advice{fatal: true,
		says: "ngrok has stopped this account because of an unpaid bill.",
		do:   "Sign in at " + dashboard + " and check the payment.",
	}, 337, 338)
	put(advice{fatal: true,
		says: "The ngrok token is not written as a token should be.",
		do:   "Copy the whole token again from " + tokenPage + ".",
	}, 105)
	put(advice{fatal: true,
		says: "The ngrok token is of an old kind that ngrok no longer takes.",
		do:   "Copy the present token from " + tokenPage + ".",
	}, 106)
	put(advice{fatal: true,
		says: "ngrok does not know this token: it was revoked, or belongs to an account that was deleted.",
		do:   "Copy the present token from " + tokenPage + ".",
	}, 107)
	put(advice{fatal: true,
		says: "There is no ngrok token yet.",
		do:   "Sign up at ngrok, free of charge, and copy the token from " + tokenPage + ".",
	}, 4018)
	put(advice{fatal: true,
		says: "The e-mail address of the ngrok account is not confirmed yet.",
		do:   "Open the mail that ngrok sent, or ask for another at " + dashboard + ".",
	}, 123)
	put(advice{fatal: true,
		says: "The ngrok account does not allow connections from this network.",
		do:   "Check the IP policies at " + dashboard + ".",
	}, 115, 116, 9040)

	// Us.
	put(advice{fatal: true,
		says: "This version of Dormer is too old for ngrok.",
		do:   "Install the newest version of Dormer.",
	}, 119, 120, 121)
	put(advice{fatal: true,
		says: "ngrok does not accept how often Dormer asks for a sign of life.",
		do:   "Install the newest version of Dormer.",
	}, 111, 112)
	put(advice{fatal: true,
		says: "This account may not connect to that ngrok server.",
		do:   "Leave the ngrok server empty in the settings.",
	}, 118, 122, 127)

	// The address.
	put(advice{fatal: true,
		says: "The ngrok plan of this account does not allow an address of one's own choice.",
		do:   "Leave the address empty to get the account's own one, or change the plan at " + dashboard + ".",
	}, 313, 314)
	put(advice{fatal: true,
		says: "The address is not reserved for this ngrok account.",
		do:   "Reserve it at " + domainPage + ", or leave the address empty to get the account's own one.",
	}, 319)
	put(advice{fatal: true,
		says: "The address belongs to another ngrok account.",
		do:   "Check the address and the token, or leave the address empty to get the account's own one.",
	}, 320)
	put(advice{fatal: true,
		says: "ngrok cannot read the address.",
		do:   "Write it as shown at " + domainPage + ", or leave it empty to get the account's own one.",
	}, 326, 327, 328, 329, 347, 9037)

	// What passes, or may.
	put(advice{brisk: staleFor,
		says: "Another computer is using this address.",
		do:   "Quit Dormer or ngrok on the other computer, or use another ngrok account on this one. " + keepTrying,
		soon: "The address is still held by the connection before this one.",
	}, 334)
	put(advice{brisk: staleFor,
		says: "This ngrok account has as many programs connected as its plan allows; the free plan allows three.",
		do:   "Quit Dormer or ngrok on another computer. " + keepTrying,
	}, 108)
	put(advice{
		says: "This ngrok account has connected too often in a short time.",
		do:   keepTrying,
	}, 349)
	put(advice{brisk: staleFor,
		says: "This ngrok account has as many addresses open as its plan allows.",
		do:   "Close one at " + dashboard + "/endpoints. " + keepTrying,
	}, 324, 350)

	// What the public side says in answer to a ping.
	put(advice{
		says: "ngrok says that nothing is connected at this address.",
		do:   "Dormer connects again by itself.",
	}, 3200)
	put(advice{
		says: "ngrok got no proper answer from this computer.",
		do:   "Dormer connects again by itself.",
	}, 3004, 3005, 3006, 3210)
	put(advice{
		says: "ngrok showed its warning page for browsers instead.",
		do:   "Webhooks are not affected by it.",
	}, 6024)
	put(advice{
		says: "This ngrok account has used up its traffic of this month.",
		do:   "Change the plan at " + dashboard + ", or wait for the next month. Until then nothing arrives.",
	}, 725, 727)
	put(advice{
		says: "This address gets more requests a minute than the ngrok plan allows.",
		do:   "Wait a minute.",
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
			says: "ngrok refuses the traffic policy.",
			do:   "Check the account's policies at " + dashboard + ". " + keepTrying,
		}
	}
	return advice{
		says: "ngrok refuses with a code that this version of Dormer does not know.",
		do:   "Read what it means at https://ngrok.com/docs/errors/" + strings.ToLower(code) + ". " + keepTrying,
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
