package engine_test

import (
	"strings"
)

// wild are names as an attacker, another alphabet or a careless person writes
// them.
var wild = []string{
	"../../x", `..\..\x`, "/etc/passwd", `C:\Windows`, "CON", "con.pdf", "LPT1 ", "nul", "a/b", "A/B", "trailing dots...", "trailing dots", "a\x00b",
	strings.Repeat("long ", 60), strings.Repeat("é", 300), "\u202egnp.exe", "\u200fx\u2066", ".", "..", "~", "-rf", "$(reboot)", "%APPDATA%", "desktop.ini",
	"caf\u00e9", "cafe\u0301", "Straße", "STRASSE", "🏠", "\u200d", "?*<>|\"", "a\nb",
}
