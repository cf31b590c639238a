# Every target is one line: what it does, and why, stands in its script under .ci/.
.PHONY: run test build check bench fuzz soak clean

run: ## a jam with music, now: make run [MUSIC=DIR]
	@.ci/jam

test: ## everything, as a fresh machine would; the last line is the count
	@.ci/test

build: ## the web app and bin/hostd, bin/relay
	@.ci/build

check: ## what to run before a commit, under 3 minutes
	@.ci/check

bench: ## the figures of the README beside their baselines, within 5 minutes: make bench [ONLY=fanout]
	@.ci/bench

fuzz: ## every fuzz target for 10 s: make fuzz [FUZZTIME=1m]
	@.ci/fuzz

soak: ## simulated evenings, one after the other, each with other chances: make soak [FOR=10m]
	@.ci/soak

clean: ## remove what the other targets made
	@.ci/clean
