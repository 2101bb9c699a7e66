-- Runs after the services' own migrations, some of which made these tables already.
create table if not exists freeze_in_force (
  scope text not null check (scope in ('fleet', 'workspace', 'principal', 'session', 'run')),
  workspace_id text not null,
  id text not null,
  since timestamptz not null default now(),
  primary key (scope, workspace_id, id)
);
alter table freeze_in_force
  add column if not exists reason text not null default '',
  add column if not exists actor text not null default '',
  alter column reason set default '',
  alter column actor set default '',
  drop constraint if exists freeze_in_force_check,
  drop constraint if exists freeze_in_force_check1,
  add constraint freeze_in_force_workspace check ((scope = 'fleet') = (workspace_id = '')),
  add constraint freeze_in_force_id check ((scope in ('fleet', 'workspace')) = (id = ''));

-- Earlier versions also stored freezes of names that no principal can have: they cover nothing and cannot be lifted.
delete from freeze_in_force
where length(id) > 230
  or (scope = 'principal' and (position(':' in id) < 2 or position('/' in id) > 0))
  or (scope in ('session', 'run') and (position('/' in id) < 2 or position(':' in split_part(id, '/', 1)) < 2));
comment on table freeze_in_force is 'A row is a freeze in force: nothing that it covers starts, and what runs is ended.';

create table if not exists freeze_change (
  scope text not null,
  workspace_id text not null,
  id text not null,
  changed_at timestamptz not null,
  primary key (scope, workspace_id, id)
);
comment on table freeze_change is
  'A row is a target that was frozen at least once, and when the last freeze or end of one known here was stated.';

-- Whether a freeze (the first three values) covers a call (the other four). The planner puts the body in place of the call.
create function freeze_covers(
  scope text, workspace_id text, id text, call_workspace text, call_principal text, call_session text, call_run text)
returns boolean language sql immutable parallel safe
return scope = 'fleet'
  or (workspace_id = call_workspace
    and (scope = 'workspace'
      or (scope = 'principal' and id = call_principal)
      or (scope = 'session' and id = call_principal || '/' || call_session)
      or (scope = 'run' and id = call_principal || '/' || call_run)));
comment on function freeze_covers is 'The one rule of what a freeze covers.';
