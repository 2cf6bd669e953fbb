#!/usr/bin/env bash
# The README's tour, as it is written: its shell blocks, run against a demo with the passwords that the demo prints.
# usage: tour.sh PROGRAM
set -euo pipefail
program=$1
home=$(mktemp -d)
demo=
clean_up() {
    [[ -z $demo ]] || kill -KILL "$demo" 2>/dev/null || true
    rm -rf "$home"
}
trap clean_up EXIT

"$program" demo --database-url "sqlite://$home/demo.db" --listen 127.0.0.1:0 >"$home/welcome" 2>"$home/log" </dev/null &
demo=$!
for ((tries = 0; tries < 300; tries++)); do
    ! grep -q 'Ctrl-C' "$home/welcome" || break
    kill -0 "$demo" 2>/dev/null || { cat "$home/log" >&2; exit 1; }
    sleep 0.1
done
address=$(sed -n 's/^Claimspan.s demo listens on \(http:.*\)$/\1/p' "$home/welcome")

# with_passwords: shell blocks, each account's own password where the text says that the demo printed it.
with_passwords() {
    sed -n '/^```sh$/,/^```$/p' | grep -v '^```' | sed "s|^url=.*|url=$address/graphql|" |
        while IFS= read -r line; do
            if [[ $line =~ ([a-z]+@sahel-desk\.example) ]]; then
                password=$(awk -v email="${BASH_REMATCH[1]}" '$2 == email { print $3 }' "$home/welcome")
                line=${line/the password that the demo printed/$password}
            fi
            printf '%s\n' "$line"
        done
}

# run NAME EXPECTED…: runs the blocks on standard input, and looks for what the text says that they give.
run() {
    local name=$1 expected
    shift
    { printf 'set -euo pipefail\ncd %q\n' "$home"; with_passwords; } >"$home/$name"
    bash "$home/$name" >"$home/$name.answers" || { cat "$home/$name.answers" >&2; exit 1; }
    for expected in "$@"; do
        grep -qF -- "$expected" "$home/$name.answers" || { cat "$home/$name.answers" >&2; printf '%s did not give %s\n' "$name" "$expected" >&2; exit 1; }
    done
    printf '%s gives what it says\n' "$name"
}

sed -n '/^### From a shell/,/^## Run it/p' README.md | run tour '"text": "The operator says that fares doubled because fuel did."' \
    '"state": "IN_REVIEW"' '"verdictCount": 1' '"articleCount": 2' '"code": "FORBIDDEN"'
run using-the-api '"slug": "sahel-desk"' '"token": ""' '"signedOut": true' '"viewer": null' '400' '2' PERSISTED_QUERY_NOT_FOUND '"__typename": "Query"' '"reason": "INVALID_ID"' \
    '"statement"' <docs/using-the-api.md
# Marked once, though it was sent twice; and every change is told.
[[ $(tail -n 2 "$home/using-the-api.answers" | head -n 1) == 1 ]] || { cat "$home/using-the-api.answers" >&2; exit 1; }
(($(tail -n 1 "$home/using-the-api.answers") > 10)) || { cat "$home/using-the-api.answers" >&2; exit 1; }
