#!/bin/bash
# docker-entrypoint.sh postgres [OPTION...]: the first time makes the data folder and runs /docker-entrypoint-initdb.d/*.sh
# on a server that only its socket reaches; then the server. Never as uid 0.
set -euo pipefail
if [ "$(id -u)" -eq 0 ]; then
  exec setpriv --reuid=postgres --regid=postgres --init-groups -- "$0" "$@"
fi
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  PGPASSWORD=${POSTGRES_PASSWORD:-$(cat "$POSTGRES_PASSWORD_FILE")}
  export PGPASSWORD
  # shellcheck disable=SC2086 # a list
  initdb --username=postgres --pwfile=<(printf '%s\n' "$PGPASSWORD") ${POSTGRES_INITDB_ARGS:-} >/dev/null
  echo "listen_addresses = '*'" >>"$PGDATA/postgresql.conf"
  pg_ctl --silent --wait -o "$(printf '%q ' "${@:2}") -c listen_addresses=''" start
  for script in /docker-entrypoint-initdb.d/*.sh; do
    [ ! -r "$script" ] || bash "$script"
  done
  pg_ctl --silent --wait --mode=fast stop
  unset PGPASSWORD
fi
exec "$@"
