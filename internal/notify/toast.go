package notify

import (
	"encoding/xml"
	"net/url"
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
	return string(b), err
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
