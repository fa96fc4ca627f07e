#!/bin/sh
# The superuser's password, and a role and a database for each service that has one. The role owns its database and can
# enter no other.
set -eu

# psql quotes the values; by standard input they never show in a list of processes.
sql() { psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres; }

create() { # ROLE DATABASE PASSWORD_FILE
  sql <<SQL
\set role '$1'
\set database '$2'
\set password '$(cat "$3")'
CREATE ROLE :"role" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'password';
CREATE DATABASE :"database" OWNER :"role";
REVOKE ALL ON DATABASE :"database", postgres, template1 FROM PUBLIC;
SQL
}

sql <<SQL
\set password '$(cat /run/secrets/postgres_superuser_password)'
ALTER ROLE CURRENT_USER PASSWORD :'password';
SQL
# Written by ./keel generate.
create user_service users /run/secrets/database_password
