-- The end of a grant: what it has answered is taken back one by one, and what it compared is forgotten.
alter table approval_grant_use
    add column withdrawal text not null default 'none' check (withdrawal in ('none', 'due', 'stated', 'unbelieved'));
comment on column approval_grant_use.withdrawal is 'Whether the answer is taken back, since the grant was revoked before the call had ended: due until that is stated; unbelieved where it need not be, since a key that the answer rests on was revoked.';
create index approval_grant_use_withdrawal_due on approval_grant_use (grant_id, number) where withdrawal = 'due';

create or replace function approval_grant_use_guard() returns trigger language plpgsql as $$
declare
    used_grant approval_grant;
begin
    if tg_op = 'UPDATE' and to_jsonb(new) - 'withdrawal' = to_jsonb(old) - 'withdrawal'
            and ((old.withdrawal = 'none' and new.withdrawal = 'due')
                or (old.withdrawal = 'due' and new.withdrawal in ('stated', 'unbelieved'))) then
        return new;
    end if;
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

-- Nobody can guess forgotten arguments from what they were compared by: the key lies in the same database.
alter table asked_call alter column arguments_mac drop not null;
comment on column asked_call.arguments_mac is 'HMAC-SHA-256 of its arguments and sandbox under the workspace''s key, as of a grant without a pattern; null some days after the answer.';
create index asked_call_forgettable on asked_call (asked_at) where arguments_mac is not null;
comment on column approval_grant.arguments_mac is 'HMAC-SHA-256 of the pattern, of the arguments as far as they are fixed, and of the sandbox, under the workspace''s key; random some days after the end.';

create or replace function approval_grant_guard() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        raise exception 'grants stay as they are' using errcode = '23514', constraint = 'approval_grant_kept';
    end if;
    if (to_jsonb(new) - '{used,shown,arguments_mac,revoked_at,revoked_by}'::text[])
            <> (to_jsonb(old) - '{used,shown,arguments_mac,revoked_at,revoked_by}'::text[])
            or new.shown not in ('', old.shown) or new.used < old.used
            or (new.arguments_mac <> old.arguments_mac
                and (new.shown <> '' or clock_timestamp() < least(old.ends_at, old.revoked_at)))
            or (old.revoked_at is not null and (new.revoked_at, new.revoked_by) is distinct from (old.revoked_at, old.revoked_by)) then
        raise exception 'a grant is only used, revoked or forgotten' using errcode = '23514', constraint = 'approval_grant_kept';
    end if;
    return new;
end $$;

update approval_grant set arguments_mac = sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8'))
where shown = '' and ends_at < clock_timestamp();
