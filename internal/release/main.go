// Command release has the parts of scripts/release that a shell cannot do well:
// the licence texts of everything that is inside a program, and the feed that
// tells running Dormers of a release. Nothing that is shipped imports it.
package main

import (
	"fmt"
	"os"
)

const usage = `usage: release licences PROGRAM...          prints the licence texts of all that is inside the programs
`

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintf(os.Stderr, "release: %v\n", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) >= 2 {
		switch args[0] {
		case "licences":
			return licences(os.Stdout, args[1:])
		}
	}
	return fmt.Errorf("what is to be done?\n%s", usage)
}
