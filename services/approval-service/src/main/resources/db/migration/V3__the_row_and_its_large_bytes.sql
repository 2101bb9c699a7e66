-- A record's row keeps what is listed, found and checked. The signed request and the prompt, which are large and read by
-- key only, get a row of their own. Digests become bytes, and constants are stored under their wire names.

drop trigger approval_record_guard on approval_record;
drop trigger approval_answer_kept on approval_answer;
drop trigger approval_answer_guard on approval_answer;

create table approval_request (
    workspace_id text  not null,
    id           text  not null,
    record       bytea not null,
    prompt       bytea,
    primary key (workspace_id, id)
);
comment on table approval_request is 'The signed request of one approval record, as it arrived. Read by its key, never listed.';
comment on column approval_request.record is 'The request with certificates and evidence, without details; evidence of the answer.';
comment on column approval_request.prompt is 'What a person reads (detail of the request: 32 random bytes, then JSON). Forgotten some days after the end.';

insert into approval_request (workspace_id, id, record, prompt)
select workspace_id, id, request_record, prompt from approval_record;

create index approval_request_forgettable on approval_request (workspace_id, id) where prompt is not null;

drop index approval_record_due;
drop index approval_record_forgettable;

alter table approval_record add column timeout_s bigint;
update approval_record
set timeout_s = (convert_from(
        decode(convert_from(request_record, 'UTF8')::jsonb #>> '{envelope,payload}', 'base64'), 'UTF8')::jsonb
    #>> '{predicate,obligations,timeout_s}')::bigint;

alter table approval_record
    drop constraint approval_record_request_digest_check,
    drop constraint approval_record_prompt_digest_check,
    drop constraint approval_record_risk_level_check,
    drop constraint approval_record_state_check,
    drop constraint approval_record_resolved_has_time,
    drop constraint approval_record_open_has_prompt,
    drop column request_record,
    drop column prompt,
    drop column version,
    alter column timeout_s set not null,
    alter column request_digest type bytea using decode(request_digest, 'hex'),
    alter column prompt_digest type bytea using decode(prompt_digest, 'hex'),
    alter column policy_set type bytea using decode(policy_set, 'hex'),
    alter column risk_level type text using lower(risk_level),
    alter column state type text using lower(state);

alter table approval_record
    add constraint approval_record_digests check (octet_length(request_digest) = 32
        and octet_length(prompt_digest) = 32 and octet_length(policy_set) = 32),
    add constraint approval_record_risk_level check (risk_level in ('low', 'medium', 'high', 'critical')),
    add constraint approval_record_approver_role check (approver_role in ('operator', 'admin', 'owner')),
    add constraint approval_record_assurance check (assurance in ('session', 'key')),
    add constraint approval_record_state check (state in ('pending', 'approved', 'denied', 'timed_out', 'cancelled')),
    add constraint approval_record_resolved_has_time check ((state = 'pending') = (resolved_at is null)),
    add constraint approval_record_has_request foreign key (workspace_id, id) references approval_request;

create index approval_record_due on approval_record (expires_at) where state = 'pending';

comment on column approval_record.request_digest is 'Identity of the approval-requested statement: SHA-256 of its DSSE payload.';
comment on column approval_record.prompt_digest is 'SHA-256 of the prompt''s detail, its 32 random bytes included, as in the signed request; what an answer must name.';
comment on column approval_record.timeout_s is 'Seconds that the asking rules give people to answer.';
comment on column approval_record.code is 'Why the record stands where it stands; a code of statements and answers.';

alter table approval_answer rename column decision to answer;
alter table approval_answer
    drop constraint approval_answer_decision_check,
    drop constraint approval_answer_scope_check,
    drop constraint approval_answer_authenticator_check,
    drop constraint approval_answer_method_check,
    alter column answer type text using case answer when 'APPROVE' then 'approved' else 'denied' end,
    alter column scope type text using lower(scope),
    alter column authenticator type text using replace(lower(authenticator), '_', '-'),
    alter column method type text using lower(method);

alter table approval_answer
    add constraint approval_answer_answer check (answer in ('approved', 'denied')),
    add constraint approval_answer_scope check (scope = 'once'),
    add constraint approval_answer_authenticator check (authenticator in ('session', 'token', 'device-certificate')),
    add constraint approval_answer_method check (method in ('web', 'api'));

-- The guards of V1, for the new names.
create or replace function approval_record_guard() returns trigger language plpgsql as $$
begin
    new.changed_at := clock_timestamp();
    if tg_op = 'INSERT' then
        if new.state not in ('pending', 'cancelled') then
            raise exception 'a record begins open' using errcode = '23514', constraint = 'approval_record_begins_open';
        end if;
        return new;
    end if;
    if (to_jsonb(new) - '{state,code,resolved_at,changed_at}'::text[])
            <> (to_jsonb(old) - '{state,code,resolved_at,changed_at}'::text[]) then
        raise exception 'what was asked does not change' using errcode = '23514', constraint = 'approval_record_request_fixed';
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
    if new.state = 'approved' and (
            exists (select from approval_answer a
                    where a.workspace_id = new.workspace_id and a.approval_id = new.id and a.answer = 'denied')
            or (select count(*) from approval_answer a
                where a.workspace_id = new.workspace_id and a.approval_id = new.id) < new.quorum) then
        raise exception 'not enough approvals' using errcode = '23514', constraint = 'approval_record_quorum';
    end if;
    if new.state = 'denied' and not exists (select from approval_answer a
            where a.workspace_id = new.workspace_id and a.approval_id = new.id and a.answer = 'denied') then
        raise exception 'nobody denied' using errcode = '23514', constraint = 'approval_record_denial';
    end if;
    return new;
end $$;

create or replace function approval_answer_guard() returns trigger language plpgsql as $$
declare
    asked approval_record;
begin
    select * into asked from approval_record r
        where r.workspace_id = new.workspace_id and r.id = new.approval_id for update;
    if asked.state <> 'pending' then
        raise exception 'resolved once' using errcode = '23514', constraint = 'approval_record_resolved_once';
    end if;
    if clock_timestamp() >= asked.expires_at then
        raise exception 'too late' using errcode = '23514', constraint = 'approval_record_in_time';
    end if;
    if new.approver = asked.principal or new.approver not like 'person:%' then
        raise exception 'only another person answers' using errcode = '23514', constraint = 'approval_answer_other_person';
    end if;
    if asked.four_eyes and new.approver = any (asked.accountable) then
        raise exception 'an accountable person may not answer' using errcode = '23514', constraint = 'approval_answer_four_eyes';
    end if;
    return new;
end $$;

create function approval_request_guard() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        if new.prompt is null then
            raise exception 'a request comes with its prompt' using errcode = '23514', constraint = 'approval_request_has_prompt';
        end if;
        return new;
    end if;
    if (new.workspace_id, new.id, new.record) is distinct from (old.workspace_id, old.id, old.record) then
        raise exception 'what was asked does not change' using errcode = '23514', constraint = 'approval_request_fixed';
    end if;
    if new.prompt is distinct from old.prompt and (new.prompt is not null or exists (select from approval_record r
            where r.workspace_id = new.workspace_id and r.id = new.id and r.state = 'pending')) then
        raise exception 'a prompt is only ever forgotten, after the end' using errcode = '23514', constraint = 'approval_request_prompt_fixed';
    end if;
    return new;
end $$;

create trigger approval_record_guard before insert or update on approval_record
    for each row execute function approval_record_guard();
create trigger approval_answer_guard before insert on approval_answer
    for each row execute function approval_answer_guard();
create trigger approval_answer_kept before update or delete on approval_answer
    for each row execute function approval_record_kept();
create trigger approval_request_guard before insert or update on approval_request
    for each row execute function approval_request_guard();
create trigger approval_request_kept before delete on approval_request
    for each row execute function approval_record_kept();
