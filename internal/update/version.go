package update

import (
	"cmp"
	"strconv"
	"strings"
)

// Newer says whether version is newer than the program's own: "1.2.3", or
// "1.2.3-dev" of what was built on the way there, which is older than it. Of a
// program whose version cannot be read nothing is.
func Newer(version, own string) bool {
	of, onTheWay := strings.CutSuffix(own, "-dev")
	if !goodVersion.MatchString(version) || !goodVersion.MatchString(of) {
		return false
	}
	a, b := strings.Split(version, "."), strings.Split(of, ".")
	for i := range a {
		x, _ := strconv.Atoi(a[i]) // digits, and few
		y, _ := strconv.Atoi(b[i])
		if c := cmp.Compare(x, y); c != 0 {
			return c > 0
		}
	}
	return onTheWay
}
