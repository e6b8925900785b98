\getenv user DRILL_USER
\getenv password DRILL_PASSWORD
\getenv database DRILL_DATABASE
create role :"user" login createdb password :'password';
grant pg_monitor to :"user";
create database :"database" owner :"user";
