# Every target is one line: what it does, and why, stands in its script under .ci/.
.PHONY: run run-relay test build check bench screenshots fuzz soak natlab verify sbom rebuild clean

run: ## a jam with music, now: make run [MUSIC=DIR]
	@.ci/jam

run-relay: ## a soul-server on this machine and a jam beside it: make run-relay [PORT=8080]
	@.ci/relay

test: ## everything, as a fresh machine would; the last line is the count
	@.ci/test

build: ## the web app and bin/hostd, bin/relay
	@.ci/build

check: ## what to run before a commit, under 3 minutes
	@.ci/check

bench: ## the figures of the README beside their baselines, within 5 minutes: make bench [ONLY=fanout]
	@.ci/bench

screenshots: ## the pictures of every page in every state, anew where it looks different: webapp/pictures
	@.ci/screenshots

fuzz: ## every fuzz target for 10 s: make fuzz [FUZZTIME=1m] [ONLY=hostd/jam]
	@.ci/fuzz

soak: ## simulated evenings, one after the other, each with other chances: make soak [FOR=10m]
	@.ci/soak

natlab: ## host, guest and soul-server across every kind of router, as root: make natlab [RUNS=10] [ONLY=cone]
	@.ci/natlab

verify: ## what the product promises, shown: one table of promise, figure and goal, within 30 minutes
	@.ci/verify

sbom: ## the bills of materials of what make build left: bin/hostd.cdx.json, bin/relay.cdx.json
	@.ci/sbom

rebuild: ## builds everything once more in another place and compares the bytes: make rebuild [WHOLE=1]
	@.ci/rebuild

clean: ## remove what the other targets made
	@.ci/clean
