//go:build !linux && !windows && !darwin

package setup

// machineID gives what the system calls this machine: nothing here.
func machineID() string { return "" }
