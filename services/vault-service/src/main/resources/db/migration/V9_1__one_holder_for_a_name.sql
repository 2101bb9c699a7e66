alter table join_token add column readmits boolean not null default false;
comment on column join_token.readmits is
  'An owner''s device made it for a name that had a holder already, so that it lets another one in.';

alter table join_token add column superseded_at timestamptz;
comment on column join_token.superseded_at is
  'Another token of the same name was used then, and this one counts no more.';
create index join_token_spiffe_id on join_token (spiffe_id) where used_at is null and superseded_at is null;
create index join_token_recent on join_token (created_at desc, token_hash desc);
