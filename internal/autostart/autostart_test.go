package autostart

import (
	"encoding/xml"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	_ "dormer/internal/hermetic"
)

var dormer = Entry{ID: "app.dormer.Dormer", Name: "Dormer", Program: filepath.FromSlash("/opt/Dormer/dormer"), Args: []string{"--hidden"}}

// readDesktop reads a .desktop file as the specification says: first the value's
// escapes, then the quoting of Exec, then its field codes. It is written from the
// specification, not from the code it judges.
func readDesktop(t interface{ Fatalf(string, ...any) }, text string) (keys map[string]string, argv []string) {
	keys = map[string]string{}
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if lines[0] != "[Desktop Entry]" {
		t.Fatalf("it begins with %q", lines[0])
	}
	for _, line := range lines[1:] {
		key, raw, ok := strings.Cut(line, "=")
		if !ok {
			t.Fatalf("a line is %q", line)
		}
		var value strings.Builder
		raw = strings.TrimLeft(raw, " ")
		for i := 0; i < len(raw); i++ {
			if raw[i] != '\\' {
				value.WriteByte(raw[i])
				continue
			}
			i++
			known := map[byte]string{'s': " ", 'n': "\n", 't': "\t", 'r': "\r", '\\': `\`}
			if i == len(raw) || known[raw[i]] == "" {
				t.Fatalf("an escape that there is not: %q", line)
			}
			value.WriteString(known[raw[i]])
		}
		keys[key] = value.String()
	}
	exec := keys["Exec"]
	for exec != "" {
		if exec[0] != '"' {
			t.Fatalf("an argument is not quoted: %q", exec)
		}
		var arg strings.Builder
		i := 1
		for ; exec[i] != '"'; i++ {
			switch c := exec[i]; c {
			case '\\':
				i++
				if !strings.ContainsRune("\"`$\\", rune(exec[i])) {
					t.Fatalf("a needless escape: %q", exec)
				}
			case '`', '$':
				t.Fatalf("%q is not escaped: %q", c, exec)
			case '%':
				i++
				if exec[i] != '%' {
					t.Fatalf("a field code: %q", exec)
				}
			}
			arg.WriteByte(exec[i])
		}
		argv = append(argv, arg.String())
		exec = strings.TrimPrefix(exec[i+1:], " ")
	}
	return keys, argv
}

// hostile draws what a folder may be called.
func hostile() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.SampledFrom([]string{
			"", " ", "a b", `C:\Program Files\x`, `a\`, `a\\"b`, "$(reboot)", "`id`", "%U", "%%", "'", `"; rm -rf ~; "`, "é 屋根", "&<>", "a=b", "#", "~", "*",
		}),
		rapid.StringOfN(rapid.SampledFrom([]rune("aé \\\"$`%&;|<>()*?#~=!'")), 0, 30, -1),
	)
}

func TestADesktopFileStartsExactlyTheProgramWhateverItsFolderIsCalled(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := Entry{
			ID: "app.dormer.Dormer", Name: hostile().Draw(t, "name"), Program: "/" + hostile().Draw(t, "folder") + "/dormer",
			Args: []string{"--hidden", "--data-dir", hostile().Draw(t, "dir")},
		}
		keys, argv := readDesktop(t, desktopFile(e))
		if want := append([]string{e.Program}, e.Args...); !slices.Equal(argv, want) {
			t.Fatalf("it starts %q, want %q", argv, want)
		}
		if keys["Name"] != e.Name || keys["TryExec"] != e.Program || keys["Type"] != "Application" || keys["Terminal"] != "false" {
			t.Fatalf("%q", keys)
		}
	})
}

