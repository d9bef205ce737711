package autostart

import "strings"

// CommandLine gives the line by which Windows starts the program.
func (e Entry) CommandLine() string { return commandLine(e) }

// commandLine writes a program and its arguments as Windows programs read them
// (Microsoft's "Parsing C command-line arguments"). The program is always quoted:
// where a space is in its path, Windows would try what is before it.
func commandLine(e Entry) string {
	line := `"` + e.Program + `"` // no path holds a quotation mark on Windows
	for _, a := range e.Args {
		line += " " + argument(a)
	}
	return line
}

func argument(s string) string {
	if s != "" && !strings.ContainsAny(s, " \"") {
		return s
	}
	var b strings.Builder
	b.WriteByte('"')
	backslashes := 0
	for _, r := range s {
		switch r {
		case '\\':
			backslashes++
		case '"': // those before a quotation mark count double, and it needs one more
			b.WriteString(strings.Repeat(`\`, backslashes+1))
			backslashes = 0
		default:
			backslashes = 0
		}
		b.WriteRune(r)
	}
	b.WriteString(strings.Repeat(`\`, backslashes))
	b.WriteByte('"')
	return b.String()
}
