// Command bench measures what the product promises of its speed, and says
// whether the promises hold: `make bench` runs it last.
//
// It runs the product as it is wired for people (internal/setup) or as it is
// built for them (idle, window), with a Hover of its own (internal/simulator)
// on loopback. What is compared is measured in turns within the same seconds,
// because only ratios mean something on a machine that does other things too.
package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"runtime/pprof"
	"strings"
	"text/tabwriter"
	"time"
)

// options are the command line's.
type options struct {
	span   time.Duration // of one turn of the ingest
	rounds int           // turns of each
	alone  int           // posts that come alone
	alerts int           // alerts whose time is taken
	storm  int           // events in one burst
	stored int           // events in the log's and the idle program's database
	idle   time.Duration // how long it is watched
	binary string        // that is watched, idle and with its window; "" has them built
}

// parts are the chapters of the report.
var parts = []struct {
	name string
	run  func(*bench)
}{
	{"ingest", ingest},
	{"alert", alerts},
	{"burst", burst},
	{"log", unreadLog},
	{"idle", idle},
	{"window", window},
	{"search", search},
}

func main() {
	var o options
	only := flag.String("run", ".", "`regexp` of the parts: ingest, alert, burst, log, idle, window, search")
	flag.DurationVar(&o.span, "span", 10*time.Second, "how long one turn of the ingest takes")
	flag.IntVar(&o.alone, "alone", 200, "posts that come alone in the ingest")
	flag.IntVar(&o.rounds, "rounds", 5, "turns of each rival in the ingest")
	flag.IntVar(&o.alerts, "alerts", 500, "alerts whose time is taken")
	flag.IntVar(&o.storm, "burst", 1000, "events in the burst")
	flag.IntVar(&o.stored, "stored", 1_000_000, "events in the idle program's database")
	flag.DurationVar(&o.idle, "idle", 30*time.Second, "how long the idle program is watched")
	flag.StringVar(&o.binary, "binary", "",
		"the Dormer that idle and window measure, as out of a package, instead of ones built for it")
	profile := flag.String("cpuprofile", "", "write a CPU profile to this `file`")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	r := &report{}
	err := attempt(func() {
		if o.binary != "" {
			o.binary = must(filepath.EvalSymlinks(must(filepath.Abs(o.binary))))
		}
		wanted := must(regexp.Compile(*only))
		if *profile != "" {
			check(pprof.StartCPUProfile(must(os.Create(*profile))))
			defer pprof.StopCPUProfile()
		}
		for _, p := range parts {
			if !wanted.MatchString(p.name) {
				continue
			}
			fmt.Fprintf(os.Stderr, "%s ...\n", p.name)
			b := &bench{ctx: ctx, options: o, report: r}
			if err := b.play(p.run); err != nil {
				check(fmt.Errorf("%s: %w", p.name, err))
			}
		}
	})
	r.write(os.Stdout)
	if err == nil && r.missed > 0 {
		err = fmt.Errorf("%d aims missed", r.missed)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// report is the table at the end.
type report struct {
	rows   [][]string
	missed int
}

// figure adds what was measured and has no aim.
func (r *report) figure(what string, figure any) {
	r.rows = append(r.rows, []string{what, text(figure), "", ""})
}

// atMost adds what was measured and may be no more than was aimed at, atLeast what may be no less.
func atMost[T cmp.Ordered](r *report, what string, got, aim T) {
	judge(r, what, "<= ", got, aim, got <= aim)
}

func atLeast[T cmp.Ordered](r *report, what string, got, aim T) {
	judge(r, what, ">= ", got, aim, got >= aim)
}

func judge(r *report, what, than string, got, aim any, met bool) {
	verdict := "ok"
	if !met {
		verdict = "MISSED"
		r.missed++
	}
	r.rows = append(r.rows, []string{what, text(got), than + text(aim), verdict})
}

func (r *report) write(w io.Writer) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "\nWHAT\tMEASURED\tAIM\t")
	for _, row := range r.rows {
		fmt.Fprintln(t, strings.Join(row, "\t"))
	}
	_ = t.Flush() // stdout
}

// What figures are beside durations, ratios and counts.
type (
	size    int64
	percent float64 // of one core
	often   float64 // a second
)

// text writes a figure with its unit.
func text(figure any) string {
	switch f := figure.(type) {
	case time.Duration:
		return fmt.Sprintf("%.1f ms", float64(f)/float64(time.Millisecond))
	case size:
		return fmt.Sprintf("%.1f MB", float64(f)/(1<<20))
	case percent:
		return fmt.Sprintf("%.3f %% of a core", float64(f))
	case often:
		return fmt.Sprintf("%.1f a second", float64(f))
	case float64:
		return fmt.Sprintf("%.2f", f)
	}
	return fmt.Sprint(figure)
}
