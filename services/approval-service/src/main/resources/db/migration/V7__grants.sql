-- A person's answer may reach further than one call: it gives a grant, which answers calls like the one that was shown. Each
-- use is stated with the person's signed answer as its evidence; a row here authorises nothing by itself.
create table grant_key (
    workspace_id text  primary key check (workspace_id ~ '^[0-9A-HJKMNP-TV-Z]{26}$'),
    key          bytea not null check (octet_length(key) = 32)
);
comment on table grant_key is 'The key of a workspace under which arguments are compared. It leaves this database by no statement and no answer.';

create table approval_grant (
    workspace_id  text        not null,
    id            text        not null check (id ~ '^[0-9A-HJKMNP-TV-Z]{26}$'),
    approval_id   text        not null,
    answer        text        not null check (answer in ('approved', 'denied')),
    scope         text        not null check (scope in ('session', 'time')),
    principal     text        not null,
    session_id    text        not null,
    tool          text        not null,
    tool_version  text        not null,
    approver      text        not null,
    shown         text        not null,
    pattern       jsonb       not null,
    arguments_mac bytea       not null check (octet_length(arguments_mac) = 32),
    given         bytea       not null,
    given_at      timestamptz not null,
    ends_at       timestamptz not null check (ends_at > given_at and ends_at <= given_at + interval '30 days'),
    uses          integer     not null check (uses between 1 and 1000),
    used          integer     not null default 0 check (used between 0 and uses),
    revoked_at    timestamptz,
    revoked_by    text,
    primary key (workspace_id, id),
    constraint approval_grant_one_per_question unique (workspace_id, approval_id),
    constraint approval_grant_revoked_is_whole check ((revoked_at is null) = (revoked_by is null)),
    foreign key (workspace_id, approval_id) references approval_record
);
comment on table approval_grant is 'What a person decided about further calls. Answers until it ends, is used up or is revoked.';
comment on column approval_grant.approval_id is 'The question whose answer gave it.';
comment on column approval_grant.shown is 'The call that was shown, in one line; empty some days after the end.';
comment on column approval_grant.pattern is 'Which arguments may differ, by their JSON pointers; empty where none may.';
comment on column approval_grant.arguments_mac is 'HMAC-SHA-256 of the pattern and of the arguments as far as they are fixed, under the workspace''s key.';
comment on column approval_grant.given is 'The signed answer with certificates and evidence: what each use rests on.';

create index approval_grant_live on approval_grant (workspace_id, principal, tool) where revoked_at is null;
create index approval_grant_forgettable on approval_grant (ends_at) where shown <> '';

create table approval_grant_use (
    workspace_id text        not null,
    grant_id     text        not null,
    number       integer     not null check (number >= 1),
    approval_id  text        not null,
    stated       bytea       not null,
    used_at      timestamptz not null default clock_timestamp(),
    primary key (workspace_id, grant_id, number),
    constraint approval_grant_use_one_per_question unique (workspace_id, approval_id),
    foreign key (workspace_id, grant_id) references approval_grant,
    foreign key (workspace_id, approval_id) references approval_record
);
comment on table approval_grant_use is 'One question that a grant answered.';
comment on column approval_grant_use.stated is 'The signed answer with certificates and evidence, for its withdrawal when the grant is revoked.';

create table asked_call (
    workspace_id  text        not null,
    approval_id   text        not null,
    principal     text        not null,
    tool          text        not null,
    session_id    text        not null,
    arguments_mac bytea       not null check (octet_length(arguments_mac) = 32),
    asked_at      timestamptz not null default clock_timestamp(),
    primary key (workspace_id, approval_id)
);
comment on table asked_call is 'A call that people were asked about, as far as it takes to say what a grant would have answered. Kept 30 days.';
comment on column asked_call.arguments_mac is 'HMAC-SHA-256 of its arguments under the workspace''s key, as of a grant without a pattern.';
create index asked_call_of_tool on asked_call (workspace_id, principal, tool, asked_at);

-- The database refuses what the service refuses, with its own clock, whoever asks: two replicas and a revocation meet here.
create function approval_grant_guard() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        raise exception 'grants stay as they are' using errcode = '23514', constraint = 'approval_grant_kept';
    end if;
    if (to_jsonb(new) - '{used,shown,revoked_at,revoked_by}'::text[])
            <> (to_jsonb(old) - '{used,shown,revoked_at,revoked_by}'::text[])
            or new.shown not in ('', old.shown) or new.used < old.used
            or (old.revoked_at is not null and (new.revoked_at, new.revoked_by) is distinct from (old.revoked_at, old.revoked_by)) then
        raise exception 'a grant is only used, revoked or forgotten' using errcode = '23514', constraint = 'approval_grant_kept';
    end if;
    return new;
end $$;
create trigger approval_grant_guard before update or delete on approval_grant
    for each row execute function approval_grant_guard();

create function approval_grant_use_guard() returns trigger language plpgsql as $$
declare
    used_grant approval_grant;
