create table kit_outbox (
  id bigint generated always as identity primary key,
  digest bytea not null unique check (octet_length(digest) = 32),
  topic text not null,
  subject text not null check (subject like '_%:_%'),
  proposal_id text,
  record bytea not null check (octet_length(record) <= 1048576),
  traceparent text,
  created_at timestamptz not null default now(),
  attempts integer not null default 0,
  next_send_at timestamptz not null default now(),
  sent_at timestamptz,
  checks integer not null default 0,
  next_check_at timestamptz not null default now()
);
comment on table kit_outbox is
  'A row is a statement of this service that the ledger has not yet confirmed together with the end of its call.';
comment on column kit_outbox.proposal_id is 'The call it belongs to; null outside a call.';
comment on column kit_outbox.sent_at is 'When Kafka first took it.';
create index kit_outbox_due on kit_outbox (next_send_at, id);
create index kit_outbox_to_confirm on kit_outbox (next_check_at, id) where sent_at is not null;

create table kit_inbox (
  digest bytea primary key check (octet_length(digest) = 32),
  topic text not null,
  applied_at timestamptz not null default now()
);
comment on table kit_inbox is 'A row is a statement of another service that has been applied here, once.';
create index kit_inbox_applied_at on kit_inbox (applied_at);
