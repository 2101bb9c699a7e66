alter table device_binding drop constraint device_binding_device_check;
alter table device_binding add constraint device_binding_device_check
  check (device ~ '^(agent/)?[a-zA-Z0-9._-]{1,100}$');

alter table device_binding add column accountable text;
comment on column device_binding.accountable is
  'Who bound an agent''s certificate, and answers for its calls; null for a person''s device.';

-- The certificate of an agent stands for an agent, and nothing else does.
alter table device_binding add constraint device_binding_kind check (
  (device like 'agent/%') = (principal like 'agent:%') and (device like 'agent/%') = (accountable is not null));
create index device_binding_principal on device_binding (workspace_id, principal);
