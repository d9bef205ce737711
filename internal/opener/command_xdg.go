//go:build !windows && !darwin

package opener

func command(path string) (string, []string) { return "xdg-open", []string{path} }
