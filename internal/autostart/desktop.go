package autostart

import "strings"

// desktopFile writes an entry as the Desktop Entry Specification 1.5 and the
// Desktop Application Autostart Specification want it. TryExec has the desktop
// pass over a program that is gone, instead of complaining at every start.
func desktopFile(e Entry) string {
	words := make([]string, 0, len(e.Args)+1)
	for _, w := range append([]string{e.Program}, e.Args...) {
		words = append(words, execWord(w))
	}
	return "[Desktop Entry]\n" +
		"Type=Application\n" +
		"Name=" + stringValue(e.Name) + "\n" +
		"Exec=" + stringValue(strings.Join(words, " ")) + "\n" +
		"TryExec=" + stringValue(e.Program) + "\n" +
		"Icon=" + stringValue(e.ID) + "\n" +
		"Terminal=false\n" +
		"X-GNOME-Autostart-enabled=true\n"
}

// execWord quotes one argument of Exec: always, which the specification allows. A
// percent sign stands for something there, and is doubled.
func execWord(s string) string {
	quoted := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "`", "\\`", `$`, `\$`, `%`, `%%`).Replace(s)
	return `"` + quoted + `"`
}

// stringValue escapes the value of a key, which comes on top of the quoting: a
// backslash in an argument is four in the file.
func stringValue(s string) string {
	s = strings.ReplaceAll(s, `\`, `\\`)
	if strings.HasPrefix(s, " ") { // it would be taken for the space after the equals sign
		s = `\s` + s[1:]
	}
	return s
}

// desktopFileOff says whether somebody has switched an entry off: desktops do it
// by one of two keys.
func desktopFileOff(text string) bool {
	for line := range strings.Lines(text) {
		key, value, _ := strings.Cut(line, "=")
		switch strings.TrimSpace(key) + "=" + strings.ToLower(strings.TrimSpace(value)) {
		case "Hidden=true", "X-GNOME-Autostart-enabled=false":
			return true
		}
	}
	return false
}
