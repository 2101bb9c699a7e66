-- A principal's calls of an hour are bounded, whatever runs it names.
create table principal_hour (
  workspace_id text not null references workspace,
  principal text not null,
  hour timestamptz not null check (hour = date_trunc('hour', hour, 'UTC')),
  granted integer not null default 0 check (granted >= 0),
  denied integer not null default 0 check (denied >= 0),
  primary key (workspace_id, principal, hour)
);
comment on table principal_hour is
  'A row counts the calls that one principal proposed in one hour: granted (or still asked for), and denied.';
create index principal_hour_by_time on principal_hour (hour);
