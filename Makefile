# Each target is the program of that name in scripts/; README.md says what for.
#
#: make            the same as make kunit
#: make kunit      fetch what is missing, put the series on its base with git am,
#:                 build, run KUnit, say the verdict
#: make reproduce  show what is wrong without the series, each defect by the name
#:                 of the test that it fails
#: make matrix     kunit for several trees, KDIR="TREE TREE ...", or for Debian's, in
#:                 several lanes, LANE="LANE LANE ...", and in lane uml reproduce; ends
#:                 with a table, and leaves build/report/. One that was interrupted goes on
#: make bisect     build and run after every patch of the series: a row a patch. What has
#:                 not changed since it was good is not run again
#: make mutants    break the code on purpose, one break at a time: each has to be
#:                 noticed by the case that its header names
#: make alternatives  the same tests over other ways to make a mock device: a table
#: make coverage   how much of the DRM core and the helper the tests run, with the
#:                 series' suite and without, and what of the series no test runs
#: make lint       every patch as a maintainer's tools judge it, and of each tool
#:                 whether it still sees what is wrong
#: make docs       the documentation that the series touches, into build/docs/: no
#:                 new warning, its examples built and run, seen in a browser
#: make apply      leave a branch with the series on it, signed off by you
#: make edit       the series as a branch to work on
#: make refresh    that branch back into patches/ and series/
#: make record     record which tests a base and its series have
#: make mail       the series as b4 would mail it, into build/mail/; SEND=1 sends it
#: make check      the tests: the scripts', lint, kunit, reproduce and docs
#: make bench      how long these take, beside what they can be compared with, three times
#:                 each: a table, and tests/bench. Takes long; ONLY= for less
#: make deps       install what any of these needs
#: make clean      remove build/
#: make help       this
#:
#: Variables:
#: BASE=     which series, see series/; default: what fits KDIR, or linux-6.12.y
#: KDIR=     any kernel git tree or unpacked source; only read. With make matrix: several
#: LANE=     how to build and run, see kunitconfig/; default: uml.
#:           With make matrix: several
#: CC=       gcc or clang; default: gcc. On the command line only
#: FILTER=   which tests, a KUnit glob like 'drm_register*'; default: the lane's, drm*
#: JOBS=     for make; default: one a processor
#: EXTRA=    with make kunit: more patches on top of the series
#: ONLY=     with make mutants: which, globs like "helper-* dd-*"; with make bench: what,
#:           like "tree edit"
#: GENERATED=1  with make mutants: breaks that a program finds, hundreds of them
#: HOSTS=    with make mutants, bisect and matrix: more machines to run them on, as ssh knows
#:           them, like "alpha 8/me@beta"; at most 8 mutants at once there, and one a processor
#:           elsewhere, and always one build
#: PATCH=    with make mail: the number of a patch that goes by itself, to -fixes
#: PREFIX=   with make mail: what else the subjects' [PATCH] says, like RFC
#: TRAILERS= with make mail: lines like 'Assisted-by: ...' for each patch, several with
#:           ';' between them. These three count on the command line only, as SEND= does
#: SEND=1    with make mail: send, after asking; CONFIRM=yes answers. Both count
#:           on the command line only
#: NO_INSTALL=1  say what is missing instead of installing it
#:
#: To add, as README.md says: a base, a file in series/; a lane, a file in
#: kunitconfig/; a check with its control, a file in scripts/checks/

MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := kunit
.NOTPARALLEL:

VARIABLES = BASE KDIR LANE FILTER JOBS EXTRA ONLY GENERATED HOSTS NO_INSTALL
OF_MAIL = PATCH PREFIX TRAILERS
VERBS = kunit reproduce matrix bisect mutants alternatives coverage lint docs apply edit refresh record mail check bench deps clean
TOP := $(dir $(lastword $(MAKEFILE_LIST)))

given = $(foreach v,$(.VARIABLES),$(if $(filter command,$(firstword $(origin $v))),$v))
unknown := $(filter-out $(VARIABLES) CC SEND CONFIRM $(OF_MAIL) MAKEFLAGS MAKEOVERRIDES,$(given))
ifneq ($(unknown),)
$(error $(unknown): no such variable; 'make help' lists them)
endif
sending := $(filter SEND,$(given))
ifneq ($(if $(sending),$(SEND),1),1)
$(error SEND=$(SEND): only SEND=1 sends)
endif

# A PREFIX of the environment is of something else. The text is taken as it is.
for_mail := $(filter $(OF_MAIL),$(given))
ifneq ($(for_mail),)
ifneq ($(MAKECMDGOALS),mail)
$(error $(firstword $(for_mail))= is for make mail)
endif
unexport $(OF_MAIL)
$(foreach v,$(for_mail),$(eval export SERIES_MAIL_$v := $$(value $v)))
endif

# A CC of the environment or make's own is nobody's wish.
ifneq ($(filter CC,$(given)),)
export SERIES_CC := $(CC)
endif

mail: options = $(if $(sending),--send $(if $(filter CONFIRM,$(given)),$(filter --yes,--$(CONFIRM))))

export $(VARIABLES)

.PHONY: help $(VERBS)

# When make is killed, what it runs is told.
$(VERBS):
	@exec setpriv --pdeathsig TERM $(TOP)scripts/$@ $(options)

help:
	@sed -n 's/^#: \{0,1\}//p' $(TOP)Makefile
