# shellcheck shell=bash
# All that a program in scripts/ needs: sourced first, and then 'supervise "$@"'.

. "${BASH_SOURCE[0]%/*}/environment.sh"
. "${BASH_SOURCE[0]%/*}/run.sh"
. "${BASH_SOURCE[0]%/*}/tools.sh"
. "${BASH_SOURCE[0]%/*}/series.sh"
. "${BASH_SOURCE[0]%/*}/tree.sh"
. "${BASH_SOURCE[0]%/*}/kunit.sh"
. "${BASH_SOURCE[0]%/*}/tally.sh"
. "${BASH_SOURCE[0]%/*}/hosts.sh"
