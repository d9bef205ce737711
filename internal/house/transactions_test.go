package house

import (
	"fmt"
	"go/token"
	"go/types"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/ssa"
)

// bolt is the database's library: what it is given runs within a transaction.
const bolt = "go.etcd.io/bbolt"

// atOnce are the packages of others that a transaction may call: they reckon,
// and wait for nobody.
var atOnce = []string{
	bolt, "bytes", "cmp", "context", "crypto", "encoding", "errors", "fmt", "hash", "io", "iter", "log/slog", "maps", "math", "net/netip", "net/url",
	"path", "path/filepath", "reflect", "regexp", "runtime", "slices", "sort", "strconv", "strings", "sync", "time", "unicode", "unsafe",
	"golang.org/x/text",
}

// waits are what in these packages does wait, or asks the disk.
var waits = regexp.MustCompile(`^(time\.(Sleep|After|Tick|NewTimer|NewTicker)|\(\*sync\.(WaitGroup|Cond)\)\.Wait|` +
	`io/fs\..*|path/filepath\.(Abs|EvalSymlinks|Glob|Walk|WalkDir)|go\.etcd\.io/bbolt\.Open|\(\*go\.etcd\.io/bbolt\.DB\)\..*)$`)

// reckons is what elsewhere does not.
var reckons = regexp.MustCompile(`^(net/http\.ParseTime|\(net/http\.Header\)\..*|\(syscall\.Errno\)\..*)$`)

// storageOf is the room whose own disk a transaction is about. What it calls
// itself is its own; what others let it call is not.
const storageOf = module + "/storage"

// heldUp gives what within a transaction may wait for somebody: every function
// that is handed to the database's library, or runs on the goroutine that writes,
// and all that these call. A transaction that waits for a network folder, a
// keyring or a channel holds up all others, and with them the news.
func heldUp(p program) (broken []string) {
	refuse := func(c *call, at token.Pos, what string) {
		broken = append(broken, fmt.Sprintf("%s: %s within a transaction, by way of\n\t%s", p.at(at), what, p.way(c)))
	}
	look := func(c *call, i ssa.Instruction) bool {
		if home(c.of) == storageOf {
			return true
		}
		if what := waiting(i); what != "" {
			refuse(c, place(i), what)
		}
		if at, ok := i.(ssa.CallInstruction); ok && at.Common().IsInvoke() && len(p.called(c.of, at)) == 0 {
			// Who is called came from elsewhere: its package says what it may be.
			if asked := at.Common().Method; asked.Pkg() != nil && !isAtOnceIn(asked.Pkg().Path(), asked.FullName()) {
				refuse(c, at.Pos(), asked.FullName())
			}
		}
		return true
	}
	enter := func(c *call) bool {
		from := home(c.of)
		switch _, ours := isOurs(from); {
		case from == storageOf && c.from != nil && home(c.from.of) != storageOf && opens(c.of):
			refuse(c.from, c.at, c.of.RelString(nil)+", which waits for the transaction that it is in,")
			return false
		case ours, from == "":
			return true
		case c.from == nil, home(c.from.of) == storageOf, isAtOnce(c.of):
			return false
		}
		refuse(c.from, c.at, c.of.RelString(nil))
		return false
	}
	p.walk(transactions(p), look, enter)
	slices.Sort(broken)
	return slices.Compact(broken)
}

// transactions gives the functions that run within one.
func transactions(p program) (roots []*ssa.Function) {
	for f := range p.functions {
		if f.RelString(nil) == "(*"+storageOf+".Store).write" {
			roots = append(roots, f)
		}
		for _, block := range f.Blocks {
			for _, i := range block.Instrs {
				at, ok := i.(ssa.CallInstruction)
				if !ok {
					continue
				}
				if lib := at.Common().StaticCallee(); lib != nil && home(lib) == bolt {
					for _, argument := range at.Common().Args {
						roots = append(roots, p.behind(argument, 0)...)
					}
				}
			}
		}
	}
	return roots
}

