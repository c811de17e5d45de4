#!/bin/sh
# Run once by the database image on an empty volume: `tenure_owner` owns the tables and migrates,
# `tenure` serves and owns nothing; the two roles it takes are made here so that a dump can be restored. Passwords come from files, so they appear in no list of processes.
set -eu
secrets="${SECRETS:-/run/secrets}"
psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres <<SQL
\\set owner \`cat "$secrets/owner_password"\`
\\set login \`cat "$secrets/login_password"\`
CREATE ROLE tenure_owner LOGIN NOSUPERUSER CREATEROLE PASSWORD :'owner';
CREATE ROLE tenure LOGIN NOSUPERUSER PASSWORD :'login';
CREATE ROLE tenure_app NOLOGIN;
CREATE ROLE tenure_log NOLOGIN;
GRANT tenure_app, tenure_log TO tenure_owner WITH ADMIN TRUE, INHERIT FALSE, SET FALSE;
CREATE DATABASE tenure OWNER tenure_owner TEMPLATE template0 ENCODING 'UTF8';
REVOKE ALL ON DATABASE tenure FROM PUBLIC;
GRANT CONNECT ON DATABASE tenure TO tenure;
SQL