func TestADesktopFileReadsAsTheSpecificationShows(t *testing.T) {
	e := dormer
	e.Program, e.Args = `/home/pat/50% off $HOME/\dormer`, []string{"--hidden"}
	want := `[Desktop Entry]
Type=Application
Name=Dormer
Exec="/home/pat/50%% off \\$HOME/\\\\dormer" "--hidden"
TryExec=/home/pat/50% off $HOME/\\dormer
Icon=app.dormer.Dormer
Terminal=false
X-GNOME-Autostart-enabled=true
`
	if got := desktopFile(e); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// readCommand splits a command line as Windows does, CommandLineToArgvW in
// Microsoft's words.
func readCommand(line string) (argv []string) {
	program, rest, _ := strings.Cut(line[1:], `"`)
	argv = append(argv, program)
	var arg strings.Builder
	quoted, begun, backslashes := false, false, 0
	flush := func() {
		arg.WriteString(strings.Repeat(`\`, backslashes))
		backslashes = 0
	}
	for _, r := range rest {
		switch {
		case r == '\\':
			backslashes, begun = backslashes+1, true
		case r == '"':
			odd := backslashes%2 == 1
			backslashes /= 2
			flush()
			if begun = true; odd {
				arg.WriteByte('"')
			} else {
				quoted = !quoted
			}
		case r == ' ' && !quoted:
			flush()
			if begun {
				argv = append(argv, arg.String())
			}
			arg.Reset()
			begun = false
		default:
			flush()
			begun = true
			arg.WriteRune(r)
		}
	}
	flush()
	if begun {
		argv = append(argv, arg.String())
	}
	return argv
}

func TestAWindowsCommandStartsExactlyTheProgramWhateverItsFolderIsCalled(t *testing.T) {
	if got := commandLine(Entry{Program: `C:\Program Files\Dormer\dormer.exe`, Args: []string{"--hidden", "--data-dir", `D:\my data\`}}); got != `"C:\Program Files\Dormer\dormer.exe" --hidden --data-dir "D:\my data\\"` {
		t.Errorf("%s", got)
	}
	rapid.Check(t, func(t *rapid.T) {
		e := Entry{
			Program: `C:\` + strings.ReplaceAll(hostile().Draw(t, "folder"), `"`, "") + `\dormer.exe`,
			Args:    []string{"--hidden", hostile().Draw(t, "a"), hostile().Draw(t, "b")},
		}
		if got, want := readCommand(commandLine(e)), append([]string{e.Program}, e.Args...); !slices.Equal(got, want) {
			t.Fatalf("%s starts %q, want %q", commandLine(e), got, want)
		}
	})
}

func TestALaunchAgentStartsExactlyTheProgramWhateverItsFolderIsCalled(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := Entry{ID: "app.dormer.Dormer", Program: "/" + hostile().Draw(t, "folder") + "/dormer", Args: []string{"--hidden", hostile().Draw(t, "a")}}
		var plist struct {
			Dict struct {
				Keys   []string `xml:"key"`
				String []string `xml:"string"`
				Args   []string `xml:"array>string"`
			} `xml:"dict"`
		}
		if err := xml.Unmarshal([]byte(agentFile(e)), &plist); err != nil {
			t.Fatalf("%v:\n%s", err, agentFile(e))
		}
		if want := append([]string{e.Program}, e.Args...); !slices.Equal(plist.Dict.Args, want) || plist.Dict.String[0] != e.ID || !slices.Contains(plist.Dict.Keys, "RunAtLoad") ||
			!strings.Contains(agentFile(e), "<key>SuccessfulExit</key>\n\t\t<false/>") {
			t.Fatalf("it starts %q, want %q", plist.Dict.Args, want)
		}
	})
}

func TestWhatNothingCouldStartIsRefused(t *testing.T) {
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	t.Setenv("HOME", t.TempDir())
	for name, spoil := range map[string]func(*Entry){
		"a relative path":     func(e *Entry) { e.Program = "dormer" },
		"a line break":        func(e *Entry) { e.Program += "\nExec=/bin/false" },
		"one in an argument":  func(e *Entry) { e.Args = []string{"a\nb"} },
		"an id that is a way": func(e *Entry) { e.ID = "../x" },
		"no id":               func(e *Entry) { e.ID = "" },
	} {
		e := dormer
		e.Args = slices.Clone(e.Args)
		spoil(&e)
		if err := e.Set(true); err == nil || !strings.HasPrefix(err.Error(), "autostart: ") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// xdg gives the path of the entry's file in a configuration directory of the
// test's own.
func xdg(t *testing.T) string {
	t.Helper()
	if runtime.GOOS == "windows" || runtime.GOOS == "darwin" {
		t.Skip("this platform keeps it elsewhere")
	}
	dir := filepath.Join(t.TempDir(), "config")
	t.Setenv("XDG_CONFIG_HOME", dir)
	return filepath.Join(dir, "autostart", "app.dormer.Dormer.desktop")
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestItIsThereWhileItIsOnAndGoneAfterwards(t *testing.T) {
	path := xdg(t)
	for range 2 {
		if err := dormer.Set(true); err != nil {
			t.Fatal(err)
		}
	}
	if _, argv := readDesktop(t, read(t, path)); !slices.Equal(argv, []string{dormer.Program, "--hidden"}) {
		t.Errorf("it starts %q", argv)
	}
	if list, err := os.ReadDir(filepath.Dir(path)); err != nil || len(list) != 1 {
		t.Errorf("beside it there is %v, %v", list, err)
	}
	for range 2 {
		if err := dormer.Set(false); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := os.Lstat(path); err == nil {
		t.Error("it is still there")
	}
}

func TestItFollowsAProgramThatMovedUnlessSomebodySwitchedItOff(t *testing.T) {
	path := xdg(t)
	if err := dormer.Follow(); err != nil { // somebody has deleted it: the setting is on
		t.Fatal(err)
	}
	moved := dormer
	moved.Program = "/home/pat/My Programs/dormer"
	if err := moved.Follow(); err != nil {
		t.Fatal(err)
	}
	if _, argv := readDesktop(t, read(t, path)); argv[0] != moved.Program {
		t.Errorf("it starts %q", argv)
	}
	for _, off := range []string{"Hidden=true\n", "X-GNOME-Autostart-enabled = false\n"} {
		if err := os.WriteFile(path, []byte("[Desktop Entry]\n"+off), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := dormer.Follow(); err != nil || !strings.Contains(read(t, path), off) {
			t.Errorf("%v; it says %s", err, read(t, path))
		}
	}
	if err := dormer.Set(true); err != nil || strings.Contains(read(t, path), "Hidden") {
		t.Errorf("switched on here, it stays off: %v", err)
	}
}

func TestADirectoryThatCannotBeWrittenIsSaid(t *testing.T) {
	path := xdg(t)
	if err := os.MkdirAll(filepath.Dir(filepath.Dir(path)), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Dir(path), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := dormer.Set(true); err == nil {
		t.Error("it was written where there is no directory")
	}
}
