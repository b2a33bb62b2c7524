#!/usr/bin/env bash
# The action's `command: fetch`: fetches contracts, regenerates the crates, and summarizes what
# changes for callers. $APIS lists names separated by spaces; empty means all. Writes `changed` and
# `summary` to $GITHUB_OUTPUT. If a vendor cannot be reached, the others are still fetched, and the
# step fails at its end.
set -uo pipefail

summary="$RUNNER_TEMP/lorgnette-summary.md"
status=0

fenced() {
    # The fence is longer than any in the text.
    echo "~~~~~~~~~~text"
    sed 's/^~~~~~~~~~~/ &/' "$1"
    echo "~~~~~~~~~~"
}

# Names are separated by spaces.
# shellcheck disable=SC2086
lorgnette fetch ${APIS:---all} 2> "$RUNNER_TEMP/lorgnette-fetch.txt" || status=$?
cat "$RUNNER_TEMP/lorgnette-fetch.txt" >&2

changed=false
if [[ -n $(git status --porcelain -- .) ]]; then
    changed=true
    {
        echo "The contracts under \`specs/\` as their vendors publish them now."
        echo
        # The summary reports breaking changes; they are not failures of this step.
        lorgnette diff --format markdown --against HEAD 2> "$RUNNER_TEMP/lorgnette-diff.txt" \
            || [[ $? -eq 2 ]] || fenced "$RUNNER_TEMP/lorgnette-diff.txt"
        if [[ $status -ne 0 ]]; then
            printf '\n**Some vendors could not be asked:**\n\n'
            fenced "$RUNNER_TEMP/lorgnette-fetch.txt"
        fi
    } > "$summary"
    # A person must repair a contract that the generator rejects, or an overlay that no longer fits.
    if ! lorgnette generate 2> "$RUNNER_TEMP/lorgnette-generate.txt"; then
        {
            printf '\n**The crates could not be generated:**\n\n'
            fenced "$RUNNER_TEMP/lorgnette-generate.txt"
        } >> "$summary"
    fi
    # GitHub takes 65,536 characters.
    if [[ $(wc -c < "$summary") -gt 60000 ]]; then
        head -c 60000 "$summary" | iconv -c -f UTF-8 -t UTF-8 > "$summary.short"
        printf '\n\n... The rest: `lorgnette diff --format markdown`.\n' >> "$summary.short"
        mv "$summary.short" "$summary"
    fi
fi

{
    echo "changed=$changed"
    echo "summary=$summary"
} >> "$GITHUB_OUTPUT"
exit "$status"
