package opener

// The protocol handler opens what the shell would, without cmd.exe and its
// reading of the arguments.
func command(path string) (string, []string) {
	return "rundll32.exe", []string{"url.dll,FileProtocolHandler", path}
}
