-- What people upload beside the shipped baseline. One set decides for the whole fleet.
create table policy_set (
  digest bytea primary key check (length(digest) = 32),
  name text not null check (length(name) <= 200),
  files jsonb not null check (jsonb_typeof(files) = 'object'),
  bytes integer not null check (bytes >= 0),
  authors text[] not null check (cardinality(authors) >= 1),
  workspace_id text not null references workspace,
  uploaded_at timestamptz not null default now()
);
comment on table policy_set is 'A row is an uploaded policy set. It never changes.';
comment on column policy_set.digest is 'SHA-256 of the files as canonical JSON, text by path.';
comment on column policy_set.authors is 'Who uploaded it first, and who answers for a service that did.';
create index policy_set_newest on policy_set (uploaded_at desc, digest);

-- Which version decisions name belongs to which set: the version covers the baseline, the schema and the engine too, so
-- the same set has another one after an upgrade.
create table policy_version (
  version bytea primary key check (length(version) = 32),
  set_digest bytea check (length(set_digest) = 32),
  engine text not null,
  seen_at timestamptz not null default now()
);
comment on table policy_version is 'A row is a set as one version of this service has compiled it; without set_digest the baseline alone.';

create table policy_activation (
  position bigint primary key check (position >= 0),
  set_digest bytea check (length(set_digest) = 32),
  beneath bigint references policy_activation,
  actor text not null,
  proposed_by text,
  rollback boolean not null default false,
  activated_at timestamptz not null default now(),
  -- Nobody is the second person for himself, whoever writes the row.
  check (proposed_by is null or proposed_by <> actor)
);
comment on table policy_activation is 'A row is a moment from which a set decided; without set_digest the baseline alone.';
comment on column policy_activation.beneath is 'The activation that a rollback of this one restores; none beneath the first.';
insert into policy_activation (position, actor) values (0, 'policy-service');

-- The one row that says what decides. Its lock orders activations.
create table policy_active (
  only_one boolean primary key default true check (only_one),
  position bigint not null references policy_activation
);
insert into policy_active (position) values (0);
comment on table policy_active is 'The only row names the activation in force.';

create table policy_change (
  change_id text primary key check (length(change_id) = 26),
  workspace_id text not null references workspace,
  based bigint not null references policy_activation,
  set_digest bytea check (length(set_digest) = 32),
  rollback boolean not null,
  rules text[] not null,
  proposers text[] not null check (cardinality(proposers) >= 1),
  proposed_at timestamptz not null default now(),
  expires_at timestamptz not null check (expires_at > proposed_at),
  state text not null default 'PENDING' check (state in ('PENDING', 'CONFIRMED', 'WITHDRAWN')),
  decided_by text,
  decided_at timestamptz,
  check ((state = 'PENDING') = (decided_by is null)),
  check ((decided_by is null) = (decided_at is null)),
  -- Nobody confirms his own change, whoever writes the row.
  check (state <> 'CONFIRMED' or not (decided_by = any (proposers)))
);
comment on table policy_change is 'A row is an activation that waits, or waited, for a second person.';
alter table proposal add column permit_policy_set bytea check (length(permit_policy_set) = 32);
comment on column proposal.permit_policy_set is 'The version of the policy set that the last permit was decided on; null for permits of earlier versions.';

comment on column policy_change.rules is 'The ids of the rules for which it takes two people.';
create index policy_change_of_workspace on policy_change (workspace_id, change_id desc);
