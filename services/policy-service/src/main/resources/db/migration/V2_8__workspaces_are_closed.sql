alter table workspace add column closed_at timestamptz;
alter table workspace add check (not fleet or closed_at is null);
comment on column workspace.closed_at is 'Since when nobody belongs to it any more; null while it is open. The fleet''s own stays open.';
