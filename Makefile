# Everything starts here. Both commands do all of their own set-up; `make help` lists the rest.
PYTHON ?= $(shell command -v python3 || command -v python)
BOOT = @$(PYTHON) bootstrap.py
APP = .venv/bin

.DEFAULT_GOAL := help
.PHONY: help run test train chat doctor settings setup lint types bench clean

run:       ## install what is missing, train if needed, start everything, print the addresses (Ctrl-C stops it)
	$(BOOT) run

test:      ## install what is missing, then every check: style, types and all tests
	$(BOOT) --dev
	@$(APP)/python tests/run.py $(ONLY)

help:      ## this list
	@echo "The two to know: make run, make test. All:"
	@sed -n 's/^\([a-z]*\): *## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

setup:     ## install what is missing, start nothing
	$(BOOT) --dev

train:     ## teach the bot its content again, if the content changed
	$(BOOT) train

chat:      ## talk to a running assistant in the terminal
	$(BOOT) chat

doctor:    ## say what is in order and what is not, and how to mend it
	$(BOOT) doctor

settings:  ## list every setting with its value
	$(BOOT) settings

lint:      ## style only
	$(BOOT) --dev
	@$(APP)/ruff check .

types:     ## types only
	$(BOOT) --dev
	@$(APP)/mypy

bench:     ## measure turns, memory and speed on this machine and print tables (docs/measurements.md)
	$(BOOT) --dev
	@$(APP)/python bench/turns.py

clean:     ## remove what can be made again (environments, models, caches); keeps var/, where messages and secrets are
	rm -rf .venv nlu/.venv .uv models .rasa .pytest_cache .mypy_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
