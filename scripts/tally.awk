# Reads `go test -json` and prints what a person wants of it: the usual line of
# each package, everything a failed test said, and why a test was skipped.
# Appends "passed failed skipped" to the file `totals`, and each skip to `skips`.
#
# A quote inside a JSON string is always escaped, so "Key":"value" can only be
# matched where a key stands.

function value(key,    v) {
	if (!match($0, "\"" key "\":\"([^\"\\\\]|\\\\.)*\"")) return ""
	v = substr($0, RSTART, RLENGTH)
	return plain(substr(v, length(key) + 5, length(v) - length(key) - 5))
}

# Undoes JSON's escapes; those beyond ASCII stay as they are.
function plain(s,    out, i, c) {
	out = ""
	while (i = index(s, "\\")) {
		out = out substr(s, 1, i - 1)
		c = substr(s, i + 1, 1)
		s = substr(s, i + 2)
		if (c == "n") out = out "\n"
		else if (c == "t") out = out "\t"
		else if (c == "r") out = out "\r"
		else if (c != "u") out = out c
		else if (substr(s, 1, 2) == "00" && substr(s, 3, 2) in ascii) {
			out = out ascii[substr(s, 3, 2)]
			s = substr(s, 5)
		} else out = out "\\u"
	}
	return out s
}

# Takes the test runner's own marks out of what a test said.
function said(text,    n, i, lines, out) {
	n = split(text, lines, "\n")
	out = ""
	for (i = 1; i <= n; i++)
		if (lines[i] != "" && lines[i] !~ /^=== (RUN|PAUSE|CONT|NAME) /) out = out lines[i] "\n"
	return out
}

BEGIN {
	for (i = 1; i < 128; i++) ascii[sprintf("%02x", i)] = sprintf("%c", i)
	passed = failed = skipped = 0
}

!/^\{"/ { print; next } # the go command itself, on stderr

{
	action = value("Action")
	test = value("Test")
	package = value("Package")
	key = package SUBSEP test
}

action == "build-output" { printf "%s", value("Output") }

action == "output" {
	output = value("Output")
	if (test != "") talk[key] = talk[key] output
	else if (output != "PASS\n") printf "%s", output
}

action == "fail" && test == "" {
	# What a crash kept from ending has not been told yet.
	for (k in talk) {
		split(k, part, SUBSEP)
		if (part[1] == package) { printf "%s", said(talk[k]); delete talk[k] }
	}
	if (!(package in failing)) failed++ # it did not build, or ended badly by itself
}

action == "fail" && test != "" { failed++; failing[package]; printf "%s", said(talk[key]) }

action == "pass" && test != "" { passed++ }

action == "skip" && test != "" {
	skipped++
	reason = said(talk[key])
	gsub(/ *--- SKIP: [^\n]*\n/, "", reason)
	gsub(/[ \n]+/, " ", reason)
	sub(/ $/, "", reason)
	line = "SKIP " package " " test ":" reason
	print line
	print line >> skips
}

test != "" && action ~ /^(pass|fail|skip)$/ { delete talk[key] }

END { print passed, failed, skipped >> totals }
