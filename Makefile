# `make` lists what there is. Every recipe runs in .venv, which `make setup` makes.
BIN := .venv/bin
N := 10000
CHECK :=
SEED := 1

.PHONY: help setup test fast lint types docs goldens schemas house bench lock long laws fuzz mutants check

help: ## this list
	@sed -n 's/^\([a-z]*\):.* ## /\1 /p' Makefile | while read -r name text; \
		do printf '%-9s %s\n' "$$name" "$$text"; done

setup: ## install ftvp and the locked tools into .venv
	python3 -m venv .venv
	$(BIN)/pip install -q -c requirements.lock --upgrade pip
	$(BIN)/pip install -q -c requirements.lock -e . --group dev

test: ## the suite, doctests included: 40 s of a processor
	$(BIN)/pytest

fast: ## the suite without what is slow: 10 s of a processor
	$(BIN)/pytest -m "not slow and not long"

lint: ## ruff, the layers, and whether the locks meet pyproject.toml
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/python tools/lock.py --check

types: ## mypy, strict
	$(BIN)/mypy

docs: ## fill the generated parts of README.md, docs/, examples/README.md; CHECK=--check only compares
	$(BIN)/python -m tools.readme $(CHECK)

goldens: ## write tests/golden/ anew: read the difference before you commit it
	$(BIN)/python -m tests.goldens

schemas: ## write data/schemas/ anew; CHECK=--check only compares
	$(BIN)/python tools/schemas.py $(CHECK)

house: ## count modules, long functions, repeated names, what one run goes through
	$(BIN)/python tools/house.py

bench: ## ftvp beside its peers, installed anew: ratios, written to docs/performance.md
	$(BIN)/python benchmarks/run.py

lock: ## resolve requirements.lock and requirements-lowest.lock anew
	$(BIN)/python tools/lock.py

long: ## the tests that take half a second or more
	$(BIN)/pytest -n auto -m long

laws: ## the laws over N=10000 drawn scenarios each: an hour or more
	LAWS=$(N) $(BIN)/pytest -n auto -m laws

mutants: ## a sample of mutants of the calculation against the tests of their rooms; SEED=1
	$(BIN)/python tools/mutate.py --seed $(SEED)

fuzz: ## N=10000 drawn runs of all commands from SEED=1: exit codes, tracebacks; 20 a second
	$(BIN)/python -m tests.fuzz.run $(N) $(SEED)

check: ## the gate, on a copy of the checkout: all of the above that judges
	.ci/run
