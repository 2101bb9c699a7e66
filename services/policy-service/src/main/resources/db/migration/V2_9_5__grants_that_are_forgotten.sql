-- What is known of a grant is forgotten once nothing can be stated by it any more.
alter table accepted_grant_use add column taken_at timestamptz not null default now();
create index accepted_grant_by_time on accepted_grant (accepted_at);
create index accepted_grant_use_by_time on accepted_grant_use (taken_at);
create index revoked_grant_by_time on revoked_grant (revoked_at);
