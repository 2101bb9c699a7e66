alter table approval_answer add column partly_seen boolean not null default false;
comment on column approval_answer.partly_seen is 'Whether a part of the arguments was left out of what the person had before them.';
