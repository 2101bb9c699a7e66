alter table key_term add column under_people boolean not null default false;
comment on column key_term.under_people is
  'The key is sealed under a key that people hold in shares before the protector wraps it.';

create table people_key (
  only_row boolean primary key default true check (only_row),
  threshold integer not null check (threshold >= 2),
  people integer not null check (people >= threshold and people <= 255),
  proof bytea not null check (octet_length(proof) <= 256),
  made_at timestamptz not null,
  made_by text not null
);
comment on table people_key is
  'The one row says that the vault opens only with shares of so many people. The key is nowhere; proof is what it opens.';

create table people_share (
  given_by text primary key,
  share_index integer not null unique check (share_index between 1 and 255),
  wrapped_share bytea not null check (octet_length(wrapped_share) <= 4096),
  given_at timestamptz not null default clock_timestamp()
);
comment on table people_share is
  'A row is a share that somebody has given to unseal the vault, for ten minutes, wrapped by the protector, so that every replica gets it.';
