package words

import (
	"math"
	"strconv"
	"strings"
)

// Count gives a whole number with thousands separators: "12,480". Both
// languages write numbers as they are written in North America.
func Count(n int) string { return separated(strconv.Itoa(n)) }

// Figure gives a measurement: whole from 100 on, else with one decimal where it
// has any. "2,418", "31.5", "8".
func Figure(f float64) string {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return "–"
	}
	if math.Abs(f) >= 99.95 {
		return separated(strconv.FormatFloat(f, 'f', 0, 64))
	}
	return strings.TrimSuffix(strconv.FormatFloat(f, 'f', 1, 64), ".0")
}

// Size gives a number of bytes as file managers do: "812 bytes" are "1 KB",
// "482 KB", "1.2 MB".
func Size(bytes int64) string {
	units := []string{"KB", "MB", "GB", "TB"}
	f, unit := float64(max(bytes, 0))/1000, 0
	for f >= 999.5 && unit < len(units)-1 {
		f /= 1000
		unit++
	}
	if unit == 0 {
		return strconv.FormatFloat(math.Ceil(f), 'f', 0, 64) + " " + units[0]
	}
	return Figure(f) + " " + units[unit]
}

// Speed gives how fast a file comes: "1.2 MB/s".
func Speed(bytesPerSecond float64) string {
	return T("times.speed", "size", Size(int64(bytesPerSecond)))
}

// separated puts a comma before every three digits.
func separated(digits string) string {
	sign := ""
	if strings.HasPrefix(digits, "-") {
		sign, digits = "-", digits[1:]
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return sign + digits
}
