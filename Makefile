# The one door. `make run` serves Berth on this machine; `make test` proves it. Both install what is missing first.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

# Tools that cargo builds are kept outside the checkout, so that a second checkout finds them.
CACHE := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/berth
export CARGO_TARGET_DIR := $(or $(CARGO_TARGET_DIR),$(CURDIR)/target)
export PATH := $(CACHE)/tools/bin:$(PATH)

RUST := --workspace --exclude frontend
WASM := CARGO_TARGET_DIR=$(CARGO_TARGET_DIR)/web

# Nothing here is `unsafe`, so that coverage without a sanitizer finds the same, and stable Rust has it.
FUZZ_TARGETS := $(patsubst crates/fuzz/targets/%.rs,%,$(wildcard crates/fuzz/targets/*.rs))
FUZZ_SECONDS ?= 60
FUZZ_FLAGS := -max_len=4096 -timeout=10 -rss_limit_mb=1024 -print_final_stats=1

.PHONY: help run dev test check audit unit e2e soak screenshots bench fuzz web build tools test-tools clean

help: ## this list
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/' | expand -t 14

run: build ## build the release and serve it on 127.0.0.1:8080 with an embedded database in ./data
	exec $(CARGO_TARGET_DIR)/release/berth serve

dev: tools ## serve on 127.0.0.1:8080, built anew on every change
	node app/scripts/dev.mjs

test: check unit e2e ## everything: format, lints, unit, integration, end to end

check: test-tools web ## format and lints, warnings denied
	cargo fmt --all --check
	cargo clippy --locked $(RUST) --all-targets -- -D warnings
	$(WASM) cargo clippy --locked -p frontend --target wasm32-unknown-unknown -- -D warnings
	@.ci/audit

# Building cargo-deny takes minutes that a first `make test` has not: once it is there, `make check` uses it, too.
audit: test-tools ## licences, sources and known vulnerabilities of what others wrote
	@.ci/install audit
	@.ci/audit

unit: test-tools web ## unit, property and integration tests against a real sshd and real databases
	cargo test --locked $(RUST)

e2e: test-tools web ## a real browser, wide and phone, against a real sshd
	cargo test --locked $(RUST) --no-run --quiet
	cd end2end && npx playwright test

# The same test runs for seconds in `make unit`; what is ignored there waits for real timeouts.
soak: test-tools web ## half an hour of random work on the real binary (SOAK_MINUTES, SOAK_SEED), and files of gigabytes
	SOAK_MINUTES=$(or $(SOAK_MINUTES),30) cargo test --locked $(RUST) --test rooms soak -- --nocapture --include-ignored

# The tests take many more pictures than the README shows.
screenshots: test-tools web ## the pictures of the README, anew
	cargo test --locked $(RUST) --no-run --quiet
	cd end2end && BERTH_SCREENSHOTS=$(CARGO_TARGET_DIR)/screenshots npx playwright test
	for picture in $$(grep -oE 'docs/screenshots/[a-z-]+\.png' README.md); do \
	  cp $(CARGO_TARGET_DIR)/screenshots/$${picture##*/} $$picture || echo "no test has taken $$picture: the old one stays"; \
	done

bench: test-tools web ## terminals, commands and files against `ssh`, `sftp`, `scp` and `tar`, in the same run, as ratios
	cargo bench --locked $(RUST) --bench terminal --bench commands --bench files --bench inventory

fuzz: ## each fuzz target for FUZZ_SECONDS (60); what is found lies in crates/fuzz/artifacts
	@.ci/install fuzz
	for target in $(FUZZ_TARGETS); do \
	  grown=$(CARGO_TARGET_DIR)/fuzz/corpus/$$target; \
	  mkdir -p $$grown; \
	  CARGO_TARGET_DIR=$(CARGO_TARGET_DIR)/fuzz nice cargo fuzz run --fuzz-dir crates/fuzz --sanitizer none $$target \
	    $$grown crates/fuzz/corpus/$$target -- -max_total_time=$(FUZZ_SECONDS) $(FUZZ_FLAGS); \
	done

web: tools ## the browser bundle, into ./dist
	cargo fetch --locked --quiet
	$(WASM) trunk --quiet build --release --offline

build: web ## the one binary, the web app inside
	cargo build --locked --release -p berth

tools: ## what building needs
	@.ci/install build

test-tools: tools ## what testing needs
	@.ci/install test

clean: ## forget what was built
	rm -rf dist target end2end/test-results end2end/playwright-report
