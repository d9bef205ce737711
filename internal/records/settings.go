package records

import (
	"context"
	"errors"
	"maps"
	"net"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"dormer/internal/fetch"
	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/internal/say"
	"dormer/internal/subscription"
	"dormer/storage"
)

// setting describes one setting: what a person may set it to.
type setting struct {
	key    string
	help   string
	preset string // the default
	secret bool
	check  func(string) error // nil: any text
}

// settings are all there is to set, in the order in which they are listed.
var settings = []setting{
	{key: KeyNgrokToken, help: "ngrok's authtoken (dashboard.ngrok.com, Your Authtoken)", secret: true},
	{key: KeyClientID, help: "client id of the Hover integration (Hover, Settings, Developer)", secret: true},
	{key: KeyClientSecret, help: "client secret of the Hover integration", secret: true},
	{key: KeyActingUser, help: "id of the Hover user in whose name Dormer asks; empty: the account's first admin",
		check: idText},
	{key: KeyAlertsWhose, help: "whose jobs are told: everyone or mine", preset: "everyone", check: oneOf("everyone", "mine")},
	{key: KeyAlertsKinds, help: "what is told by notification: all, none, or a list of " + alertKindNames() +
		" (estimate is material lists too, proposal signatures); the rest is in the in-app inbox alone and is not summed up later",
		preset: "all", check: kinds},
	{key: KeyAlertsFiles, help: "formats that are fetched and told of by a notification of their own once they are saved, such as esx,xml; or none", preset: "none", check: formats},
	{key: KeyAlertsSound, help: "notifications make a sound: true or false", preset: "true", check: oneOf("true", "false")},
	{key: KeyPrefetch, help: "formats fetched before the alert, such as pdf,xlsx; or none", preset: "pdf", check: formats},
	{key: KeyDownloadDir, help: "folder for the measurement files", check: absolute},
	{key: KeyFolderNames, help: "what the folders of jobs are named by: address, name or reference; and always by the job's id", preset: string(fetch.ByAddress), check: oneOf(string(fetch.ByAddress), string(fetch.ByName), string(fetch.ByReference))},
	{key: KeyCopyTo, help: "second folder that saved files are copied to, such as one that OneDrive, Drive or Dropbox keeps; empty: none", check: absolute},
	{key: KeyCopyName, help: "what the copies are named by: words in braces (address, street, city, name, customer, reference, number, structure, file, date) and one / for a folder", preset: fetch.CopyPattern, check: fetch.CheckCopyPattern},
	{key: KeyCopyFormats, help: "formats that are copied, such as pdf,xlsx", preset: "pdf", check: formats},
	{key: KeyFormats, help: "formats that were chosen last for a download, such as pdf,xlsx", preset: "pdf", check: formats},
	{key: KeyQuietHours, help: "no notifications between these times, such as 20:00-07:00; empty: always", check: hours},
	{key: KeyQuietFailure, help: "failures are told in quiet hours too: true or false", preset: "false",
		check: oneOf("true", "false")},
	{key: KeyPausedUntil, help: "no notifications until this time (RFC 3339), or forever; empty: not paused", check: pause},
	{key: KeyTunnel, help: "how Hover reaches this computer: ngrok or own", preset: "ngrok", check: oneOf("ngrok", "own")},
	{key: KeyPublicURL, help: "own: the https address that reaches --listen; ngrok: a reserved domain", check: noPath},
	{key: KeyListen, help: "own: the address to listen on", preset: "127.0.0.1:8465", check: address},
	{key: KeyRedirectURL, help: "redirect address of the sign-in; empty: the tunnel's /oauth/callback", check: PublicURL},
	{key: KeyRetention, help: "days for which events are kept (jobs are kept for ever)", preset: "400", check: days},
	{key: KeyAutostart, help: "start with the computer, hidden: true or false", preset: "false",
		check: oneOf("true", "false")},
	{key: KeyUpdates, help: "ask Dormer's maintainers once a day whether there is a newer Dormer: true or false",
		preset: "false", check: oneOf("true", "false")},
	{key: KeyTheme, help: "colors of the window: system, light or dark", preset: "system",
		check: oneOf("system", "light", "dark")},
	{key: KeyTextSize, help: "how large text is in the window, in percent, as far as the screen has room: " +
		strings.Join(TextSizes(), ", "), preset: "100", check: oneOf(TextSizes()...)},
	{key: KeyLanguage, help: "language of the window and the notifications: system, en or es", preset: "system",
		check: oneOf("system", "en", "es")},
}

// SecretKeys lists the settings that are secrets.
func SecretKeys() (keys []string) {
	for _, s := range settings {
		if s.secret {
			keys = append(keys, s.key)
		}
	}
	return keys
}

