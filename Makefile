# The commands of development; `make help` lists them. CI (.ci/run) runs these targets and nothing else.
.DEFAULT_GOAL := help
.PHONY: collector help demo docs docscheck vulncheck examples test gen check lint speclint race hostile chaos fuzz load mutants bench samples sandbox clients size languages generators apidiff

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1|/' | column -t -s'|'

demo: ## every API's client, signed and paged, against servers on this machine
	go run ./conformance/tour

test: ## all tests
	go test ./...

gen: ## make gen/ from specs/ and overlays/, or one client: make gen API=tap
	$(if $(API),@grep -q '/$(API)[.]yaml$$' generate.go || { echo 'generate.go has no document $(API)'; exit 1; })
	go generate $(if $(API),-run '/$(API)[.]yaml$$') .

check: ## generated files are up to date, code is formatted, go.mod is tidy, go vet
	go generate .
	gofmt -l auth client engine conformance examples gen generate overlays specs tql *.go | (! grep .)
	go mod tidy -diff
	go vet ./...
	git diff --exit-code --stat -- gen specs/operations.json conformance/testdata conformance/bench conformance/zoo
	test -z "$$(git status --porcelain -- gen specs/operations.json conformance/testdata conformance/bench conformance/zoo)"

lint: ## staticcheck, and golangci-lint with .golangci.yml
	go run honnef.co/go/tools/cmd/staticcheck ./...
	go run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0 run --timeout 10m ./...

speclint: ## redocly, spectral and a strict validator over the specifications (npm)
	cd conformance/speclint && npm ci --silent --no-fund --no-audit && npm test --silent

race: ## tests of the hand-written packages under the race detector
	go test -race ./auth ./client ./engine ./tql ./conformance/exchange ./conformance/check ./conformance/sandbox \
	  ./conformance/fixtures ./conformance/policy ./conformance/vendors

# Each of the next four ends with a line of figures; FULL=1 runs all cases.
hostile: ## every operation with replies that do not come from its service: a part of the cases, or all with FULL=1
	@go test ./conformance/hostile -count=1 -v -timeout 120m

chaos: ## lists of every paging style from services that fail: 2 000 scenarios, 12 000 with FULL=1, one with SEED=n
	@go test ./conformance/chaos -count=1 -v -timeout 30m

load: ## one client under 256 goroutines, compared with a bare loop: 10 seconds, a minute with FULL=1
	@go test ./conformance/load -count=1 -v -timeout 10m

FUZZTIME ?= $(if $(FULL),200000x,4000x)
fuzz: ## each fuzz target: FUZZTIME=1m, or a number of inputs such as 4000x
	@set -e; n=0; for f in $$(grep -rhoE --include='*_test.go' '^func Fuzz[A-Za-z0-9]+' . | cut -c6- | sort); do \
	  p=$$(dirname $$(grep -rlE --include='*_test.go' "^func $$f\(" .)); \
	  out=$$(go test $$p -run '^$$' -fuzz "^$$f\$$" -fuzztime $(FUZZTIME) 2>&1) || { echo "$$out"; exit 1; }; \
	  n=$$((n+1)); done; echo "fuzz: $$n targets, $(FUZZTIME) each, 0 failures"

PACKAGES ?= ./client ./engine ./auth ./tql
mutants: ## changes of the hand-written packages that their tests do not notice: PACKAGES=./engine:redact.go for one file
	@conformance/mutants/run.sh $(PACKAGES)

OGEN = github.com/ogen-go/ogen/cmd/ogen@v1.24.0
bench: ## speed, memory and allocations beside other clients, as ratios of one run: make bench ARGS='-rounds 8 -growth'
	cd conformance/bench/peers && { test -d api || go run $(OGEN) -config ../../generators/ogen.yml -clean -target api -package api ../../../specs/tap.yaml; } && go build -o peers .
	go run ./conformance/bench -peers conformance/bench/peers/peers $(ARGS)

DIR ?= conformance/fixtures
samples: ## check a folder of exchanges: make samples DIR=…
	go run ./conformance/samples $(DIR)

ARGS ?=
sandbox: ## serve APIs on this machine, all of them or: make sandbox API=tap ARGS='-addr 127.0.0.1:9000'
	go run ./conformance/sandbox/cmd $(if $(API),-api $(API)) $(ARGS)

docs: ## a site of the guide and the documents, in docs/_site (npm); node docs/site/server.mjs serves it
	cd docs/site && npm ci --silent --no-fund --no-audit --ignore-scripts && node build.mjs

docscheck: docs ## check that site in headless Chromium at two widths: CHROMIUM=path make docscheck
	cd docs/site && node check.mjs

vulncheck: ## known vulnerabilities in the code that is called (asks vuln.go.dev)
	go run golang.org/x/vuln/cmd/govulncheck@v1.9.0 ./...

examples: ## the programs of examples/ against the sandbox
	go test -tags examples ./conformance/examples -count=1 -v -timeout 10m

collector: ## examples/collector reads half a day of the sandbox into a file, which is compared; then its tests, more with FULL=1
	go run ./conformance/collector
	cd examples/collector && go vet ./... && go test ./... -count=1 -v -timeout 60m

clients: ## public clients of the vendors against the sandbox
	go run ./conformance/sandbox/clients

size: ## what a client adds to a program: packages, bytes, seconds of a cold build
	go test -tags size ./conformance/budget -count=1 -v -timeout 30m

languages: ## generated code in other languages against sandboxes: LANGUAGES="typescript python" DOCUMENTS=tap FULL=1 make languages
	go run ./conformance/languages

generators: ## third-party generators over every document, and their output compiled: DOCUMENTS=tap GENERATORS="ogen rust" make generators
	conformance/generators/run.sh

apidiff: ## what a user of the last release would have to change: make apidiff BASE=v0.1.0
	go run ./conformance/apidiff $(BASE)
