# shellcheck shell=bash disable=SC2034 # what is set here is for who sources it
# The environment that everything runs in. What a variable, a locale, a file in
# HOME or git's configuration could change of a result is set or dropped here,
# and nowhere else. (bash -p, as which everything runs, takes no functions, CDPATH,
# BASH_ENV and SHELLOPTS from the environment.)

shopt -s inherit_errexit
set -eu -o pipefail

say()
{
	printf '%s\n' "$*" >&2
}

# die WHAT WHAT_TO_DO: one line each, and the status of a failure.
die()
{
	say "error: $1"
	[ $# -lt 2 ] || say "       $2"
	exit 1
}

TOP=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd -P)
BUILD=$TOP/build

# Who the user is, for git, b4 and gpg. Only users() sees it.
USERS=()
# Would build another kernel than the one that the verdict names.
IGNORED=()

clean_environment()
{
	local name
	for name in $(compgen -e); do
		case $name in
		PATH | TERM | TMPDIR | SHELL | USER | LOGNAME | SUDO_[UG]ID | *_proxy | *_PROXY | \
		BASE | KDIR | LANE | FILTER | JOBS | EXTRA | ONLY | GENERATED | HOSTS | NO_INSTALL | CCACHE_DIR | SERIES_* | \
		PWD | SHLVL | _ | SHELLOPTS | BASHOPTS) continue ;;
		HOME | XDG_* | GIT_CONFIG* | GIT_AUTHOR_NAME | GIT_AUTHOR_EMAIL | EMAIL | \
		GNUPGHOME | GPG_TTY | SSH_AUTH_SOCK) USERS+=("$name=${!name}") ;;
		ARCH | CROSS_COMPILE | LLVM* | CC | HOSTCC | KCFLAGS | KAFLAGS | KBUILD_* | KCONFIG_*)
			# The compiler counts where it was said to make, and one of these is set here.
			[ "$name" = CC ] && [ -n "${SERIES_CC:-}" ] || [ "${!name}" = "$UNCACHED" ] ||
				IGNORED+=("$name") ;;
		esac
		unset "$name"
	done
}

# users [NAME=VALUE...] COMMAND...: with the user's HOME and configuration.
users()
{
	env -u GIT_CONFIG_GLOBAL -u GIT_CONFIG_NOSYSTEM -u GIT_AUTHOR_NAME -u GIT_AUTHOR_EMAIL \
		-u GIT_COMMITTER_NAME -u GIT_COMMITTER_EMAIL "${USERS[@]}" "$@"
}

# Assembly can have another file copied into it (.incbin), which nobody tells ccache: a PC
# would boot the kernel of an earlier build. With -Xpreprocessor it caches nothing. In C files
# only a kernel's own configuration and headers are copied so.
UNCACHED='-Xpreprocessor -DNOT_CACHED'

CCACHE_DIR=${CCACHE_DIR:-${XDG_CACHE_HOME:-${HOME:-$BUILD}/.cache}/ccache}
clean_environment
mkdir -p "$CCACHE_DIR" 2>/dev/null && [ -w "$CCACHE_DIR" ] || CCACHE_DIR=$BUILD/ccache
# Another clone of this project builds the same objects. CCACHE_DEPEND: a file that is not in
# the cache is read once, by the compiler, and not by a preprocessor before.
export CCACHE_DEPEND=1 CCACHE_DIR CCACHE_CONFIGPATH=/dev/null CCACHE_BASEDIR=$BUILD CCACHE_NOHASHDIR=1
# PIGGY, for make, is for the file that has a PC's kernel in it: that makefile takes no KAFLAGS.
export KAFLAGS=$UNCACHED
PIGGY="AFLAGS_piggy.o=$UNCACHED"

export LC_ALL=C.UTF-8 HOME=$BUILD/home PYTHONDONTWRITEBYTECODE=1
# Colours are for terminals, not for logs.
export NO_COLOR=1
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 GIT_OPTIONAL_LOCKS=0
# A git that does not find its repository here must not find this project's.
export GIT_CEILING_DIRECTORIES=$TOP:$BUILD
# Commits that the harness makes have the same id in every run, so that a
# checkout of an unchanged series touches no file and nothing is built again.
export GIT_COMMITTER_NAME="Patch Author" GIT_COMMITTER_EMAIL=author@example.org
export GIT_AUTHOR_NAME=$GIT_COMMITTER_NAME GIT_AUTHOR_EMAIL=$GIT_COMMITTER_EMAIL

BASE=${BASE:-}
KDIR=${KDIR:-}
LANE=${LANE:-}
CC=${SERIES_CC:-gcc}
FILTER=${FILTER:-}
EXTRA=${EXTRA:-}
ONLY=${ONLY:-}
GENERATED=${GENERATED:-}
HOSTS=${HOSTS:-}
JOBS=${JOBS:-$(nproc)}
DEFAULT_BASE=linux-6.12.y

# Before anything is made, and once: programs run by this one need not repeat it.
if [ -z "${SERIES_CHILD:-}${SERIES_QUIET:-}" ]; then
	case $TOP in
	*[[:space:]:]*) die "the path of this clone has a space or a colon: $TOP" \
		"The kernel's makefiles refuse such paths; move it." ;;
	esac
	[ ${#IGNORED[@]} -eq 0 ] ||
		say "note: the environment's ${IGNORED[*]} have no effect here; see make help"
fi
