package figures

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
)

// Feet prints a length as Hover's PDF does, to the inch: 118' 9".
func Feet(f float64) string {
	if math.IsNaN(f) || math.Abs(f) > mostLength {
		return "–"
	}
	inches := int(math.Round(math.Abs(f) * 12))
	sign := ""
	if f < 0 && inches > 0 {
		sign = "-"
	}
	return fmt.Sprintf(`%s%s' %d"`, sign, thousands(strconv.Itoa(inches/12)), inches%12)
}

// Decimal prints a number with one decimal and thousands apart: "28.5", "1,204.0".
func Decimal(f float64) string {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return "–"
	}
	whole, rest, _ := strings.Cut(strconv.FormatFloat(f, 'f', 1, 64), ".")
	return thousands(whole) + "." + rest
}

// thousands puts a comma before every three digits.
func thousands(digits string) string {
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// number reads a JSON number, or a text that is one: "2,847", "90.48%", "41 ft", and feet with inches: 118' 9",
// 118 ft 9 1/2 in. What stands beside the number has to be understood: a part of a figure is none.
func number(b json.RawMessage) (float64, bool) {
	s := string(b)
	if strings.HasPrefix(s, `"`) {
		if json.Unmarshal(b, &s) != nil {
			return 0, false
		}
		s = plainMarks.Replace(strings.ToLower(strings.TrimSpace(s)))
		if m := feetAndInches.FindStringSubmatch(s); m != nil && (m[1] != "" || m[5] != "") {
			return feet(m[1], m[2], m[3], m[4])
		}
		m := numberWithUnit.FindStringSubmatch(s)
		if m == nil {
			return 0, false
		}
		s = strings.ReplaceAll(m[1], ",", "")
	}
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil && !math.IsNaN(f) && !math.IsInf(f, 0)
}

// feet adds inches, and a fraction of one, to feet; each may be missing.
func feet(ft, in, over, under string) (float64, bool) {
	all := 0.0
	for _, part := range []struct {
		of string
		is float64
	}{{ft, 1}, {in, 1. / 12}} {
		if part.of == "" {
			continue
		}
		f, err := strconv.ParseFloat(strings.ReplaceAll(part.of, ",", ""), 64)
		if err != nil {
			return 0, false
		}
		all += f * part.is
	}
	if over != "" {
		o, _ := strconv.ParseFloat(over, 64)
		u, _ := strconv.ParseFloat(under, 64)
		if u == 0 {
			return 0, false
		}
		all += o / u / 12
	}
	return *rounded(all, 4), true // an inch has no end in decimals
}

var (
	// plainMarks gives the marks of feet and inches in one way.
	plainMarks = strings.NewReplacer(
		"′", "'", "’", "'", "‘", "'", "″", `"`, "”", `"`, "“", `"`, "''", `"`, "\u00a0", " ",
		"½", " 1/2", "¼", " 1/4", "¾", " 3/4",
	)
	// A figure with thousands apart: 2,847.5.
	plainNumber    = `-?[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?`
	numberWithUnit = regexp.MustCompile(`^(` + plainNumber +
		`)\s*(?:%|'|ft\.?|feet|foot|lf|(?:sq\.?|square)\s*(?:ft\.?|feet|foot)|sqft|sf|ft2|ft²|ft\^2)?$`)
	feetAndInches = regexp.MustCompile(`^(?:([0-9]+(?:,[0-9]{3})*)\s*(?:'|ft\.?|feet|foot)\s*-?\s*)?` +
		`([0-9]+(?:\.[0-9]+)?)(?:[\s-]+([0-9]+)/([0-9]+))?\s*("|in\.?|inch|inches)?$`)
)

// pitchOf reads a pitch: "8/12", "8 / 12", "8:12", or the rise on a foot, 8. "" is none.
func pitchOf(b json.RawMessage) string {
	var s string
	if json.Unmarshal(b, &s) != nil {
		s = string(b)
	}
	m := plainPitch.FindStringSubmatch(strings.TrimSpace(s))
	if m == nil {
		return ""
	}
	rise := m[1]
	if strings.Contains(rise, ".") {
		rise = strings.TrimRight(strings.TrimRight(rise, "0"), ".")
	}
	return rise + "/" + cmp.Or(m[2], "12")
}

var plainPitch = regexp.MustCompile(`^([0-9]{1,2}(?:\.[0-9]{1,2})?)(?:\s*(?:/|:|in)\s*([0-9]{1,2}))?$`)
