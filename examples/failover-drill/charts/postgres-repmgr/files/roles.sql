\getenv superuser SUPERUSER_PASSWORD
\getenv repmgr REPMGR_PASSWORD
\getenv pooler POOLER_PASSWORD
\getenv user LOGIN_USER
\getenv password LOGIN_PASSWORD
\getenv database LOGIN_DATABASE
alter role postgres password :'superuser';
create role repmgr login superuser replication password :'repmgr';
-- repmgr writes its records while a failover runs, when no standby may be there to acknowledge them
alter role repmgr set synchronous_commit = local;
create role pgpool login password :'pooler';
grant pg_monitor to pgpool;
create role :"user" login createdb password :'password';
grant pg_monitor to :"user";
create database repmgr owner repmgr;
create database :"database" owner :"user";
