create table approval_record (
    workspace_id    text        not null check (workspace_id ~ '^[0-9A-HJKMNP-TV-Z]{26}$'),
    id              text        not null check (id ~ '^[0-9A-HJKMNP-TV-Z]{26}$'),
    proposal_id     text        not null check (proposal_id ~ '^[0-9A-HJKMNP-TV-Z]{26}$'),
    request_digest  text        not null check (request_digest ~ '^[0-9a-f]{64}$'),
    request_record  bytea       not null,
    tool            text        not null,
    subject         text        not null,
    principal       text        not null,
    device          text,
    channel         text        not null,
    session_id      text        not null,
    run_id          text        not null,
    capabilities    text[]      not null,
    rule_ids        text[]      not null,
    policy_set      text        not null,
    risk_level      text        not null check (risk_level in ('LOW', 'MEDIUM', 'HIGH', 'CRITICAL')),
    risk_rule       text        not null,
    summary         text        not null,
    prompt          bytea,
    prompt_digest   text        not null check (prompt_digest ~ '^[0-9a-f]{64}$'),
    accountable     text[]      not null,
    quorum          integer     not null check (quorum between 1 and 20),
    approver_role   text        not null,
    assurance       text        not null,
    four_eyes       boolean     not null,
    requested_at    timestamptz not null,
    expires_at      timestamptz not null check (expires_at > requested_at),
    state           text        not null check (state in ('PENDING', 'APPROVED', 'DENIED', 'TIMED_OUT', 'CANCELLED')),
    code            text        not null,
    resolved_at     timestamptz,
    version         bigint      not null,
    changed_at      timestamptz not null,
    primary key (workspace_id, id),
    constraint approval_record_one_per_request unique (request_digest),
    constraint approval_record_resolved_has_time check ((state = 'PENDING') = (resolved_at is null)),
    constraint approval_record_open_has_prompt check (state <> 'PENDING' or prompt is not null)
);
comment on table approval_record is 'One request for a human answer, as policy-service signed it, and how it ended. Leaves PENDING once; see the trigger.';
comment on column approval_record.id is 'approval_id of the signed request (ULID).';
comment on column approval_record.request_digest is 'Identity of the approval-requested statement: SHA-256 of its DSSE payload.';
comment on column approval_record.request_record is 'The request with certificates and evidence as received, without details; evidence of the answer.';
comment on column approval_record.subject is 'tool:<name> or tool:<name>|skill:<id>.';
comment on column approval_record.prompt is 'What the approver reads (detail of the request: 32 random bytes, then JSON). Forgotten some days after the end.';
comment on column approval_record.prompt_digest is 'SHA-256 of the prompt''s JSON, without the random bytes; what an answer must name.';
comment on column approval_record.accountable is 'Principals who answer for the call; they may not resolve it where four_eyes holds.';
comment on column approval_record.changed_at is 'Database time of the last change; replicas find changes by it.';

create index approval_record_due on approval_record (expires_at) where state = 'PENDING';
create index approval_record_by_state on approval_record (workspace_id, state, id desc);
create index approval_record_by_proposal on approval_record (workspace_id, proposal_id);
create index approval_record_changes on approval_record (changed_at);
create index approval_record_forgettable on approval_record (resolved_at) where prompt is not null;

create table approval_answer (
    workspace_id  text        not null,
    approval_id   text        not null,
    approver      text        not null,
    decision      text        not null check (decision in ('APPROVE', 'DENY')),
    scope         text        not null check (scope = 'ONCE'),
    roles         text[]      not null,
    authenticator text        not null check (authenticator in ('SESSION', 'TOKEN', 'DEVICE_CERTIFICATE')),
    authenticator_id text     not null,
    method        text        not null check (method in ('WEB', 'API')),
    reason        text        not null check (char_length(reason) <= 1000),
    self_approval boolean     not null,
    answered_at   timestamptz not null,
    primary key (workspace_id, approval_id, approver),
    foreign key (workspace_id, approval_id) references approval_record
);
comment on table approval_answer is 'What one person answered to one request; never changed, never removed.';
comment on column approval_answer.roles is 'The roles the person held when answering.';
comment on column approval_answer.authenticator is 'How the person was known: sign-in session, personal token, or device certificate.';
comment on column approval_answer.authenticator_id is 'Which one: the session''s or token''s id, or the device''s SPIFFE id. Never a secret.';
comment on column approval_answer.self_approval is 'The approver is accountable for the call and four_eyes was off.';

