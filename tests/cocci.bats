#!/usr/bin/env bats
# The semantic patch of the series: of the files in tests/cocci/ it reports the lines
# that say so in a comment, in its words, and no other.

load helpers

SEMANTIC_PATCH=scripts/coccinelle/api/devm_drm_dev_alloc.cocci
FILES=$TOP/tests/cocci
DRIVER=drivers/lcd/driver

# What the stored patch adds, as COCCI.
setup()
{
	local patch
	patch=$(grep -l "^+++ b/$SEMANTIC_PATCH" "$TOP"/patches/drm-misc-next/*.patch)
	cd "$BATS_TEST_TMPDIR" || return
	git init -q tree
	git -C tree apply --include="$SEMANTIC_PATCH" "$patch"
	COCCI=$BATS_TEST_TMPDIR/tree/$SEMANTIC_PATCH
	mkdir -p "$DRIVER"
}

# put_into DIRECTORY FILE...
put_into() { (cd "$FILES" && cp -r "${@:2}" "$BATS_TEST_TMPDIR/$1"); }

# spatch_says MODE: of the driver, called as scripts/coccicheck does, with the
# distribution's Python.
spatch_says()
{
	local options
	options=$(sed -n 's,^// Options: ,,p' "$COCCI")
	[ "$1" = context ] || options+=" --no-show-diff"
	# shellcheck disable=SC2086 # words
	PATH=/usr/bin:$PATH spatch -D "$1" --very-quiet $options --cocci-file "$COCCI" --dir "$DRIVER" 2>&1 |
		sed -E '/^init_defs_builtins: /d; /^warning: .* not used in the - or context code$/d'
}

# reported: "FILE:LINE: WORDS" each. What else spatch says is there as it is.
reported() { spatch_says report | sed -E 's,^'"$DRIVER"'/([^:]*:[0-9]+):[0-9]+-[0-9]+: ,\1: ,' | sort; }

# stated: the same, by the comments.
stated()
{
	(cd "$DRIVER" && grep -nHE '/\* (ERROR|WARNING): ' -- *.c) |
		sed -E 's,^([^:]*:[0-9]+):.*/\* (.*) \*/$,\1: \2,' | sort
}

@test "what is wrong is reported, each in the words of its line, and of what is right nothing" {
	put_into "$DRIVER" .
	for file in "$DRIVER"/*-wrong.c; do
		grep -qE '/\* (ERROR|WARNING): ' "$file"
	done
	refute grep -qE '/\* (ERROR|WARNING): ' "$DRIVER"/*-right.c "$DRIVER"/driver.c
	[ "$(stated | wc -l)" -gt 20 ]
	diff <(stated) <(reported)
}

@test "org and context show the same lines" {
	put_into "$DRIVER" .
	diff <(stated | cut -d : -f 1-2) <(spatch_says org |
		sed -nE 's,^\* TODO \[\[view:'"$DRIVER"'/([^:]*)::.*::linb=([0-9]+)::.*\]\[(ERROR|WARNING): .*,\1:\2,p' | sort)
	diff <(grep -hE '/\* (ERROR|WARNING): ' "$DRIVER"/*.c | sort) <(spatch_says context |
		sed -n '/^--- /d; s/^-//p' | sort)
}

@test "a driver has devm_drm_dev_alloc() in a file beside, or in the directory above" {
	put_into "$DRIVER" {freed,member,structure,object,kept,put-beside}-wrong.c
	[ -z "$(reported)" ]
	put_into "$DRIVER" definition.c
	[ -z "$(reported)" ]
	put_into drivers driver.c
	[ -z "$(reported)" ]
	mv drivers/driver.c drivers/lcd
	diff <(stated) <(reported)
	rm drivers/lcd/driver.c
	put_into "$DRIVER" driver-wrapped.c
	diff <(stated) <(reported)
}

# as_driver SED_SCRIPT: with that change, some of what is no driver's is reported.
as_driver()
{
	sed "$1" "$COCCI" >changed.cocci
	refute cmp -s "$COCCI" changed.cocci
	local COCCI=$PWD/changed.cocci
	reported | grep -qE '^[^ ]*:[0-9]+: (ERROR|WARNING): '
}

@test "each rule that asks for a driver, and what is no call, is needed for that" {
	put_into "$DRIVER" {freed,member,structure,object,kept,put-beside}-wrong.c definition.c
	for rule in put managed kept_by; do
		as_driver "/^@$rule /{s/driver && //; s/ depends on driver//}"
	done
	as_driver 's/words\.sub("", source\.read())/source.read()/'
}

# without FILE SED_SCRIPT: that change of the semantic patch is noticed by the file, and
# not for being none any more.
without()
{
	sed "$2" "$COCCI" >changed.cocci
	refute cmp -s "$COCCI" changed.cocci
	local COCCI=$PWD/changed.cocci said
	rm -f "$DRIVER"/*
	put_into "$DRIVER" "$1" driver.c
	said=$(reported)
	[ -z "$(sed -E '/^[^ ]*:[0-9]+: (ERROR|WARNING): /d' <<<"$said")" ]
	refute diff -q <(stated) <(printf '%s' "${said:+$said$'\n'}")
}

@test "each of its rules is needed for a file that is wrong" {
	rules=$(sed -n 's/^p << \(.*\)\.p;$/\1/p' "$COCCI")
	[ "$(wc -l <<<"$rules")" -eq 8 ]
	for rule in $rules; do
		file=${rule%_*}-wrong.c
		[ "$rule" != put_early ] || file=put-early-wrong.c
		without "$file" "/^p << $rule\\.p;/,/^found/s/^found.*/pass/"
	done
}

@test "each of its conditions is needed for a file that is right" {
	without put-right.c '/^@put /s/ && !referrer//'
	without put-right.c 's/ when != drm_dev_get(...)//'
	without put-alloc-right.c '/^@referrer/,/^$/s/ drm_dev_alloc,//'
	without put-kref-right.c 's/kref_get_unless_zero/kref_get/'
	without freed-right.c '/^@freed /,/^$/s/ when != x = e//'
	without member-right.c '/^@member_freed /s/ depends on !member_other//'
	without member-right.c '/^@member_freed /,/^$/{s/^struct s \*q;/expression q;/;s/member\.s, //}'
	without structure-right.c '/^@structure_freed /s/ depends on !structure_other//'
	without object-right.c '/^@object /,/^$/s/ when != x = e//'
	without kept-right.c '/^@kept_object /s/ depends on !kept_other//'
	without kept-right.c '/^@kept_alias /s/depends on !kept_other //'
	without alias-right.c '/^@kept_alias /,/^$/s/ when != o = e//'
}
