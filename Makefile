# SPDX-License-Identifier: Apache-2.0
#
#   make demo             a month of a made-up company's logs, with an intrusion in it, hunted
#   make demo LOGS=path   the same hunts on logs of one's own
#   make test             what must pass before a change lands
#   make check            all of that with formatting, layers, tidy, sanitizers and a minute of fuzzing
#   make install PREFIX=/usr/local
#   make bench            the ratios of the README, measured here

PREFIX ?= /usr/local
LOGS ?=
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
TRAILHOUND := build/release/src/trailhound

.PHONY: demo test check install bench build setup clean
.DEFAULT_GOAL := build

setup:
	@scripts/setup

build: setup
	@mkdir -p build
	@cmake --preset release > build/configure.log 2>&1 || { cat build/configure.log; exit 1; }
	@cmake --build --preset release

demo: build
ifeq ($(LOGS),)
	@[ -d demo/logs ] || $(TRAILHOUND) synth -o demo/logs
	@echo
	@echo '$$ trailhound hunt --logs demo/logs'
	@$(TRAILHOUND) hunt --logs demo/logs
	@echo
	@echo 'What the made-up intruders really did stands in demo/logs/truth.jsonl'
	@echo 'Next: build/release/src/trailhound sql "select eventname, count(*) as total from cloudtrail group by eventname order by total desc limit 10" --logs demo/logs'
else
	@echo '$$ trailhound hunt --logs $(LOGS)'
	@$(TRAILHOUND) hunt --logs '$(LOGS)'
endif

test: setup
	@cmake --preset dev
	@cmake --build --preset dev
	@ctest --preset dev -j $$(nproc)

check: setup
	@scripts/check

bench: build
	@bench/run
	@bench/lake
	@bench/cases

install: build
	@cmake --install build/release --prefix '$(PREFIX)'

clean:
	@rm -rf build
