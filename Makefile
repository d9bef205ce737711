# What can be asked of this tree. The work itself is in scripts/, one file each;
# GOFLAGS and the rest of Go's environment are passed on.

.DEFAULT_GOAL := help
.PHONY: help build check test demo fuzz soak bench cover clean

help: ## say what there is
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-7s %s\n", $$1, $$2 }' Makefile

build: ## the desktop program, ./dormer (TAGS=nogui: without windows, for servers)
	@scripts/setup build
	go build -trimpath $(if $(TAGS),-tags '$(TAGS)') -o dormer .

check: ## the quick half of `make test`: format, vet, staticcheck, house rules, builds
	@scripts/setup test
	@scripts/verify modules format vet staticcheck house nogui cross

test: ## everything; installs what it needs from the system first, and says so
	@scripts/setup test
	@scripts/verify

demo: ## watch it work: three jobs of a simulated Hover, from webhook to PDF
	@scripts/setup demo
	go build -tags nogui -trimpath -o dormer .
	@scripts/demo

fuzz: ## every fuzz target for FUZZTIME (30s)
	@scripts/fuzz

soak: ## kills, power cuts and random sequences, by the thousand (ROUNDS, IMAGES, SEQUENCES)
	@scripts/setup test
	@scripts/soak

bench: ## every benchmark, then the aims and whether they are met (BENCH=regexp for some benchmarks, BENCH=none for the aims)
	@scripts/setup test
	@scripts/bench

cover: ## which lines the tests reach: .cache/cover.html
	@scripts/setup test
	@scripts/cover

clean: ## throw away what the others made
	rm -rf dormer dormer.exe .cache
