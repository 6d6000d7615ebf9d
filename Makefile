# Everything that is done with this project; CI runs these targets and nothing else.

# Checks in each build that modules import only what Package.swift lets them.
SWIFT_FLAGS := --explicit-target-dependency-import-check error
# Overlapping accesses are found by the tests, which run with the checks that cost a tenth of a small replay.
RELEASE_FLAGS := -Xswiftc -enforce-exclusivity=unchecked
PYTHON_TOOLS := .venv/openai-3/bin/python

# Where the conformance data is.
export GOLDEN_DIR ?= Tests/Fixtures/autogen
# The conversations here can all be told from their requests alone as well; others need not be.
WIRE_CHECK := $(if $(filter Tests/Fixtures/autogen,$(GOLDEN_DIR)),--wire)
# The command that the tests with real clients start.
export UNDERSTUDY ?= $(CURDIR)/.build/debug/understudy
export PYTHONDONTWRITEBYTECODE := 1

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: setup system build run test test-quick test-readers test-clients-quick test-clients test-sandbox-code
.PHONY: test-report-page test-review conformance format lint golden bench bench-diff bench-store dist clean help

setup: ## Install missing system packages and the clients' Python environments
	@bash Tests/Clients/setup.sh

# The build needs a library's headers; a fresh machine may lack them.
system:
	@bash Tests/Clients/setup.sh system

build: system ## Build everything for debugging
	swift build $(SWIFT_FLAGS)

run: build ## Build, then replay every scenario and print its conversation
	@.build/debug/understudy run --verbose

test: setup build test-quick test-readers conformance test-clients-quick test-sandbox-code test-report-page test-review ## Run all tests of CI

test-quick: ## Run the Swift tests only
	swift test --parallel $(SWIFT_FLAGS)

test-readers: ## Read cassettes with the second reader; scenarios and JUnit reports with their schemas
	@$(PYTHON_TOOLS) Tests/Readers/check_vectors.py
	@$(PYTHON_TOOLS) Tests/Readers/check_junit.py
	@.venv/contract/bin/python Tests/Readers/check_schemas.py

test-clients-quick: ## Run the real clients of CI against the built command
	@$(PYTHON_TOOLS) Tests/Clients/run.py

test-clients: ## Run all real clients against the built command, and write docs/clients.md
	@bash Tests/Clients/setup.sh all
	@$(PYTHON_TOOLS) Tests/Clients/run.py --all

test-sandbox-code: ## Run the code recorded from sandboxes once more and compare
	@$(PYTHON_TOOLS) Tests/Clients/rerun_sandbox_code.py

test-report-page: ## Open the HTML report in headless Chromium
	@$(PYTHON_TOOLS) Tests/Clients/report_page.py

test-review: ## Review differences in a terminal, and compare the session with docs/review.md
	@$(PYTHON_TOOLS) Tests/Clients/review_terminal.py

conformance: ## Compare conversations with AutoGen's, from GOLDEN_DIR and Tests/Fixtures/autogen-more
	@swift run --skip-build conformance $(WIRE_CHECK)
	@GOLDEN_DIR=Tests/Fixtures/autogen-more swift run --skip-build conformance

format: ## Format the sources
	swift format --in-place --recursive --parallel Package.swift Sources Tests

lint: ## Check the format of the sources
	swift format lint --strict --recursive --parallel Package.swift Sources Tests

golden: ## Run the Swift tests and rewrite their golden files, to be reviewed
	UPDATE_GOLDEN=1 swift test --parallel $(SWIFT_FLAGS)

bench: ## Measure the optimized command against nginx, in one run (docs/performance.md)
	@bash Tests/Clients/setup.sh bench
	@$(MAKE) --no-print-directory dist
	@UNDERSTUDY=$(CURDIR)/dist/understudy $(PYTHON_TOOLS) Benchmarks/bench.py $(ROWS)

bench-diff: dist ## Measure the quality and speed of the diff, with difflib beside it (docs/performance.md)
	@UNDERSTUDY=$(CURDIR)/dist/understudy $(PYTHON_TOOLS) Benchmarks/diff_quality/bench.py $(DIFF_FLAGS)

bench-store: ## Measure the store with 10,000,000 messages, or STORE_FLAGS="--messages N" (docs/performance.md)
	swift build -c release --product store-load --scratch-path .build-dist $(RELEASE_FLAGS) $(SWIFT_FLAGS)
	@python3 Benchmarks/store/bench.py .build-dist/release/store-load $(STORE_FLAGS)

dist: ## Make dist/understudy, which needs no Swift installed
	swift build -c release --product understudy --static-swift-stdlib --scratch-path .build-dist $(RELEASE_FLAGS) $(SWIFT_FLAGS)
	@mkdir -p dist
	strip -o dist/understudy .build-dist/release/understudy

clean: ## Remove all that was built or installed here
	rm -rf .build .build-dist .venv dist

help: ## Print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-18s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
