# shellcheck shell=bash
# What has to be installed, by apt-get where there is one.

# Each program that is run here, and the Debian package that has it.
package_of()
{
	case $1 in
	xz) echo xz-utils ;;
	flock | setpriv) echo util-linux ;;
	timeout) echo coreutils ;;
	libelf.h) echo libelf-dev ;;
	qemu-system-x86_64) echo qemu-system-x86 ;;
	qemu-system-ppc64) echo qemu-system-ppc ;;
	qemu-system-aarch64) echo qemu-system-arm ;;
	*-linux-gnu*-gcc) echo "gcc-${1%-gcc}" ;;
	busybox) echo busybox-static ;;
	depmod) echo kmod ;;
	gcov) echo gcc ;;
	dot) echo graphviz ;;
	sphinx-build) echo python3-sphinx ;;
	objcopy) echo binutils ;;
	spatch) echo coccinelle ;;
	ssh | ssh-keygen) echo openssh-client ;;
	dropbear) echo dropbear-bin ;;
	ocamlopt) echo ocaml ;;
	*) echo "$1" ;;
	esac
}

# need COMMAND|HEADER...: have them.
need()
{
	local cmd missing=() packages=()

	for cmd; do
		if command -v "$cmd" >/dev/null || [ -f "/usr/include/$cmd" ]; then
			continue
		fi
		missing+=("$cmd")
		packages+=("$(package_of "$cmd")")
	done
	[ ${#missing[@]} -eq 0 ] || install_packages "${missing[*]}" "${packages[@]}"
}

# install_packages WHAT_IS_MISSING PACKAGE...
install_packages()
{
	local what=$1 as_root=() command
	shift

	command -v apt-get >/dev/null ||
		die "not found: $what" "Install it with this system's package manager and run again."
	[ "$(id -u)" -eq 0 ] || as_root=(sudo)
	command=("${as_root[@]}" apt-get -o DPkg::Lock::Timeout=300 install --yes
		--no-install-recommends "$@")
	[ -z "${NO_INSTALL:-}" ] ||
		die "not found: $what" "NO_INSTALL is set; run: ${command[*]}"
	[ ${#as_root[@]} -eq 0 ] || command -v sudo >/dev/null ||
		die "not found: $what, and no sudo to install it" "Run as root: ${command[*]:1}"

	say "installing $* (${command[*]})"
	mkdir -p "$BUILD"
	# An interrupt must not leave dpkg half done: it is not of this run, and ends by itself.
	if ! env -u SERIES_RUN DEBIAN_FRONTEND=noninteractive \
		sh -c "${as_root[*]} apt-get update && ${command[*]}" \
		>"$BUILD/apt-get.log" 2>&1 </dev/null 9>&-; then
		tail -n 3 "$BUILD/apt-get.log" >&2
		die "apt-get could not install $*" \
		    "See $BUILD/apt-get.log; is there a network, and a Debian 12 package source?"
	fi
}

# need_python MODULE PACKAGE: for the distribution's own Python.
need_python()
{
	/usr/bin/python3 -c "import $1" 2>/dev/null || install_packages "Python's $1" "$2"
}

build_tools()
{
	need git make gcc flex bison bc python3 xz ccache flock timeout
	# What comes along only where recommendations are installed: a C library to
	# build with, and the modules of Perl.
	[ -f /usr/include/stdio.h ] || install_packages "the C library's headers" libc6-dev
	perl -MTerm::ANSIColor -MEncode -e 1 2>/dev/null || install_packages "Perl's modules" perl
	[[ $(uname -m) =~ ^(x86_64|i.86)$ ]] ||
		die "User Mode Linux needs an x86 machine, and this one is $(uname -m)" \
		    "README.md says how to review without these programs; kunit.py takes an --arch."
}

# Debian 12's default clang is too old for today's kernels.
lint_tools()
{
	# Some of the kernel's semantic patches have scripts in OCaml, which spatch compiles.
	need clang-16 sparse codespell spatch ocamlopt powerpc-linux-gnu-gcc
	# checkpatch runs spdxcheck.py.
	need_python git python3-git
	need_python ply python3-ply
}

# The theme is the default of kernels before 6.2.
docs_tools()
{
	need sphinx-build dot
	need_python sphinx_rtd_theme python3-sphinx-rtd-theme
	need_python yaml python3-yaml
}

# can_browse: whether there is a browser, or one could be installed.
can_browse()
{
	command -v chromium >/dev/null || (need chromium)
}

test_tools()
{
	need bats codespell quilt shellcheck b4 parallel busybox cpio depmod spatch
	need qemu-system-x86_64 libelf.h
	# A server for ssh that is a program alone, and no service.
	need ssh-keygen rsync dropbear
	docs_tools
	need_python aiosmtpd python3-aiosmtpd
	# spatch loads it by the name that it has for developers.
	/usr/bin/python3 -c "import ctypes, sysconfig
ctypes.CDLL(sysconfig.get_config_var('LDLIBRARY'))" 2>/dev/null ||
		install_packages "Python's library" libpython3-dev
}
