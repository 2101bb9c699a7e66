-- A yes was said to the call as it would be held: a permit on weaker terms would be for another call.
alter table proposal add column shown_sandbox jsonb;
comment on column proposal.shown_sandbox is 'Tier, egress and limits that people were shown; null where nobody was asked, or before this was kept.';
