package notify

import (
	"encoding/xml"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode/utf16"

	"dormer/internal/say"
)

// toast is the part of Windows' toast schema that a notice needs
// (Microsoft's "Toast schema").
type toast struct {
	XMLName        xml.Name      `xml:"toast"`
	ActivationType string        `xml:"activationType,attr"`
	Launch         string        `xml:"launch,attr"`
	Scenario       string        `xml:"scenario,attr,omitempty"`
	Binding        toastBinding  `xml:"visual>binding"`
	Actions        *toastActions `xml:"actions"`
	Audio          toastAudio    `xml:"audio"`
}

type toastBinding struct {
	Template string      `xml:"template,attr"`
	Image    *toastImage `xml:"image"`
	Text     []string    `xml:"text"`
}

type toastImage struct {
	Placement string `xml:"placement,attr"`
	Src       string `xml:"src,attr"`
}

type toastActions struct {
	Action []toastAction `xml:"action"`
}

type toastAction struct {
	ActivationType string `xml:"activationType,attr"`
	Content        string `xml:"content,attr"`
	Arguments      string `xml:"arguments,attr"`
}

type toastAudio struct {
	Src    string `xml:"src,attr,omitempty"`
	Silent bool   `xml:"silent,attr,omitempty"`
}

// toastXML writes a notice in Windows' words. encoding/xml escapes every text
// and attribute of it.
func toastXML(n Notice, icon string) (string, error) {
	t := toast{
		ActivationType: "foreground",
		Binding:        toastBinding{Template: "ToastGeneric", Text: []string{n.Title}},
		Audio:          toastAudio{Silent: true},
	}
	if n.Body != "" {
		t.Binding.Text = append(t.Binding.Text, n.Body)
	}
	if icon != "" {
		t.Binding.Image = &toastImage{Placement: "appLogoOverride", Src: icon}
	}
	if n.Urgent {
		t.Scenario = "reminder" // stays; Windows ignores it where there is no button
	}
	if n.Sound {
		t.Audio = toastAudio{Src: "ms-winsoundevent:Notification.Default"}
	}
	for _, a := range n.Actions {
		args := toastArguments(n.Key, a.Key)
		if a.Key == DefaultAction {
			t.Launch = args
			continue
		}
		if t.Actions == nil {
			t.Actions = &toastActions{}
		}
		t.Actions.Action = append(t.Actions.Action, toastAction{ActivationType: "foreground", Content: a.Label, Arguments: args})
	}
	b, err := xml.Marshal(t)
	return numbered(string(b)), err
}

// numbered writes the characters that Windows counts as two by their numbers: the
// library counts them as one, and would cut off as much of the end.
func numbered(text string) string {
	var b strings.Builder
	for _, r := range text {
		if r > 0xFFFF {
			fmt.Fprintf(&b, "&#x%X;", r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// offs say that notifications are switched off, by Windows' NotificationSetting:
// showing them otherwise would be against what a person wants.
var offs = []error{
	1: say.Because("notice.off.app"), 2: say.Because("notice.off.user"), 3: say.Because("notice.off.policy"),
	4: say.Because("notice.off.app"),
}

// isOff says that an error is one of them.
func isOff(err error) bool {
	return slices.ContainsFunc(offs[1:], func(off error) bool { return errors.Is(err, off) })
}

// switchedOff reads Windows' NotificationSetting of an application; nil where its
// toasts are shown.
func switchedOff(setting int32) error {
	if setting < 0 || int(setting) >= len(offs) {
		return fmt.Errorf("notify: Windows gives %d for whether notifications are on", setting)
	}
	return offs[setting]
}

// toastArguments is what Windows gives back for a click.
func toastArguments(key, action string) string {
	return url.Values{"key": {key}, "action": {action}}.Encode()
}

// parseToastArguments reads it; ok is false for a click on nothing that was
// offered.
func parseToastArguments(s string) (key, action string, ok bool) {
	v, err := url.ParseQuery(s)
	if err != nil || !v.Has("action") {
		return "", "", false
	}
	return v.Get("key"), v.Get("action"), true
}

// inUTF16 gives as much of a text as fits into a field of Windows', its end marked
// and no character torn apart.
func inUTF16(text string, field []uint16) {
	units := utf16.Encode([]rune(text))
	if most := len(field) - 1; len(units) > most {
		units = units[:most-1]
		if last := units[len(units)-1]; 0xD800 <= last && last < 0xDC00 { // half of two
			units = units[:len(units)-1]
		}
		units = append(units, '…')
	}
	clear(field[copy(field, units):])
}

// balloonAction is what a click on a balloon means: it has no buttons, so it is the
// first of them.
func balloonAction(n Notice) string {
	if len(n.Actions) == 0 {
		return ""
	}
	return n.Actions[0].Key
}
