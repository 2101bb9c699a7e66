alter table webhook add column tried_at timestamptz not null default '-infinity';
comment on column webhook.tried_at is 'When something was last sent there. Who was served least lately comes first, so that slow receivers hold up nobody else.';
