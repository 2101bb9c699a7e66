#!/usr/bin/env bash
# One call with curl and jq: propose it, wait for its end, print one text for the model.
# usage: call.sh TOOL ARGUMENTS, for example: call.sh process.run '{"executable":"uname","args":["-s"]}'
set -euo pipefail

# The token goes through a file, so that nobody reads it in the list of processes.
ask() {
  curl -s --fail-with-body -H @<(printf 'Authorization: Bearer %s\n' "$SALLYPORT_TOKEN") "$@"
}

refused() {
  [ -n "$1" ] || { echo "No answer from $SALLYPORT_URL." >&2 && exit 3; }
  jq -r '"\(.code): \(.detail)"' <<< "$1" >&2
  exit 2
}

# The key makes it safe to send the same call again when the connection breaks.
answer=$(jq -cn --arg tool "$1" --argjson arguments "$2" '$ARGS.named' |
  ask "$SALLYPORT_URL/v1/proposals" -H 'Content-Type: application/json' -H 'Prefer: wait=30' \
    -H "Idempotency-Key: $(cat /proc/sys/kernel/random/uuid)" --retry 3 --data-binary @-) || refused "$answer"
while [ "$(jq -r .state.phase <<< "$answer")" != done ]; do # a person is asked, or it queues
  jq -r .message <<< "$answer" >&2
  answer=$(ask "$SALLYPORT_URL/v1/proposals/$(jq -r .proposal_id <<< "$answer")?wait=30") || refused "$answer"
done
jq -r 'if .state.outcome == "succeeded" then .result.stdout // (.result.value | tojson)
  else "\(.state.outcome) \(.state.code): \(.message)" end' <<< "$answer"
