package words

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"strings"
	"sync"

	"fyne.io/fyne/v2/lang"

	"dormer/assets"
)

// The languages that there are; System is whichever of them the system speaks.
const (
	System  = "system"
	English = "en"
	Spanish = "es"
)

var (
	mu      sync.RWMutex // held for reading while texts are looked up
	current string       // the language in force, "" before the first use
)

// Use says everything from now on in a language: "en", "es", or "system" or ""
// for the system's own, English where that is neither. It is called on the
// window's thread, because Fyne reads its own words there. What has been drawn
// already stays as it is until it is drawn anew.
func Use(language string) error {
	if language == "" || language == System {
		language = OfSystem()
	}
	if language != English && language != Spanish {
		return fmt.Errorf("words: there is no language %q", language)
	}
	all, err := texts(language)
	if err != nil {
		return err
	}
	b, err := json.Marshal(all)
	if err != nil {
		return err
	}
	mu.Lock()
	defer mu.Unlock()
	if err := lang.AddTranslationsForLocale(b, lang.SystemLocale()); err != nil {
		return fmt.Errorf("words: %w", err)
	}
	current = language
	return nil
}

// OfSystem gives the language of the system, English where that is neither.
func OfSystem() string {
	if strings.HasPrefix(lang.SystemLocale().String(), Spanish) {
		return Spanish
	}
	return English
}

// Language gives the language in force, "en" or "es".
func Language() string {
	mu.RLock()
	now := current
	mu.RUnlock()
	if now != "" {
		return now
	}
	if err := Use(English); err != nil {
		panic(err) // the texts are part of the program
	}
	return English
}

// T gives the text of a key. Its holes {{.name}} are filled from name and value
// pairs: T("picker.saved_in", "folder", dir).
func T(key string, holes ...any) string {
	Language()
	mu.RLock()
	defer mu.RUnlock()
	return lang.X(key, key, pairs(holes))
}

// N gives the text of a key that has a form for one and a form for more. {{.n}}
// is n as [Count] says it; other holes are filled as by [T].
func N(key string, n int, holes ...any) string {
	form := ".other"
	if n == 1 {
		form = ".one"
	}
	return T(key+form, append([]any{"n", Count(n)}, holes...)...)
}

func pairs(list []any) map[string]any {
	m := make(map[string]any, len(list)/2)
	for i := 0; i+1 < len(list); i += 2 {
		m[fmt.Sprint(list[i])] = list[i+1]
	}
	return m
}

// texts reads all areas of a language. A text with forms, {"one": …, "other":
// …}, becomes one text for each: Fyne would choose among them by the rules of
// the system's language, and ours may be another.
func texts(language string) (map[string]string, error) {
	files, err := fs.Glob(assets.Translations, "translations/*."+language+".json")
	if err != nil {
		return nil, err
	}
	all := map[string]string{}
	for _, name := range files {
		b, err := assets.Translations.ReadFile(name)
		if err != nil {
			return nil, err
		}
		area, err := read(b)
		if err != nil {
			return nil, fmt.Errorf("words: %s: %w", path.Base(name), err)
		}
		maps.Copy(all, area)
	}
	return all, nil
}

func read(b []byte) (map[string]string, error) {
	var area map[string]any
	if err := json.Unmarshal(b, &area); err != nil {
		return nil, err
	}
	all := make(map[string]string, len(area))
	for key, v := range area {
		switch v := v.(type) {
		case string:
			all[key] = v
		case map[string]any:
			for form, text := range v {
				s, ok := text.(string)
				if !ok || form != "one" && form != "other" {
					return nil, fmt.Errorf("%s has a form %q", key, form)
				}
				all[key+"."+form] = s
			}
		default:
			return nil, fmt.Errorf("%s is no text", key)
		}
	}
	return all, nil
}
