-- The skill is part of a proposal, and so of the subject that all statements about a call share.
alter table proposal add column skill text;
comment on column proposal.skill is 'The skill that provides the tool; null for any other tool.';
