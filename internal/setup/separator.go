package setup

import (
	"cmp"
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/number"
)

// Separator stands between the cells of a table that this person's spreadsheet opens.
func (c Config) Separator() rune { return c.separator }

// separatorOf gives what stands between the cells of a table, as this person's
// spreadsheet wants it: the one that Windows names, else a semicolon where numbers
// have a comma for the decimals, by the locale of the environment.
func separatorOf(getenv func(string) string) rune {
	if s := []rune(systemSeparator()); len(s) == 1 && (s[0] == ',' || s[0] == ';') {
		return s[0]
	}
	locale := cmp.Or(getenv("LC_ALL"), getenv("LC_NUMERIC"), getenv("LANG"))
	locale, _, _ = strings.Cut(locale, ".") // "es_ES.UTF-8"
	locale, _, _ = strings.Cut(locale, "@")
	tag, err := language.Parse(locale)
	if err == nil && strings.Contains(message.NewPrinter(tag).Sprint(number.Decimal(1.5)), ",") {
		return ';'
	}
	return ','
}