// opens reports whether a function of the storage begins a transaction.
func opens(f *ssa.Function) bool {
	return slices.Contains([]string{"View", "Update", "Append", "Read", "Come", "Backup", "Compact", "Close"}, f.Name()) &&
		strings.HasPrefix(f.RelString(nil), "(*"+storageOf+".Store).")
}

// isAtOnce reports whether a function of others waits for nobody.
func isAtOnce(f *ssa.Function) bool { return isAtOnceIn(home(f), f.RelString(nil)) }

func isAtOnceIn(from, name string) bool {
	if reckons.MatchString(name) {
		return true
	}
	_, ours := isOurs(from)
	return ours || slices.ContainsFunc(atOnce, func(root string) bool { return under(from, root) }) && !waits.MatchString(name)
}

// place gives where an instruction stands, or who uses it if it stands nowhere.
func place(i ssa.Instruction) token.Pos {
	if v, ok := i.(ssa.Value); ok && i.Pos() == token.NoPos {
		for _, use := range *v.Referrers() {
			if use.Pos() != token.NoPos {
				return use.Pos()
			}
		}
	}
	return i.Pos()
}

// waiting says what an instruction does that waits for another goroutine or hands
// out what does: a channel, or something that is open.
func waiting(i ssa.Instruction) string {
	switch i := i.(type) {
	case *ssa.Send:
		return "a channel is written to"
	case *ssa.UnOp:
		if i.Op == token.ARROW {
			return "a channel is read"
		}
	case *ssa.Select:
		if i.Blocking {
			return "a select waits"
		}
	case *ssa.MakeInterface:
		if from := declaredIn(i.X.Type()); from == "os" || from == "net" || under(from, "net/http") {
			return "something open is handed on, a " + i.X.Type().String() + ","
		}
	}
	return ""
}

// declaredIn gives the package of a type, or of what it points to.
func declaredIn(t types.Type) string {
	if pointer, ok := types.Unalias(t).(*types.Pointer); ok {
		t = pointer.Elem()
	}
	if named, ok := types.Unalias(t).(*types.Named); ok && named.Obj().Pkg() != nil {
		return named.Obj().Pkg().Path()
	}
	return ""
}

// TestNothingWaitsWithinATransaction is the rule over the whole program.
func TestNothingWaitsWithinATransaction(t *testing.T) {
	for _, finding := range heldUp(readProgram(t, ".", "./internal/...", "./storage", "./tunnel")) {
		t.Error(finding)
	}
}

// TestWhateverWaitsWithinATransactionIsFound plants one violation of each kind:
// every line of testdata that says "// held up: …" must be found for that, and
// no other.
func TestWhateverWaitsWithinATransactionIsFound(t *testing.T) {
	planted, err := filepath.Glob("testdata/transactions/*/*.go")
	if err != nil || len(planted) == 0 {
		t.Fatal(planted, err)
	}
	patterns := []string{"./storage"}
	want := map[string]string{}
	for _, file := range planted {
		patterns = append(patterns, "./internal/house/"+path.Dir(filepath.ToSlash(file)))
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for line := range strings.Lines(string(text)) {
			n++
			if _, what, ok := strings.Cut(line, "// held up: "); ok {
				want[fmt.Sprintf("internal/house/%s:%d", filepath.ToSlash(file), n)] = strings.TrimSpace(what)
			}
		}
	}
	found := map[string]string{}
	for _, finding := range heldUp(readProgram(t, patterns...)) {
		at, what, _ := strings.Cut(finding, ": ")
		found[at] += what + "\n"
		if want[at] == "" {
			t.Errorf("not planted: %s", finding)
		}
	}
	for at, what := range want {
		if !strings.Contains(found[at], what) {
			t.Errorf("%s: %s was not found, only %q", at, what, found[at])
		}
	}
}
