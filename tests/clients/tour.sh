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

{
    printf 'set -euo pipefail\n'
    # The blocks between the two headings; each account's own password where the text says that the demo printed it.
    sed -n '/^### From a shell/,/^## Run it/p' README.md | sed -n '/^```sh$/,/^```$/p' | grep -v '^```' |
        sed "s|^url=.*|url=$address/graphql|" |
        while IFS= read -r line; do
            if [[ $line =~ sign_in\ ([a-z]+@sahel-desk\.example) ]]; then
                password=$(awk -v email="${BASH_REMATCH[1]}" '$2 == email { print $3 }' "$home/welcome")
                line=${line/the password that the demo printed/$password}
            fi
            printf '%s\n' "$line"
        done
} >"$home/tour"
bash "$home/tour" >"$home/answers" || { cat "$home/answers" >&2; exit 1; }

# What the README says that each step gives.
for expected in '"text": "The operator says that fares doubled because fuel did."' '"state": "IN_REVIEW"' '"verdictCount": 1' '"articleCount": 2' \
    '"label": "True"' '"code": "FORBIDDEN"'; do
    grep -qF "$expected" "$home/answers" || { cat "$home/answers" >&2; printf 'the tour did not give %s\n' "$expected" >&2; exit 1; }
done
printf 'the tour gives what the README says\n'
