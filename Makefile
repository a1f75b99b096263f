# Each line calls a script that a person can read. `make help` lists them.
.DEFAULT_GOAL := help
.PHONY: run build test check bench data-check help

run:        ## Install what is missing, build, load the demo county, serve it (LISTEN=, DATABASE=)
	@scripts/run.sh

build:      ## Release build of jiaxin
	@scripts/packages.sh run
	@scripts/build.sh release --product jiaxin

test:       ## All tests: Swift tests on both engines, then a real browser (ONLY=swift|browser)
	@scripts/test.sh

check:      ## Format lint and target boundaries
	@scripts/check.sh

bench:      ## Measure, and write docs/performance.md (BENCH="--quick" for a short run)
	@scripts/bench.sh $(BENCH)

data-check: ## Import the real letters beside this folder, when they are there
	@scripts/data-check.sh

help:       ## This list
	@sed -n 's/^\([a-z-]*\): *## /  make \1\t/p' Makefile | expand -t 20
