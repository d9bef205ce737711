package opener

// explorerLine is the command line by which Windows' file manager selects a file. It
// reads its line in its own way, and wants the quotes within the word; no path of
// Windows holds one.
func explorerLine(path string) string { return `explorer.exe /select,"` + path + `"` }
