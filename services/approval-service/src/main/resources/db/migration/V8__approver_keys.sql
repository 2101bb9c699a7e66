-- Keys that people sign answers with. A person makes one in the browser after a one-time link for it; it counts once
-- policy-service, which issued that link, says so too.
create table approver_key (
    workspace_id  text        not null,
    key           bytea       not null check (octet_length(key) = 32),
    principal     text        not null check (principal like 'person:%'),
    credential_id bytea       not null unique check (octet_length(credential_id) between 1 and 1023),
    rp_id         text        not null,
    public_key    bytea       not null,
    name          text        not null check (length(name) <= 100),
    enrolment     bytea       not null,
    binding       bytea,
    created_at    timestamptz not null default clock_timestamp(),
    bound_at      timestamptz,
    removed_at    timestamptz,
    removed_by    text,
    primary key (workspace_id, key),
    constraint approver_key_binding_is_whole check ((binding is null) = (bound_at is null)),
    constraint approver_key_removal_is_whole check ((removed_at is null) = (removed_by is null))
);
comment on table approver_key is 'A row is a passkey of a person. It signs answers while it is bound and not removed.';
comment on column approver_key.key is 'SHA-256 of its SubjectPublicKeyInfo.';
comment on column approver_key.credential_id is 'What the browser finds it by.';
comment on column approver_key.name is 'What the person calls it.';
comment on column approver_key.enrolment is 'The signed statement of this service that the person made it.';
comment on column approver_key.binding is 'The signed statement of policy-service that it counts, with the enrolment as evidence; null until it came.';
create index approver_key_of_person on approver_key (workspace_id, principal) where removed_at is null;

create function approver_key_guard() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        raise exception 'keys stay as they are' using errcode = '23514', constraint = 'approver_key_kept';
    end if;
    if (to_jsonb(new) - '{binding,bound_at,removed_at,removed_by}'::text[])
            <> (to_jsonb(old) - '{binding,bound_at,removed_at,removed_by}'::text[])
            or (old.binding is not null and new.binding is distinct from old.binding)
            or (old.removed_at is not null and new.removed_at is distinct from old.removed_at) then
        raise exception 'a key is only bound or removed, once each' using errcode = '23514', constraint = 'approver_key_kept';
    end if;
    return new;
end $$;
create trigger approver_key_guard before update or delete on approver_key
    for each row execute function approver_key_guard();

create table passkey_challenge (
    challenge  bytea       primary key check (octet_length(challenge) = 32),
    purpose    text        not null,
    expires_at timestamptz not null
);
comment on table passkey_challenge is 'A row is a challenge that a browser was given and has not answered yet. Taking it away is its one use.';
create index passkey_challenge_expiry on passkey_challenge (expires_at);

alter table sign_in_session
    add column signed_in_by text    not null default 'link' check (signed_in_by in ('link', 'passkey')),
    add column enrols_key   boolean not null default false;
comment on column sign_in_session.signed_in_by is 'What the person signed in with.';
comment on column sign_in_session.enrols_key is 'Whether the link lets the person make a key of their own.';

alter table approval_answer
    add column signature bytea,
    drop constraint approval_answer_authenticator,
    add constraint approval_answer_authenticator
        check (authenticator in ('session', 'fresh-link', 'token', 'device-certificate'));
comment on column approval_answer.signature is 'The person''s own signature over the answer, as the statement has it; null where they did not sign.';
