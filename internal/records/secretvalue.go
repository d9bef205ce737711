package records

import (
	"regexp"
	"strings"

	"dormer/internal/say"
)

// CleanSecret gives a secret as it is meant, wherever it comes from: without the
// blanks, line ends, byte order mark and quotation marks that copying adds, and
// without the command or the variable that ngrok's own page shows around its token.
// One that cannot be a secret all the same is refused; its value is not told.
func CleanSecret(key, value string) (string, error) {
	value = strip(value)
	if key == KeyNgrokToken {
		if m := tokenIn.FindStringSubmatch(value); m != nil {
			value = strip(m[1])
		}
	}
	for _, c := range value {
		if c <= ' ' || c > '~' {
			return "", Usage(say.T("secret.odd", "key", key))
		}
	}
	if len(value) > 4096 {
		return "", Usage(say.T("secret.odd", "key", key))
	}
	return value, nil
}

// tokenIn finds the token in "ngrok config add-authtoken TOKEN", "authtoken: TOKEN"
// and "export NGROK_AUTHTOKEN=TOKEN".
var tokenIn = regexp.MustCompile(`(?is)^[$#>\s]*(?:(?:\./)?ngrok(?:\.exe)?\s+(?:config\s+add-)?authtoken\s+|(?:export\s+|set\s+)?(?:NGROK_)?authtoken\s*[:=]\s*)(\S.*)$`)

// strip takes away what stands around a secret that was copied.
func strip(s string) string {
	const around = "\ufeff\u200b\u00a0 \t\r\n\"'`“”‘’«»"
	return strings.Trim(s, around)
}