func settingOf(key string) (setting, error) {
	for _, s := range settings {
		if s.key == key {
			return s, nil
		}
	}
	return setting{}, Usage(say.T("usage.config.unknown", "key", key))
}

// Value gives a setting as it is in force: a flag or environment variable of
// this run wins over what is saved, that over the default. A secret that is
// not there is "".
func (r *Records) Value(key string) string {
	s, err := settingOf(key)
	if err != nil {
		return ""
	}
	if s.secret {
		return r.secret(key)
	}
	if v := r.given[key]; v != "" {
		return v
	}
	saved := ""
	_ = r.Read(func(tx *storage.Tx) error {
		saved, _ = tx.Setting(key)
		return nil
	})
	if saved != "" {
		return saved
	}
	if v := r.presets[key]; v != "" {
		return v
	}
	return s.preset
}

// Settings lists every setting with the value that is in force.
func (r *Records) Settings(context.Context) ([]Setting, error) {
	list := make([]Setting, 0, len(settings))
	for _, s := range settings {
		v := r.Value(s.key)
		if s.secret && v != "" {
			v = "(set)"
		}
		list = append(list, Setting{
			Key: s.key, Value: v, Help: s.help, Secret: s.secret, Fixed: r.given[s.key] != "", From: r.from(s),
		})
	}
	return list, nil
}

// from says where a setting's value in force comes from: the name of a flag or of a
// variable of the environment, "setting" where it is saved, "default" else.
func (r *Records) from(s setting) string {
	if by := r.givenBy[s.key]; by != "" {
		return by
	}
	if s.secret {
		if r.secret(s.key) == "" {
			return "default"
		}
		return "setting"
	}
	if r.given[s.key] != "" {
		return "flag"
	}
	saved := ""
	_ = r.Read(func(tx *storage.Tx) error {
		saved, _ = tx.Setting(s.key)
		return nil
	})
	if saved != "" {
		return "setting"
	}
	return "default"
}

