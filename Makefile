# What can be asked of this tree. The work itself is in scripts/, one file each;
# GOFLAGS and the rest of Go's environment are passed on.

.DEFAULT_GOAL := help
.PHONY: help build windows check test e2e demo screenshots fuzz soak peers bench cover packages wine bare-debian clean

help: ## say what there is
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

build: ## the desktop program, ./dormer (TAGS=nogui: without windows, for servers)
	@scripts/setup build
	go build -trimpath $(if $(TAGS),-tags '$(TAGS)') -o dormer .

windows: ## the desktop for Windows, ./dormer.exe, where mingw is installed
	@scripts/windows

check: ## the quick half of `make test`: format, vet, staticcheck, house rules, builds
	@scripts/setup test
	@scripts/verify modules format vet staticcheck house nogui cross

test: ## everything; installs what it needs from the system first, and says so
	@scripts/setup test
	@scripts/verify

e2e: ## the desktop alone, as a person uses it, on a screen in memory
	@scripts/setup test
	@scripts/verify desktop

demo: ## watch it work on a simulated Hover: the desktop, or three jobs in the terminal (HEADLESS=1, or without a display)
	@scripts/demo

screenshots: ## every page, light, dark and in Spanish, into docs/screenshots
	@scripts/setup test
	@scripts/screenshots

fuzz: ## every fuzz target for FUZZTIME (30s)
	@scripts/fuzz

soak: ## kills, power cuts, hung windows and random sequences, by the thousand (ROUNDS, IMAGES, WINDOWS, SEQUENCES)
	@scripts/setup test
	@scripts/soak

peers: ## real sign-in servers, browsers, proxies, keyrings, viewers in the place of what stands in for them; installs them
	@scripts/setup test
	@scripts/setup peers
	@scripts/peers

bench: ## every benchmark, then the aims and whether they are met (BENCH=regexp for some benchmarks, BENCH=none for the aims)
	@scripts/setup test
	@scripts/bench

cover: ## which lines the tests reach: .cache/cover.html
	@scripts/setup test
	@scripts/cover

packages: ## every package for every platform, as a release makes them, unsigned, into dist/ (ONCE=1 TAGS=gles: quicker, for a try)
	@scripts/release

bare-debian: ## the .deb of dist/ on a Debian that has nothing: install, demo, upgrade, remove; as root
	@scripts/bare-debian

wine: ## the rooms' tests and the installer's story under Wine; installs it
	@scripts/setup packages
	@scripts/wine

clean: ## throw away what the others made
	rm -rf dormer dormer.exe dist .cache
