-- A node may run only so many calls of one tool at a time, so control must know what a call's tool is.
alter table execution add column tool text;
comment on column execution.tool is 'The tool of the call by its name; null for a call that was permitted before tools were kept.';