begin
    if tg_op <> 'INSERT' then
        raise exception 'uses stay as they are' using errcode = '23514', constraint = 'approval_grant_kept';
    end if;
    select * into used_grant from approval_grant g
        where g.workspace_id = new.workspace_id and g.id = new.grant_id for update;
    if used_grant.revoked_at is not null then
        raise exception 'revoked' using errcode = '23514', constraint = 'approval_grant_revoked';
    end if;
    if clock_timestamp() >= used_grant.ends_at then
        raise exception 'ended' using errcode = '23514', constraint = 'approval_grant_ended';
    end if;
    if new.number <> used_grant.used + 1 or new.number > used_grant.uses then
        raise exception 'used up' using errcode = '23514', constraint = 'approval_grant_used_up';
    end if;
    update approval_grant set used = new.number where workspace_id = new.workspace_id and id = new.grant_id;
    return new;
end $$;
create trigger approval_grant_use_guard before insert or update or delete on approval_grant_use
    for each row execute function approval_grant_use_guard();

alter table approval_answer
    drop constraint approval_answer_scope,
    add constraint approval_answer_scope check (scope in ('once', 'session', 'time'));

alter table approval_record
    add column options   text[] not null default '{allow_once,deny}',
    add column grant_id  text,
    add column grant_use integer,
    add constraint approval_record_grant_is_whole check ((grant_id is null) = (grant_use is null));
comment on column approval_record.options is 'The answers that were offered, as policy-service signed them.';
comment on column approval_record.grant_id is 'The grant that answered; null where people were asked.';
comment on column approval_record.grant_use is 'Which use of that grant it was.';

-- The guard of V6, and: instead of people a grant may have answered, by a use of it that stands beside.
create or replace function approval_record_guard() returns trigger language plpgsql as $$
declare
    by_grant boolean;
begin
    if tg_op = 'INSERT' then
        new.changed_at := clock_timestamp();
        if new.state not in ('pending', 'cancelled') then
            raise exception 'a record begins open' using errcode = '23514', constraint = 'approval_record_begins_open';
        end if;
        return new;
    end if;
    if (to_jsonb(new) - '{state,code,resolved_at,changed_at,grant_id,grant_use,summary,command,ended_outcome,ended_code,ended_exit_code,ended_at}'::text[])
            <> (to_jsonb(old) - '{state,code,resolved_at,changed_at,grant_id,grant_use,summary,command,ended_outcome,ended_code,ended_exit_code,ended_at}'::text[]) then
        raise exception 'what was asked does not change' using errcode = '23514', constraint = 'approval_record_request_fixed';
    end if;
    if (new.summary, new.command) is distinct from (old.summary, old.command) then
        if old.state = 'pending' or new.summary not in ('', old.summary) or new.command not in ('', old.command) then
            raise exception 'a summary is only ever forgotten, after the end' using errcode = '23514', constraint = 'approval_record_summary_fixed';
        end if;
        new.changed_at := old.changed_at;
    else
        new.changed_at := clock_timestamp();
    end if;
    if (new.ended_outcome, new.ended_code, new.ended_exit_code, new.ended_at)
            is distinct from (old.ended_outcome, old.ended_code, old.ended_exit_code, old.ended_at) then
        if new.ended_at is null or new.state = 'pending'
                or (old.ended_at is not null and new.ended_outcome <> 'abandoned') then
            raise exception 'a call ends once' using errcode = '23514', constraint = 'approval_record_ended_once';
        end if;
    end if;
    if (new.grant_id, new.grant_use) is distinct from (old.grant_id, old.grant_use) and old.state <> 'pending' then
        raise exception 'resolved once' using errcode = '23514', constraint = 'approval_record_resolved_once';
    end if;
    by_grant := exists (select from approval_grant_use u
        join approval_grant g on g.workspace_id = u.workspace_id and g.id = u.grant_id
        where u.workspace_id = new.workspace_id and u.approval_id = new.id and g.answer = new.state
          and u.grant_id = new.grant_id and u.number = new.grant_use);
    if new.grant_id is not null and not by_grant and old.grant_id is null then
        raise exception 'no use of a grant' using errcode = '23514', constraint = 'approval_record_by_grant';
    end if;
    if old.state <> 'pending' then
        if new.state <> old.state or new.resolved_at <> old.resolved_at or new.code <> old.code then
            raise exception 'resolved once' using errcode = '23514', constraint = 'approval_record_resolved_once';
        end if;
        return new;
    end if;
    if new.state in ('approved', 'denied') and clock_timestamp() >= old.expires_at then
        raise exception 'too late' using errcode = '23514', constraint = 'approval_record_in_time';
    end if;
    if new.state = 'timed_out' and clock_timestamp() < old.expires_at then
        raise exception 'too early' using errcode = '23514', constraint = 'approval_record_timeout_due';
    end if;
    if new.state = 'approved' and not by_grant and (
            exists (select from approval_answer a
                    where a.workspace_id = new.workspace_id and a.approval_id = new.id and a.answer = 'denied')
            or (select count(*) from approval_answer a
                where a.workspace_id = new.workspace_id and a.approval_id = new.id) < new.quorum) then
        raise exception 'not enough approvals' using errcode = '23514', constraint = 'approval_record_quorum';
    end if;
    if new.state = 'denied' and not by_grant and not exists (select from approval_answer a
            where a.workspace_id = new.workspace_id and a.approval_id = new.id and a.answer = 'denied') then
        raise exception 'nobody denied' using errcode = '23514', constraint = 'approval_record_denial';
    end if;
    return new;
end $$;
