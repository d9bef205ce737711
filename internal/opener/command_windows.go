package opener

// The protocol handler opens what the shell would, without cmd.exe and its
// reading of the arguments.
func commands(what string) [][]string {
	return [][]string{{"rundll32.exe", "url.dll,FileProtocolHandler", what}}
}
