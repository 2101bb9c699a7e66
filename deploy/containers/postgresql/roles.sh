#!/bin/bash
# Runs once, when the data folder is made: a role and a database for each service.
set -euo pipefail
for file in "${PASSWORDS:-/fleet/postgresql/passwords}"/*_service; do
  role=$(basename "$file")
  psql --no-psqlrc --set ON_ERROR_STOP=1 --set "role=$role" --set "password=$(cat "$file")" --username postgres --quiet <<'SQL'
create role :"role" login nosuperuser nocreatedb nocreaterole password :'password';
create database :"role" owner :"role";
revoke all on database :"role" from public;
SQL
done
