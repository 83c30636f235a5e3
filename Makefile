# The table of contents of a developer's day. CI runs these targets and nothing else.
.DEFAULT_GOAL := help
.PHONY: help demo test gen check lint speclint race fuzz bench samples sandbox clients size languages generators apidiff

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1|/' | column -t -s'|'

demo: ## every vendor's client, signed and paged, against a server of this machine
	go run ./conformance/tour

test: ## all tests
	go test ./...

gen: ## make gen/ from specs/ and overlays/, or one client: make gen API=tap
	$(if $(API),@grep -q '/$(API)[.]yaml$$' generate.go || { echo 'generate.go has no document $(API)'; exit 1; })
	go generate $(if $(API),-run '/$(API)[.]yaml$$') .

check: ## gen/ and the specifications are as they should be; nothing to tidy
	go generate .
	gofmt -l auth client engine conformance gen generate overlays specs tql *.go | (! grep .)
	go mod tidy -diff
	go vet ./...
	git diff --exit-code --stat -- gen specs/operations.json conformance/testdata conformance/bench
	test -z "$$(git status --porcelain -- gen specs/operations.json conformance/testdata conformance/bench)"

lint: ## staticcheck
	go run honnef.co/go/tools/cmd/staticcheck ./...

speclint: ## redocly, spectral and a strict validator over the specifications (npm)
	cd conformance/speclint && npm ci --silent --no-fund --no-audit && npm test --silent

race: ## tests of the hand-written packages under the race detector
	go test -race ./auth ./client ./engine ./tql ./conformance/exchange ./conformance/check ./conformance/sandbox \
	  ./conformance/fixtures ./conformance/policy ./conformance/vendors

fuzz: ## each fuzz target for a while
	@set -e; for p in auth client engine tql conformance/policy; do \
	  for f in $$(grep -hoE '^func Fuzz[A-Za-z0-9]+' $$p/*_test.go 2>/dev/null | cut -c6-); do \
	    go test ./$$p -run '^$$' -fuzz "^$$f\$$" -fuzztime $${FUZZTIME:-20000x}; done; done

bench: ## throughput, first event and memory, as ratios of one run
	go run ./conformance/bench

DIR ?= conformance/fixtures
samples: ## check a folder of exchanges: make samples DIR=…
	go run ./conformance/samples $(DIR)

ARGS ?=
sandbox: ## serve APIs on this machine, all of them or: make sandbox API=tap ARGS='-addr 127.0.0.1:9000'
	go run ./conformance/sandbox/cmd $(if $(API),-api $(API)) $(ARGS)

clients: ## public clients of the vendors against the sandbox
	go run ./conformance/sandbox/clients

size: ## what a program pays: packages, bytes, seconds of a cold build
	go test -tags size ./conformance/budget -count=1 -v -timeout 30m

languages: ## the documents in other languages, against sandboxes: LANGUAGES="typescript python" DOCUMENTS=tap FULL=1 make languages
	go run ./conformance/languages

generators: ## other people's generators over every document, compiled: DOCUMENTS=tap GENERATORS="ogen rust" make generators
	conformance/generators/run.sh

apidiff: ## what a user of the last release would have to change: make apidiff BASE=v0.1.0
	go run ./conformance/apidiff $(BASE)
