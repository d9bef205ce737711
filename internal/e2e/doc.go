// Package e2e tells the product's promises with the program as it is shipped:
// each test starts it as a process of its own, on a fresh data directory, with
// a Hover (internal/simulator) and an ngrok (tunnel/edgetest) in the test's
// process, and uses it as people and scripts do: by its verbs, a browser and
// the desktop's notifications. Nothing leaves the machine.
//
// The tests wait more than they compute and run side by side. What takes a
// clock of one's own to tell in reasonable time is told below, in
// internal/engine. The program is built once per run.
//
// After every test all that its Dormer has said, in the log at its most
// talkative and on the verbs' outputs, is searched for the secrets it knew.
package e2e
