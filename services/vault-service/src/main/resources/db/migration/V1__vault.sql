create table vault_seal (
  only_row boolean primary key default true check (only_row),
  sealed boolean not null,
  changed_at timestamptz not null default now()
);
comment on table vault_seal is 'The one row says whether somebody has sealed the vault; a restart does not unseal it.';
insert into vault_seal (sealed) values (false);

create table key_term (
  term integer primary key check (term > 0),
  state text not null check (state in ('active', 'decrypt_only')),
  protector text not null,
  wrapped_key bytea not null check (octet_length(wrapped_key) between 32 and 4096),
  seals bigint not null default 0 check (seals >= 0),
  created_at timestamptz not null default now()
);
comment on table key_term is 'A row is a key of the key ring, wrapped by the protector. Exactly one is active.';
create unique index key_term_active on key_term (state) where state = 'active';

create table secret (
  secret_id text primary key check (secret_id ~ '^[0-9A-HJKMNP-TV-Z]{26}$'),
  workspace_id text not null check (workspace_id <> ''),
  name text not null check (name ~ '^[a-z0-9][a-z0-9._-]{0,127}$'),
  current_version integer not null check (current_version > 0),
  pointer_term integer not null references key_term,
  pointer_seal bytea not null,
  created_at timestamptz not null,
  created_by text not null,
  deleted_at timestamptz
);
comment on table secret is 'A row is a secret. pointer_seal authenticates which version is the current one.';
create unique index secret_name on secret (workspace_id, name) where deleted_at is null;

create table secret_version (
  secret_id text not null references secret,
  version integer not null check (version > 0),
  term integer references key_term,
  header bytea,
  wrapped_key bytea,
  sealed bytea check (octet_length(sealed) <= 65564),
  hosts text[] not null,
  deliveries text[] not null,
  principals text[] not null,
  channels text[] not null,
  expires_at timestamptz,
  reads_per_minute integer not null check (reads_per_minute > 0),
  created_at timestamptz not null,
  created_by text not null,
  primary key (secret_id, version),
  check ((sealed is null) = (wrapped_key is null) and (sealed is null) = (term is null) and (sealed is null) = (header is null))
);
comment on table secret_version is
  'A row is a version of a secret under a data key of its own. Every column but term and wrapped_key is authenticated by the seal; without a seal the version is destroyed.';
create index secret_version_term on secret_version (term) where term is not null;

create table secret_redemption (
  proposal_id text not null,
  secret_id text not null references secret,
  version integer not null,
  node text not null,
  client_nonce text not null,
  redeemed_at timestamptz not null,
  primary key (proposal_id, secret_id)
);
comment on table secret_redemption is 'A row is the one handing over of a secret to the node of a call.';
create index secret_redemption_recent on secret_redemption (secret_id, redeemed_at);

create table issued_certificate (
  serial text primary key check (serial ~ '^[0-9a-f]{1,40}$'),
  spiffe_id text not null,
  purpose text not null check (purpose in ('tls', 'signing')),
  not_before timestamptz not null,
  not_after timestamptz not null check (not_after > not_before),
  issued_at timestamptz not null,
  issued_by text not null check (issued_by in ('renewal', 'join'))
);
comment on table issued_certificate is 'A row is a certificate that this service has issued (those of the first start are not here).';
create index issued_certificate_spiffe_id on issued_certificate (spiffe_id, issued_at desc);

create table revocation (
  id bigint generated always as identity primary key,
  serial text check (serial ~ '^[0-9a-f]{1,40}$'),
  spiffe_id text check (spiffe_id like 'spiffe://_%/_%/_%'),
  reason text not null check (octet_length(reason) <= 500),
  revoked_at timestamptz not null,
  revoked_by text not null,
  leaves_at timestamptz,
  check ((serial is null) <> (spiffe_id is null)),
  check ((serial is null) = (leaves_at is null))
);
comment on table revocation is
  'A row revokes one certificate, until it would have expired anyway, or an id with all its certificates, for good.';
create unique index revocation_serial on revocation (serial);
create unique index revocation_spiffe_id on revocation (spiffe_id);

create table join_token (
  token_hash bytea primary key check (octet_length(token_hash) = 32),
  spiffe_id text not null,
  dns_names text[] not null,
  addresses text[] not null,
  created_at timestamptz not null,
  created_by text not null,
  expires_at timestamptz not null check (expires_at > created_at),
  used_at timestamptz
);
comment on table join_token is 'A row is a one-time token (its SHA-256) with which a workload gets its first certificates.';
