-- People sign answers with keys of their own. approval-service states that a person has made one; it counts here if that
-- person had a link for it, which is used for one key.
alter table sign_in_token
  add column enrols_key boolean not null default false,
  add column enrolled_key bytea check (octet_length(enrolled_key) = 32),
  add constraint sign_in_token_enrols_once check (enrolled_key is null or (enrols_key and used_at is not null));
comment on column sign_in_token.enrols_key is 'Whether its person may make a key of their own with it.';
comment on column sign_in_token.enrolled_key is 'The key that was made with it; null until then.';
create index sign_in_token_of_person on sign_in_token (workspace_id, principal);

create table approver_key (
  workspace_id text not null,
  key bytea not null check (octet_length(key) = 32),
  principal text not null check (principal like 'person:%'),
  bound_at timestamptz not null default now(),
  removed_at timestamptz,
  primary key (workspace_id, key)
);
comment on table approver_key is 'A row is a key that a person signs answers with: the SHA-256 of its SubjectPublicKeyInfo. A removed one counts never again.';
create index approver_key_of_person on approver_key (workspace_id, principal) where removed_at is null;
