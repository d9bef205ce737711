package opener

func command(path string) (string, []string) { return "open", []string{path} }
