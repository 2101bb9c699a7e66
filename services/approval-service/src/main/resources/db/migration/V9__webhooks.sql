-- Where a workspace's news about approvals are sent to. A message is written in the transaction of what it tells.
create table webhook (
    workspace_id text        not null,
    id           text        not null check (id ~ '^[0-9A-HJKMNP-TV-Z]{26}$'),
    address      text        not null check (length(address) <= 2000),
    format       text        not null check (format in ('standard', 'slack')),
    events       text[]      not null check (events <@ '{approval.pending,approval.resolved}' and cardinality(events) >= 1),
    secret       bytea       check (octet_length(secret) = 32),
    created_at   timestamptz not null default clock_timestamp(),
    created_by   text        not null,
    quiet_until  timestamptz not null default '-infinity',
    removed_at   timestamptz,
    removed_by   text,
    primary key (workspace_id, id),
    constraint webhook_removal_is_whole check ((removed_at is null) = (removed_by is null)),
    constraint webhook_secret_until_removal check ((secret is null) = (removed_at is not null))
);
comment on table webhook is 'A row is an address outside that a workspace''s news about approvals are sent to.';
comment on column webhook.address is 'All of it. Its path may be a secret of the receiver''s; empty after the removal.';
comment on column webhook.secret is 'The HMAC key that messages are signed with; null after the removal.';
comment on column webhook.quiet_until is 'Nothing is sent before this time, because the receiver did not take the last message.';
create index webhook_live on webhook (workspace_id) where removed_at is null;

create table webhook_message (
    workspace_id text        not null,
    id           text        not null check (id ~ '^[0-9A-HJKMNP-TV-Z]{26}$'),
    webhook_id   text        not null,
    approval_id  text        not null,
    event        text        not null check (event in ('approval.pending', 'approval.resolved')),
    body         text        not null,
    state        text        not null default 'waiting' check (state in ('waiting', 'delivered', 'dead')),
    attempts     integer     not null default 0 check (attempts >= 0),
    code         text,
    status       integer,
    created_at   timestamptz not null default clock_timestamp(),
    queued_at    timestamptz not null default clock_timestamp(),
    due_at       timestamptz not null default clock_timestamp(),
    ended_at     timestamptz,
    primary key (workspace_id, id),
    foreign key (workspace_id, webhook_id) references webhook,
    constraint webhook_message_end_is_whole check ((state = 'waiting') = (ended_at is null))
);
comment on table webhook_message is 'A row is one message to one webhook: the outbox, and for some days what became of it.';
comment on column webhook_message.id is 'What the receiver is told as webhook-id, the same in each attempt.';
comment on column webhook_message.code is 'What came of the last attempt; null before the first.';
comment on column webhook_message.status is 'The HTTP status of the last answer; null without one.';
comment on column webhook_message.queued_at is 'When it was written, or last sent again by hand.';
create index webhook_message_due on webhook_message (due_at) where state = 'waiting';
create index webhook_message_of_webhook on webhook_message (workspace_id, webhook_id, id);
create index webhook_message_ended on webhook_message (ended_at) where state <> 'waiting';
