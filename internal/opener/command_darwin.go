package opener

func commands(what string) [][]string { return [][]string{{"open", what}} }
