-- Skills: whose keys count, which versions there are, and which of them may run.
create table skill_publisher (
  workspace_id text not null,
  publisher text not null check (length(publisher) between 1 and 64),
  key bytea not null check (octet_length(key) = 32),
  state text not null check (state in ('TRUSTED', 'REVOKED')),
  changed_by text not null,
  changed_at timestamptz not null default now(),
  primary key (workspace_id, publisher, key)
);
comment on table skill_publisher is
  'A row is a publisher''s key that a person has compared, or that was revoked. A revoked key never counts again.';
create unique index skill_publisher_trusted on skill_publisher (workspace_id, publisher) where state = 'TRUSTED';

create table skill_package (
  digest bytea primary key check (octet_length(digest) = 32),
  archive bytea not null
);
comment on table skill_package is 'A row is a package, by the digest of what its publisher signed. It never changes.';

create table skill (
  workspace_id text not null,
  skill_id text not null check (length(skill_id) between 3 and 128),
  shape text not null,
  publisher text not null,
  changes bigint not null default 0,
  current_version text,
  primary key (workspace_id, skill_id),
  unique (workspace_id, shape)
);
comment on table skill is 'A row is a skill of a workspace; it orders all changes of the skill.';
comment on column skill.shape is 'The name without dots: no two skills look the same where names have none.';
comment on column skill.current_version is 'The version that was enabled last: what publications are about.';
comment on column skill.changes is 'The number of the last publication; the catalogue takes only higher ones.';

create table skill_version (
  workspace_id text not null,
  skill_id text not null,
  version text not null,
  package bytea not null references skill_package (digest),
  manifest bytea not null,
  signer bytea not null check (octet_length(signer) = 32),
  state text not null check (state in ('QUARANTINED', 'ENABLED', 'REVOKED')),
  reason text not null,
  capabilities text[] not null default '{}',
  enabled_change bigint,
  installed_by text not null,
  installed_at timestamptz not null default now(),
  changed_by text not null,
  changed_at timestamptz not null default now(),
  primary key (workspace_id, skill_id, version),
  foreign key (workspace_id, skill_id) references skill (workspace_id, skill_id),
  check (state <> 'ENABLED' or enabled_change is not null)
);
comment on table skill_version is 'A row is a version of a skill. Its package never changes; its state does.';
comment on column skill_version.reason is 'Why it is in this state, for people.';
comment on column skill_version.capabilities is 'What the operator granted when it was enabled, of what it asks for.';
comment on column skill_version.enabled_change is
  'The number of the publication that enabled it last; permits for this version name it.';
create unique index skill_version_enabled on skill_version (workspace_id, skill_id) where state = 'ENABLED';

alter table execution add column skill_package bytea check (octet_length(skill_package) = 32);
comment on column execution.skill_package is 'The package of the skill that the permit names; null for any other tool.';
