// Command release has the parts of scripts/release that a shell cannot do well:
// the licence texts of everything that is inside a program, and the feed that
// tells running Dormers of a release. Nothing that is shipped imports it.
package main

import (
	"fmt"
	"os"
)

const usage = `usage: release licences PROGRAM...          prints the licence texts of all that is inside the programs
       release feed VERSION HOME FOLDER KEYFILE PUBLIC,PUBLIC
                                            signs what running Dormers are told of the release in a folder
       release zip FILE FOLDER              packs what is in a folder, the same bytes every time
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
		case "feed":
			return feed(args[1:])
		case "zip":
			return pack(args[1], args[2:])
		case "licences":
			return licences(os.Stdout, args[1:])
		}
	}
	return fmt.Errorf("what is to be done?\n%s", usage)
}
