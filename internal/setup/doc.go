// Package setup is the composition root: flags, environment, saved settings,
// secrets and constructors meet here, and what runs is decided here and nowhere
// else.
package setup
