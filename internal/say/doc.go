// Package say has what Dormer tells people, as values: which text it is and what
// stands in it ([Text]), and what a person is told when something did not work
// ([Error]). The texts themselves are in two catalogues, en.json and es.json, and
// become words only where a person reads ([Text.For]): nothing renders English
// and parses it again.
//
// What comes from outside (a customer's name, an address, Hover's own words)
// stands in a text as it is, and is never translated.
package say
