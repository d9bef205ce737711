package house

import (
	"fmt"
	"go/ast"
	"go/token"
	"io/fs"
	"path"
	"strconv"
	"strings"
)

// commonLetters are those above U+00FF that the fonts of Windows, macOS and Linux
// have all had for twenty years: of code page 1252, the arrow and the minus; and what
// stands for a letter that cannot be read.
const commonLetters = "‘’‚“”„•–—…‹›→−\uFFFD"

// commonFonts: what a window shows is made of letters that every font has. Ticks,
// stars, triangles and their like are drawn (app/parts, glyph.go): a font that lacks
// them shows a box.
func commonFonts(house tree) (broken []string) {
	strange := func(s string) (found rune, yes bool) {
		for _, r := range s {
			if r > 0xFF && !strings.ContainsRune(commonLetters, r) {
				return r, true
			}
		}
		return 0, false
	}
	for _, s := range house.sources {
		if s.test || s.dir != "app" && !strings.HasPrefix(s.dir, "app/") && s.dir != "internal/headline" {
			continue
		}
		ast.Inspect(s.File, func(n ast.Node) bool {
			l, ok := n.(*ast.BasicLit)
			if !ok || l.Kind != token.STRING {
				return true
			}
			text, _ := strconv.Unquote(l.Value) // the parser has checked it
			if r, yes := strange(text); yes {
				broken = append(broken, fmt.Sprintf("%s: %q is no letter that every font has", s.at(l), r))
			}
			return true
		})
	}
	for _, p := range house.paths {
		if dir := path.Dir(p); dir != "assets/translations" && dir != "internal/say" || path.Ext(p) != ".json" {
			continue
		}
		text, err := fs.ReadFile(house.files, p)
		if err != nil {
			broken = append(broken, err.Error())
			continue
		}
		for n, line := range strings.Split(string(text), "\n") {
			if r, yes := strange(line); yes {
				broken = append(broken, fmt.Sprintf("%s:%d: %q is no letter that every font has", p, n+1, r))
			}
		}
	}
	return broken
}
