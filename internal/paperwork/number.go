package paperwork

import (
	"strconv"
	"strings"
)

// Decimal prints a number as it is, with its thousands apart: "1,204", "28.5".
func Decimal(n float64) string {
	whole, rest, point := strings.Cut(strconv.FormatFloat(n, 'f', -1, 64), ".")
	sign := ""
	if digits, negative := strings.CutPrefix(whole, "-"); negative {
		whole, sign = digits, "-"
	}
	if point {
		rest = "." + rest
	}
	return sign + thousands(whole) + rest
}

func thousands(digits string) string {
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}
