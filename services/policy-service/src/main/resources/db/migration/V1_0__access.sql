create table workspace (
  workspace_id text primary key check (length(workspace_id) = 26),
  name text not null unique check (name ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  created_at timestamptz not null default now()
);
comment on table workspace is 'A row is a workspace: the border between tenants.';

create table member (
  workspace_id text not null references workspace,
  principal text not null check (principal ~ '^(person|agent|service):[a-z0-9][a-z0-9._-]{0,62}$'),
  roles text[] not null check (cardinality(roles) between 1 and 5
    and roles <@ array['owner', 'admin', 'operator', 'auditor', 'agent']),
  created_at timestamptz not null default now(),
  created_by text not null,
  primary key (workspace_id, principal),
  -- An agent has no human right, whoever writes the row.
  check (principal not like 'agent:%' or roles = array['agent']),
  check (principal not like 'person:%' or not ('agent' = any (roles)))
);
comment on table member is 'A row is a principal''s membership of a workspace with its roles there.';

create table device_binding (
  device text primary key check (device ~ '^[a-zA-Z0-9._-]{1,100}$'),
  workspace_id text not null,
  principal text not null,
  bound_at timestamptz not null default now(),
  foreign key (workspace_id, principal) references member
);
comment on table device_binding is 'A row says on whose behalf the holder of a device certificate acts.';

create table api_token (
  token_id text primary key check (length(token_id) = 26),
  workspace_id text not null,
  principal text not null,
  hash bytea not null unique check (octet_length(hash) = 32),
  label text not null check (length(label) <= 200),
  scopes text[] not null,
  channels text[] not null check (cardinality(channels) between 1 and 16),
  accountable text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  revoked_at timestamptz,
  foreign key (workspace_id, principal) references member,
  check (expires_at > created_at and expires_at <= created_at + interval '366 days')
);
comment on table api_token is 'A row is an API token: the SHA-256 of it, never itself.';
comment on column api_token.scopes is 'Permissions the token is confined to; empty means all of the principal''s.';
comment on column api_token.accountable is 'The person or service that issued it and answers for its use.';
create index api_token_of_principal on api_token (workspace_id, principal);

create table sign_in_token (
  hash bytea primary key check (octet_length(hash) = 32),
  workspace_id text not null,
  principal text not null check (principal like 'person:%'),
  issued_by text not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  foreign key (workspace_id, principal) references member
);
comment on table sign_in_token is 'A row is a one-time sign-in link of a person: the SHA-256 of its token.';

create table freeze_in_force (
  scope text not null check (scope in ('fleet', 'workspace', 'principal', 'session', 'run')),
  workspace_id text not null,
  id text not null,
  reason text not null,
  actor text not null,
  since timestamptz not null default now(),
  primary key (scope, workspace_id, id),
  check ((scope = 'fleet') = (workspace_id = '')),
  check ((scope in ('fleet', 'workspace')) = (id = ''))
);
comment on table freeze_in_force is 'A row is a freeze in force: nothing in its scope gets a permit.';
