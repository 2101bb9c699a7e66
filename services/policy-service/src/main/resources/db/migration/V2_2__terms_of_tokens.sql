-- On what terms a token counts, when it was last used, and what it was replaced by.
alter table api_token
  add column requests_per_minute integer not null default 120 check (requests_per_minute between 1 and 100000),
  add column certificate text check (certificate ~ '^spiffe://[^/]+/(device|agent)/[^/]+$'),
  add column last_used_at timestamptz,
  add column rotated_to text check (length(rotated_to) = 26);
comment on column api_token.requests_per_minute is 'How many requests its holder may make in a minute.';
comment on column api_token.certificate is
  'The SPIFFE id of the client certificate beside which alone it counts. Null where it counts by itself.';
comment on column api_token.last_used_at is 'When it was last used, at most a minute older than the truth. Null before its first use.';
comment on column api_token.rotated_to is 'The token that replaces it; it counts itself until expires_at.';

create table replica (
  instance text primary key check (length(instance) = 26),
  seen_at timestamptz not null default now()
);
comment on table replica is 'A row is a running process of this service, by the id that it gave itself at its start.';
