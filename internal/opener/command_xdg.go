//go:build !windows && !darwin

package opener

// gio hands over and ends; xdg-open, where it knows no desktop, runs the program
// itself and waits for it.
func commands(what string) [][]string {
	return [][]string{{"gio", "open", what}, {"xdg-open", what}}
}
