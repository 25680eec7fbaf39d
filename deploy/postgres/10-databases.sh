#!/bin/bash
# Runs once, when the cluster is made: a database for each service that has one, an owner role for its migrations, and
# an app role that owns nothing and cannot go round row-level security. Passwords come from files, never from here.
set -euo pipefail

password() { cat "/run/sellerport/$1.password"; }

database() { # name owner app
  psql -v ON_ERROR_STOP=1 --no-psqlrc -U "${POSTGRES_USER:-postgres}" -d postgres \
    -v name="$1" -v owner="$2" -v app="$3" -v owner_password="$(password "$2")" -v app_password="$(password "$3")" <<'SQL'
CREATE ROLE :"owner" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD :'owner_password';
CREATE ROLE :"app" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD :'app_password';
CREATE DATABASE :"name" OWNER :"owner";
REVOKE ALL ON DATABASE :"name" FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE :"name" TO :"app";
SQL
}

export PGHOST="${PGHOST:-/var/run/postgresql}"
database account_svc account_owner account_app
database sync_svc sync_owner sync_app
