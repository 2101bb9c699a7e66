-- Whoever proposed a call that a person denied is told why.
alter table proposal add column denial_reason text;
comment on column proposal.denial_reason is
  'The words of the person who denied it, at most 500 characters. Null without any, and some days after the end.';
