-- A key is found as long as people may be asked about its call, and 24 hours longer.
alter table idempotency_key add column kept_until timestamptz not null default now() + interval '24 hours';
update idempotency_key set kept_until = created_at + interval '24 hours';
drop index idempotency_key_age;
create index idempotency_key_age on idempotency_key (kept_until);
comment on table idempotency_key is 'A row is a client''s key for one proposal, until kept_until.';
