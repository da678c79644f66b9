# Each target is the program of that name in scripts/; README.md says what for.
#
#: make            the same as make kunit
#: make kunit      fetch what is missing, put the series on its base with git am,
#:                 build, run KUnit, say the verdict
#: make reproduce  show what is wrong without the series, each defect by the name
#:                 of the test that it fails
#: make bisect     build and run after every patch of the series: a row a patch
#: make lint       every patch as a maintainer's tools judge it
#: make apply      leave a branch with the series on it, signed off by you
#: make edit       the series as a branch to work on
#: make refresh    that branch back into patches/ and series/
#: make mail       the series as b4 would mail it, into build/mail/; SEND=1 sends it
#: make check      the tests: the scripts', lint, kunit and reproduce
#: make deps       install what any of these needs
#: make clean      remove build/, and what it left in a repository given as KDIR
#: make help       this
#:
#: Variables:
#: BASE=     which series, see series/; default: what fits KDIR, or linux-6.12.y
#: KDIR=     any kernel git tree or unpacked source; only read
#: LANE=     how to build and run, see kunitconfig/; default: uml
#: FILTER=   which tests, a KUnit glob like 'drm_register*'; default: drm*
#: JOBS=     for make; default: one a processor
#: EXTRA=    more patches on top of the series
#: SEND=1    with make mail: send, after asking; CONFIRM=yes answers
#: NO_INSTALL=1  say what is missing instead of installing it

MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := all
export BASE KDIR LANE FILTER JOBS NO_INSTALL EXTRA SEND CONFIRM

VERBS = kunit reproduce bisect lint apply edit refresh mail check deps clean

.PHONY: all help $(VERBS)

all: kunit

$(VERBS):
	@scripts/$@

help:
	@sed -n 's/^#: \{0,1\}//p' Makefile
