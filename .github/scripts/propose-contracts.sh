#!/usr/bin/env bash
# Fetches the vendors' contracts and proposes what has changed as a pull request.
#
# Called by .github/workflows/fetch.yml in a fresh checkout of the default branch. Reads BRANCH (the
# branch of the pull request), BASE (the default branch), RUNNER_TEMP (a folder for scratch files)
# and GH_TOKEN (for `gh`, and for `git push` by the checkout's own settings).
#
# If the branch already exists, new commits are added to it: commits by others are kept, and nothing
# is ever force-pushed.
set -euo pipefail

body="$RUNNER_TEMP/body.md"
status=0

git config user.name "github-actions[bot]"
git config user.email "41898282+github-actions[bot]@users.noreply.github.com"

if git fetch --quiet origin "+refs/heads/$BRANCH:refs/remotes/origin/$BRANCH" 2>/dev/null; then
    git switch --quiet --create "$BRANCH" "origin/$BRANCH"
    if ! git merge --quiet --no-edit "origin/$BASE"; then
        git merge --abort
        echo "::error::$BRANCH conflicts with $BASE; merge $BASE into it by hand" >&2
        exit 1
    fi
else
    git switch --quiet --create "$BRANCH"
fi

# An unreachable vendor does not block the others: their changes are proposed, and the job fails at
# its end.
cargo xtask fetch --all 2> "$RUNNER_TEMP/fetch.txt" || status=$?
cat "$RUNNER_TEMP/fetch.txt" >&2

if [[ -z $(git status --porcelain specs) ]]; then
    if [[ $(git rev-list --count "origin/$BASE..HEAD") -gt 0 ]] \
        && git rev-parse --quiet --verify "origin/$BRANCH" > /dev/null; then
        git push --quiet origin "$BRANCH"
    fi
    echo "no contract has changed"
    exit "$status"
fi

fenced() {
    # The fence is longer than any in the text.
    echo "~~~~~~~~~~text"
    sed 's/^~~~~~~~~~~/ &/' "$1"
    echo "~~~~~~~~~~"
}

{
    echo "The contracts under \`specs/\` as their vendors publish them now."
    echo
    cargo xtask diff --format markdown --against "origin/$BASE" 2>&1 || true
    if [[ $status -ne 0 ]]; then
        printf '\n**Some vendors could not be asked:**\n\n'
        fenced "$RUNNER_TEMP/fetch.txt"
    fi
} > "$body"

# If the generator rejects a contract, or an overlay no longer applies, the pull request is opened
# nevertheless, and a person repairs the failure there.
if cargo xtask regen 2> "$RUNNER_TEMP/regen.txt"; then
    # The expectations of tests follow from the contracts, too.
    cargo xtask conformance --update > "$RUNNER_TEMP/conformance.txt" 2>&1 \
        || { printf '\n**`cargo xtask conformance` failed:**\n\n'; fenced "$RUNNER_TEMP/conformance.txt"; } >> "$body"
    INSTA_UPDATE=always cargo test --quiet --package lorgnette-tests --test surfaces \
        > "$RUNNER_TEMP/surfaces.txt" 2>&1 \
        || { printf '\n**The listing of the surfaces failed:**\n\n'; fenced "$RUNNER_TEMP/surfaces.txt"; } >> "$body"
else
    { printf '\n**`cargo xtask regen` failed:**\n\n'; fenced "$RUNNER_TEMP/regen.txt"; } >> "$body"
fi

# GitHub takes 65,536 characters.
if [[ $(wc -c < "$body") -gt 60000 ]]; then
    head -c 60000 "$body" | iconv -c -f UTF-8 -t UTF-8 > "$body.short"
    printf '\n\n... The rest: `cargo xtask diff --format markdown`.\n' >> "$body.short"
    mv "$body.short" "$body"
fi

git add --all
git commit --quiet --message "specs: fetch the contracts as they are published now"
git push --quiet origin "$BRANCH"

open=$(gh pr list --head "$BRANCH" --state open --json number --jq '.[0].number')
if [[ -n $open ]]; then
    gh pr edit "$open" --body-file "$body"
else
    gh pr create --head "$BRANCH" --base "$BASE" --title "Contracts have changed" --body-file "$body"
fi
exit "$status"
