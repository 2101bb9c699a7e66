-- The tools of skills, as executor control publishes them.
create table skill_publication (
  workspace_id text not null,
  skill_id text not null,
  change bigint not null check (change >= 1),
  state text not null check (state in ('QUARANTINED', 'ENABLED', 'REVOKED')),
  tool_version text not null,
  published_at timestamptz not null default now(),
  primary key (workspace_id, skill_id)
);
comment on table skill_publication is
  'A row is a skill as executor control published it last: statements arrive in any order, the highest change counts.';
comment on column skill_publication.tool_version is 'The version of its tools that agents call.';

create table skill_release (
  workspace_id text not null,
  skill_id text not null,
  tool_version text not null,
  publication bytea not null,
  primary key (workspace_id, skill_id, tool_version)
);
comment on table skill_release is 'A row is a version of a skill''s tools, which never changes; calls were decided with it.';

create table skill_tool (
  workspace_id text not null,
  shape text not null,
  name text not null,
  skill_id text not null,
  primary key (workspace_id, shape),
  unique (workspace_id, name)
);
comment on table skill_tool is 'A row is the name of a tool of a skill; it stays when the skill is revoked.';
comment on column skill_tool.shape is 'The name without dots: no two tools look the same where names have none.';
