package notify

// osascript is the fixed program that shows a notice on macOS. Outside text
// never becomes part of it: it comes as arguments.
const (
	osascriptQuiet = `on run argv
display notification (item 3 of argv) with title (item 2 of argv)
end run`
	osascriptSound = `on run argv
display notification (item 3 of argv) with title (item 2 of argv) sound name "Ping"
end run`
)

// osascriptArguments gives the arguments for /usr/bin/osascript. The first one
// after the program is a fixed word: options end there, so that a title that
// begins with a dash is no option.
func osascriptArguments(n Notice) []string {
	program := osascriptQuiet
	if n.Sound {
		program = osascriptSound
	}
	return []string{"-e", program, "notice", n.Title, n.Body}
}
