package autostart

import (
	"encoding/xml"
	"strings"
)

// agentFile writes an entry as a launch agent (man launchd.plist). It starts with
// the user's session, and again where it has crashed, a minute later at the
// earliest: whoever quits the program has quit it.
func agentFile(e Entry) string {
	var args strings.Builder
	for _, a := range append([]string{e.Program}, e.Args...) {
		args.WriteString("\t\t<string>" + escaped(a) + "</string>\n")
	}
	return xml.Header +
		`<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">` + "\n" +
		"<plist version=\"1.0\">\n<dict>\n" +
		"\t<key>Label</key>\n\t<string>" + escaped(e.ID) + "</string>\n" +
		"\t<key>ProgramArguments</key>\n\t<array>\n" + args.String() + "\t</array>\n" +
		"\t<key>RunAtLoad</key>\n\t<true/>\n" +
		"\t<key>KeepAlive</key>\n\t<dict>\n\t\t<key>SuccessfulExit</key>\n\t\t<false/>\n\t</dict>\n" +
		"\t<key>ThrottleInterval</key>\n\t<integer>60</integer>\n" +
		"\t<key>LimitLoadToSessionType</key>\n\t<string>Aqua</string>\n" +
		"\t<key>ProcessType</key>\n\t<string>Interactive</string>\n" +
		"</dict>\n</plist>\n"
}

func escaped(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // into memory cannot fail
	return b.String()
}