-- The database refuses what the aggregate refuses, with its own clock, whoever asks and however it was asked.
create function approval_record_guard() returns trigger language plpgsql as $$
begin
    new.changed_at := clock_timestamp();
    if tg_op = 'INSERT' then
        if new.state not in ('PENDING', 'CANCELLED') then
            raise exception 'a record begins open' using errcode = '23514', constraint = 'approval_record_begins_open';
        end if;
        return new;
    end if;
    if (to_jsonb(new) - '{state,code,resolved_at,version,changed_at,prompt}'::text[])
            <> (to_jsonb(old) - '{state,code,resolved_at,version,changed_at,prompt}'::text[]) then
        raise exception 'what was asked does not change' using errcode = '23514', constraint = 'approval_record_request_fixed';
    end if;
    if new.prompt is distinct from old.prompt and (new.prompt is not null or old.state = 'PENDING') then
        raise exception 'a prompt is only ever forgotten' using errcode = '23514', constraint = 'approval_record_prompt_fixed';
    end if;
    if old.state <> 'PENDING' then
        if new.state <> old.state or new.resolved_at <> old.resolved_at or new.code <> old.code then
            raise exception 'resolved once' using errcode = '23514', constraint = 'approval_record_resolved_once';
        end if;
        return new;
    end if;
    if new.state in ('APPROVED', 'DENIED') and clock_timestamp() >= old.expires_at then
        raise exception 'approval_record_in_time: too late' using errcode = '23514', constraint = 'approval_record_in_time';
    end if;
    if new.state = 'TIMED_OUT' and clock_timestamp() < old.expires_at then
        raise exception 'too early' using errcode = '23514', constraint = 'approval_record_timeout_due';
    end if;
    if new.state = 'APPROVED' and (
            exists (select from approval_answer a
                    where a.workspace_id = new.workspace_id and a.approval_id = new.id and a.decision = 'DENY')
            or (select count(*) from approval_answer a
                where a.workspace_id = new.workspace_id and a.approval_id = new.id) < new.quorum) then
        raise exception 'not enough approvals' using errcode = '23514', constraint = 'approval_record_quorum';
    end if;
    if new.state = 'DENIED' and not exists (select from approval_answer a
            where a.workspace_id = new.workspace_id and a.approval_id = new.id and a.decision = 'DENY') then
        raise exception 'nobody denied' using errcode = '23514', constraint = 'approval_record_denial';
    end if;
    return new;
end $$;

create trigger approval_record_guard before insert or update on approval_record
    for each row execute function approval_record_guard();

create function approval_record_kept() returns trigger language plpgsql as $$
begin
    raise exception 'approval records and answers stay as they are' using errcode = '23514', constraint = 'approval_record_kept';
end $$;

create trigger approval_record_kept before delete on approval_record
    for each row execute function approval_record_kept();
create trigger approval_answer_kept before update or delete on approval_answer
    for each row execute function approval_record_kept();

create function approval_answer_guard() returns trigger language plpgsql as $$
declare
    asked approval_record;
begin
    select * into asked from approval_record r
        where r.workspace_id = new.workspace_id and r.id = new.approval_id for update;
    if asked.state <> 'PENDING' then
        raise exception 'resolved once' using errcode = '23514', constraint = 'approval_record_resolved_once';
    end if;
    if clock_timestamp() >= asked.expires_at then
        raise exception 'approval_record_in_time: too late' using errcode = '23514', constraint = 'approval_record_in_time';
    end if;
    if new.approver = asked.principal or new.approver not like 'person:%' then
        raise exception 'only another person answers' using errcode = '23514', constraint = 'approval_answer_other_person';
    end if;
    if asked.four_eyes and new.approver = any (asked.accountable) then
        raise exception 'an accountable person may not answer' using errcode = '23514', constraint = 'approval_answer_four_eyes';
    end if;
    return new;
end $$;

create trigger approval_answer_guard before insert on approval_answer
    for each row execute function approval_answer_guard();

create table ended_call (
    workspace_id text        not null,
    proposal_id  text        not null,
    ended_at     timestamptz not null,
    primary key (workspace_id, proposal_id)
);
comment on table ended_call is 'A call whose end was heard of before the request for its approval; such a request begins cancelled. Kept as long as messages can be late.';

create table sign_in_session (
    token_hash   bytea       primary key check (octet_length(token_hash) = 32),
    id           text        not null unique check (id ~ '^[0-9A-HJKMNP-TV-Z]{26}$'),
    workspace_id text        not null,
    principal    text        not null check (principal like 'person:%'),
    created_at   timestamptz not null,
    expires_at   timestamptz not null check (expires_at > created_at),
    ended_at     timestamptz
);
comment on table sign_in_session is 'One sign-in of a person. The token is in the browser''s cookie only; here is its SHA-256.';
comment on column sign_in_session.ended_at is 'When the person signed out; null while it counts.';
create index sign_in_session_expiry on sign_in_session (expires_at);