// Set checks settings and saves them: all, or none.
func (r *Records) Set(ctx context.Context, values Values) error {
	saved, secrets := Values{}, Values{}
	for _, key := range slices.Sorted(maps.Keys(values)) {
		s, err := settingOf(key)
		if err != nil {
			return err
		}
		value, err := s.clean(values[key])
		if err != nil {
			return err
		}
		if s.secret {
			secrets[key] = value
		} else {
			saved[key] = value
		}
	}
	return r.withSecrets(ctx, secrets, func() error {
		if on, ok := saved[KeyAutostart]; ok {
			if err := r.startsWithTheComputer(on == "true"); err != nil {
				return err
			}
		}
		if len(saved) == 0 {
			return nil
		}
		return r.store.Update(ctx, func(tx *storage.Tx) error {
			for key, value := range saved {
				put := func() error { return tx.PutSetting(key, value) }
				if value == "" {
					put = func() error { return tx.DeleteSetting(key) }
				}
				if err := put(); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

// clean gives a value as it is saved.
func (s setting) clean(value string) (_ string, err error) {
	if s.secret {
		if value, err = CleanSecret(s.key, value); err != nil {
			return "", err
		}
	}
	value = strings.TrimSpace(value)
	if len(value) > 4096 || strings.ContainsFunc(value, func(c rune) bool { return c < ' ' || c == 0x7f }) {
		return "", Usage(say.T("setting.single_line", "key", s.key))
	}
	if value != "" && s.check != nil {
		if err := s.check(value); err != nil {
			return "", Usage(say.T("error.what_why", "what", s.key, "why", err))
		}
	}
	return value, nil
}

// startsWithTheComputer puts the setting of that name into force.
func (r *Records) startsWithTheComputer(on bool) error {
	if r.start == nil {
		return nil
	}
	err := r.start(on)
	if _, said := errors.AsType[*say.Error](err); err == nil || said {
		return err
	}
	e := &say.Error{What: say.T("autostart.not_set"), Err: err, Do: say.T("autostart.not_set.do")}
	if !on {
		e.What = say.T("autostart.still")
	}
	return e
}

func oneOf(words ...string) func(string) error {
	return func(v string) error {
		if slices.Contains(words, v) {
			return nil
		}
		return say.Because("setting.one_of", "value", v, "list", strings.Join(words, ", "))
	}
}

func idText(v string) error {
	if len(v) > 128 || strings.ContainsAny(v, " /?#") {
		return say.Because("setting.id", "value", v)
	}
	return nil
}

func formats(v string) error {
	_, err := ParseFormats(v)
	return err
}

// ParseFormats reads a list of formats such as "pdf,xlsx"; "none" is an empty
// list.
func ParseFormats(v string) ([]hover.Format, error) {
	if v == "none" {
		return nil, nil
	}
	var list []hover.Format
	for word := range strings.SplitSeq(v, ",") {
		f, ok := hover.ParseFormat(word)
		if !ok {
			return nil, say.Because("setting.format", "value", strings.TrimSpace(word), "list", formatNames())
		}
		if !slices.Contains(list, f) {
			list = append(list, f)
		}
	}
	return list, nil
}

func formatNames() string {
	var names []string
	for _, f := range hover.Formats() {
		names = append(names, string(f))
	}
	return strings.Join(names, ", ")
}

// AlertKinds lists what can be told by notification.
func AlertKinds() (kinds []job.Outcome) {
	for _, k := range job.Kinds() {
		kinds = append(kinds, k.Outcome)
	}
	return kinds
}

// ParseAlertKinds reads a list of kinds such as "completed,failed"; "all" are
// all there are, "none" is an empty list.
func ParseAlertKinds(v string) ([]job.Outcome, error) {
	switch v {
	case "all":
		return AlertKinds(), nil
	case "none":
		return nil, nil
	}
	var list []job.Outcome
	for word := range strings.SplitSeq(v, ",") {
		kind := job.Outcome(strings.TrimSpace(word))
		if !slices.Contains(AlertKinds(), kind) {
			return nil, say.Because("setting.kind", "value", kind, "list", alertKindNames())
		}
		if !slices.Contains(list, kind) {
			list = append(list, kind)
		}
	}
	return list, nil
}

func alertKindNames() string {
	var names []string
	for _, k := range AlertKinds() {
		names = append(names, string(k))
	}
	return strings.Join(names, ", ")
}

func kinds(v string) error {
	_, err := ParseAlertKinds(v)
	return err
}

func absolute(v string) error {
	if !filepath.IsAbs(v) {
		return say.Because("setting.path", "value", v)
	}
	return nil
}

// PublicURL checks an address that Hover is told: https, or http on this
// computer.
func PublicURL(v string) error {
	if !strings.Contains(v, "://") {
		v = "https://" + v
	}
	u, err := url.Parse(v)
	if err != nil || u.Host == "" || u.User != nil {
		return say.Because("setting.web", "value", v)
	}
	if u.Scheme == "https" || u.Scheme == "http" && Loopback(u.Hostname()) {
		return nil
	}
	return say.Because("setting.https", "value", v)
}

// Loopback says whether a host name means this computer itself.
func Loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func address(v string) error {
	if _, _, err := net.SplitHostPort(v); err != nil {
		return say.Because("setting.address", "value", v)
	}
	return nil
}

func days(v string) error {
	if n, err := strconv.Atoi(v); err != nil || n < 1 || n > 36500 {
		return say.Because("setting.days", "value", v)
	}
	return nil
}

func pause(v string) error {
	if v == "forever" {
		return nil
	}
	if _, err := time.Parse(time.RFC3339, v); err != nil {
		return say.Because("setting.time", "value", v)
	}
	return nil
}

func hours(v string) error {
	_, _, err := ParseHours(v)
	return err
}

// ParseHours reads "20:00-07:00" as minutes after midnight.
func ParseHours(v string) (from, to int, err error) {
	a, b, ok := strings.Cut(v, "-")
	if ok {
		var t, u time.Time
		if t, err = time.Parse("15:04", strings.TrimSpace(a)); err == nil {
			if u, err = time.Parse("15:04", strings.TrimSpace(b)); err == nil {
				return t.Hour()*60 + t.Minute(), u.Hour()*60 + u.Minute(), nil
			}
		}
	}
	return 0, 0, say.Because("setting.hours", "value", v)
}

// CheckSetting says whether a value fits a setting, without saving it.
func CheckSetting(key, value string) error {
	s, err := settingOf(key)
	if err != nil || s.check == nil {
		return err
	}
	return s.check(value)
}

// SecretNames lists the secrets that a data directory may have.
func SecretNames(store *storage.Store) []string {
	names := []string{SecretTokens}
	names = append(names, SecretKeys()...)
	hooks, _ := Webhooks{Store: store}.LoadWebhooks() // what is missing is read back from Hover
	for _, w := range hooks {
		names = append(names, subscription.SecretName(w.ID))
	}
	return names
}

// noPath refuses a public address with a path: what is posted there comes here
// without it, or with it, as the proxy likes, and Hover signs the one or the other.
func noPath(v string) error {
	if err := PublicURL(v); err != nil {
		return err
	}
	_, rest, _ := strings.Cut(v, "://")
	if !strings.Contains(v, "://") {
		rest = v
	}
	if i := strings.IndexAny(rest, "/?#"); i >= 0 && strings.Trim(rest[i:], "/") != "" {
		return say.Because("setting.public_path", "value", v)
	}
	return nil
}
