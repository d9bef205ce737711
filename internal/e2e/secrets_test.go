//go:build unix

package e2e

import (
	"encoding/json"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// remember notes the secrets that there are now, for later: tokens change.
func (c *computer) remember() {
	kept := c.kept
	if kept == nil {
		kept = c.inFile
	}
	secrets, err := kept()
	if err != nil {
		c.t.Errorf("there are no secrets to look for: %v", err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for name, value := range secrets {
		var tokens struct{ Access, Refresh string }
		switch {
		case name == "hover_client_id": // the address to sign in at names it
		case json.Unmarshal([]byte(value), &tokens) == nil && tokens.Access != "":
			c.secrets["access token "+tokens.Access[:8]] = tokens.Access
			c.secrets["refresh token "+tokens.Refresh[:8]] = tokens.Refresh
		default:
			c.secrets[name+" "+value[:8]] = value
		}
	}
	for _, w := range c.hover.Webhooks() {
		if u, err := url.Parse(w.URL); err == nil && strings.HasPrefix(u.Path, "/hover/") {
			c.secrets["the webhook's path"] = path.Base(u.Path)
		}
	}
}

// inFile gives the secrets that the file keeps, by their names.
func (c *computer) inFile() (map[string]string, error) {
	var file struct{ Secrets map[string]string }
	b, err := os.ReadFile(filepath.Join(c.data, "secrets.json"))
	if err == nil {
		err = json.Unmarshal(b, &file)
	}
	return file.Secrets, err
}

// searchForSecrets looks through all that was said for what must not be.
func (c *computer) searchForSecrets() {
	c.mu.Lock()
	defer c.mu.Unlock()
	search := func(where, text string, except string) {
		for what, secret := range c.secrets {
			if what != except && strings.Contains(text, secret) {
				c.t.Errorf("%s tells %s", where, what)
			}
		}
	}
	search("stderr", c.log(), "")
	logs, _ := filepath.Glob(filepath.Join(c.data, "dormer*.log*")) // the pattern is a good one
	for _, l := range logs {
		b, err := os.ReadFile(l)
		if err != nil {
			c.t.Error(err)
		}
		search(filepath.Base(l), string(b), "")
	}
	for _, a := range c.said {
		verb, except := "", ""
		if len(a.args) > 0 {
			verb = a.args[0]
		}
		switch verb {
		case "status": // it shows the webhook's address
			except = "the webhook's path"
		case "simulate": // it gives out the credentials of its one account
			continue
		}
		search("the output of dormer "+strings.Join(a.args, " "), a.out+a.said, except)
	}
}
