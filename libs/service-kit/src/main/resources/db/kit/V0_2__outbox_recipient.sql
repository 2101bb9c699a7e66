alter table kit_outbox add column recipient text;
comment on table kit_outbox is
  'A row is a statement of this service that the ledger has not yet confirmed together with the end of its call, or that its recipient has not applied.';
comment on column kit_outbox.recipient is
  'The service that must have applied it before it is forgotten; null where the call''s end shows that it was.';
