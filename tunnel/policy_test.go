package tunnel_test

import (
	"encoding/json"
	"flag"
	"os"
	"testing"

	"dormer/tunnel"
)

var update = flag.Bool("update", false, "write the golden file anew")

func TestThePolicyIsWhatWasReviewed(t *testing.T) {
	got := tunnel.Policy([]tunnel.Route{
		{Method: "POST", Path: "/hover/0123456789abcdef0123456789abcdef"},
		{Method: "GET", Path: "/oauth/callback"},
	}, 1<<20)
	const golden = "testdata/policy.json"
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("policy:\n%s\nwant:\n%s", got, want)
	}
}

func TestAPolicyHasNoMoreRulesThanAreNeeded(t *testing.T) {
	hook := []tunnel.Route{{Method: "POST", Path: "/hover/1"}}
	for _, c := range []struct {
		routes []tunnel.Route
		size   int64
		rules  int
	}{{nil, 0, 0}, {nil, 1, 1}, {hook, 0, 2}, {hook, 1, 3}} {
		policy := tunnel.Policy(c.routes, c.size)
		var doc struct {
			Rules []any `json:"on_http_request"`
		}
		if policy != "" {
			if err := json.Unmarshal([]byte(policy), &doc); err != nil {
				t.Fatal(err)
			}
		}
		if len(doc.Rules) != c.rules {
			t.Errorf("%v, %d: %s", c.routes, c.size, policy)
		}
	}
}

func TestAPathCannotBreakOutOfItsRule(t *testing.T) {
	var doc struct {
		Rules []struct{ Expressions []string } `json:"on_http_request"`
	}
	policy := tunnel.Policy([]tunnel.Route{{Method: "POST", Path: `/a'] || true || x in ['\`}}, 0)
	if err := json.Unmarshal([]byte(policy), &doc); err != nil {
		t.Fatal(err)
	}
	if got, want := doc.Rules[0].Expressions[0], `!(req.url.path in ['/a\'] || true || x in [\'\\'])`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
