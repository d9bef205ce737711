package house

import (
	"fmt"
	"slices"
	"strings"
)

// forTests is the floor of what only tests may import. It is the topmost: it
// sees everything, and nothing that is shipped sees it.
const forTests = 100

// floors is the plan of the house: every room and the floor that it is on. A
// package below a room's directory belongs to the room, unless it is listed or
// named after what it tests, as edgetest is: that is for tests.
var floors = map[string]float64{
	".":                     5,
	"app":                   4,
	"internal/cli":          4,
	"internal/tray":         4,
	"internal/setup":        3,
	"internal/control":      3,
	"internal/window":       2.5,
	"internal/headline":     2.5, // in a word or two how it is, for the window and the tray
	"internal/engine":       2,
	"internal/words":        2.25,
	"internal/health":       1.75, // how it is: lamps, doctor, diagnostics
	"internal/gallery":      1.5,  // what can be fetched of Hover again
	"internal/reach":        1.5,  // the way in
	"internal/signin":       1.5,  // who signs in, and the way back from Hover
	"internal/tell":         1.5,  // alerts and notifications
	"internal/records":      1.25, // what a data directory holds
	"internal/paperwork":    1.1,  // material lists, checklists and other papers of a job
	"internal/inbox":        1,
	"internal/subscription": 1,
	"internal/fetch":        1,
	"internal/notify":       1,
	"internal/autostart":    1,
	"internal/doctor":       1,
	"internal/opener":       1,
	"internal/update":       1,
	"internal/simulator":    1,
	"storage":               1,
	"internal/hoverapi":     1,
	"internal/figures":      0, // what a contractor orders by
	"internal/roof":         0, // the shape of a roof, to be drawn
	"internal/job":          0,
	"internal/crash":        0,
	"internal/sheet":        -1, // tables for spreadsheets
	"internal/netfault":     -1, // why the network fails, for all who use it
	"internal/whole":        -1, // files whole or absent
	"internal/say":          -2, // words, for all the others
	"internal/version":      -2, // which Dormer this is
	"internal/hover":        0,
	"internal/secret":       0,
	"tunnel":                0,
	"assets":                0,

	"internal/e2e":                 forTests,
	"internal/bench":               forTests, // run by make bench
	"internal/hermetic":            forTests,
	"internal/stopwatch":           forTests,
	"internal/house":               forTests,
	"internal/release":             forTests, // run by scripts/release
	"internal/simulator/samplegen": forTests, // run by hand when the samples change
}

// beside lists the imports within a floor that the plan allows.
var beside = map[string]string{
	"internal/figures": "internal/hover",
	"internal/job":     "internal/hover",
	"internal/control": "internal/setup",
}

// drawn is all that the desktop may know: it draws what the engine says.
var drawn = []string{"internal/engine", "internal/window", "internal/headline", "internal/words", "internal/crash", "internal/figures", "internal/roof", "internal/job", "internal/hover", "internal/say", "assets"}

// forTestsOnly are modules and standard packages that shipped code must not
// carry, with what is below them.
var forTestsOnly = []string{
	"testing",
	"net/http/httptest",
	"fyne.io/fyne/v2/test",
	"github.com/rogpeppe/go-internal",
	"github.com/xuri/excelize/v2", // 4 MB: internal/sheet writes what is needed
	"go.uber.org/goleak",
	"golang.org/x/tools",
	"golang.ngrok.com/muxado/v2", // the far end of the tunnel; the SDK brings the near one
	"pgregory.net/rapid",
}

// under reports whether an import path or directory is root or below it.
func under(p, root string) bool { return p == root || strings.HasPrefix(p, root+"/") }

// A room is a directory of the plan and the floor that it is on.
type room struct {
	dir   string
	floor float64
}

// roomOf gives the room that a directory belongs to, or false.
func roomOf(dir string) (room, bool) {
	best := room{}
	for known, floor := range floors {
		if under(dir, known) && len(known) > len(best.dir) {
			best = room{known, floor}
		}
	}
	if best.dir != "" && strings.HasSuffix(dir, "test") {
		return room{dir, forTests}, true
	}
	return best, best.dir != ""
}

// imports is the law of the house: arrows point downwards. Tests may also look
// at rooms of their own floor and at what is there for tests; so may that itself.
func imports(house tree) (broken []string) {
	unknown := map[string]bool{}
	for _, s := range house.sources {
		from, ok := roomOf(s.dir)
		if !ok {
			if !unknown[s.dir] {
				unknown[s.dir] = true
				broken = append(broken, fmt.Sprintf("%s: %s is on no floor: add it to the table in internal/house/floors_test.go", s.at(s.Name), s.dir))
			}
			continue
		}
		for _, i := range s.imported() {
			dir, ours := isOurs(i.path)
			if !ours {
				continue
			}
			to, ok := roomOf(dir)
			switch {
			case !ok:
				broken = append(broken, fmt.Sprintf("%s: imports %s, which is on no floor", i.at, dir))
			case to.dir == from.dir, to.floor < from.floor && (from.dir != "app" || s.test), beside[from.dir] == to.dir:
			case s.test && (to.floor == from.floor || to.floor == forTests), from.floor == forTests:
			case to.floor == forTests:
				broken = append(broken, fmt.Sprintf("%s: %s (floor %v) imports %s, which is for tests", i.at, from.dir, from.floor, to.dir))
			case to.floor >= from.floor:
				broken = append(broken, fmt.Sprintf("%s: %s (floor %v) imports %s (floor %v)", i.at, from.dir, from.floor, to.dir, to.floor))
			case !slices.Contains(drawn, to.dir):
				broken = append(broken, fmt.Sprintf("%s: app may not import %s: it draws what the engine says", i.at, to.dir))
			}
		}
	}
	return broken
}

// lighter are the parts of Fyne that need no display and no cgo, by the room that
// stands on them.
var lighter = map[string]string{"internal/tray": "fyne.io/systray", "internal/words": "fyne.io/fyne/v2/lang"}

// fyneUnderApp keeps the rest of the house, and so the process that lives all day,
// free of Fyne's driver, of cgo and of a display, but for the bare Fyne app that the
// window is measured beside.
func fyneUnderApp(house tree) (broken []string) {
	for _, s := range house.sources {
		for _, i := range s.imported() {
			if under(i.path, "fyne.io") && !under(s.dir, "app") && s.dir != "internal/bench/bare" && lighter[s.dir] != i.path {
				broken = append(broken, fmt.Sprintf("%s: imports %s outside app", i.at, i.path))
			}
		}
	}
	return broken
}

// noTestCode keeps what is for tests out of the shipped program.
func noTestCode(house tree) (broken []string) {
	for _, s := range house.sources {
		if from, _ := roomOf(s.dir); s.test || from.floor == forTests {
			continue
		}
		for _, i := range s.imported() {
			if slices.ContainsFunc(forTestsOnly, func(root string) bool { return under(i.path, root) }) {
				broken = append(broken, fmt.Sprintf("%s: imports %s, which is for tests", i.at, i.path))
			}
		}
	}
	return broken
}
