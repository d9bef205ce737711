package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// cost is what all processes of a program take.
type cost struct {
	processes int
	private   int64 // bytes of memory that nobody else has
	processor time.Duration
	switches  int64 // of context: how often anything of it was woken or interrupted
}

// costOf gives what a program has cost so far.
func costOf(binary string) (c cost, err error) {
	pids, err := processesOf(binary)
	if err != nil {
		return c, err
	}
	for _, pid := range pids {
		private, err := privateOf(pid)
		if err != nil {
			return c, err
		}
		used, err := processor(pid)
		if err != nil {
			return c, err
		}
		switches, err := switchesOf(pid)
		if err != nil {
			return c, err
		}
		c.processes++
		c.private, c.processor, c.switches = c.private+private, c.processor+used, c.switches+switches
	}
	return c, nil
}

// costs gives what programs cost over a span; the memory is that at its end.
func costs(ctx context.Context, span time.Duration, binaries ...string) ([]cost, error) {
	before := make([]cost, len(binaries))
	for i, binary := range binaries {
		var err error
		if before[i], err = costOf(binary); err != nil {
			return nil, err
		}
	}
	if err := wait(ctx, span); err != nil {
		return nil, err
	}
	all := make([]cost, len(binaries))
	for i, binary := range binaries {
		now, err := costOf(binary)
		if err != nil {
			return nil, err
		}
		if now.processes == 0 || now.processes != before[i].processes {
			return nil, fmt.Errorf("%s had %d processes and has %d", binary, before[i].processes, now.processes)
		}
		now.processor, now.switches = now.processor-before[i].processor, now.switches-before[i].switches
		all[i] = now
	}
	return all, nil
}

// processesOf gives the processes that run a program.
func processesOf(binary string) (pids []int, err error) {
	links, err := filepath.Glob("/proc/[0-9]*/exe")
	for _, link := range links {
		if to, err := os.Readlink(link); err != nil || to != binary { // it is another user's, or has ended
			continue
		}
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(link)))
		if err != nil {
			return nil, err
		}
		pids = append(pids, pid)
	}
	return pids, err
}

// privateOf gives the memory that a process has for itself.
func privateOf(pid int) (int64, error) {
	memory, err := kilobytes(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
	return memory["Anonymous"] + memory["SwapPss"], err
}

// switchesOf gives how often the threads of a process have been switched.
func switchesOf(pid int) (sum int64, err error) {
	threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/status", pid))
	for _, path := range threads {
		b, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue // the thread has ended
		}
		if err != nil {
			return 0, err
		}
		for line := range strings.Lines(string(b)) {
			name, value, _ := strings.Cut(line, ":")
			if !strings.HasSuffix(name, "ctxt_switches") {
				continue
			}
			n, err := strconv.ParseInt(strings.TrimSpace(value), 10, 64)
			if err != nil {
				return 0, err
			}
			sum += n
		}
	}
	return sum, err
}
