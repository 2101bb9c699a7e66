-- What an answer names is the detail's digest, random bytes included, as the signed request has it: from the digest of the
-- bare JSON a forgotten prompt could be guessed.
alter table approval_record disable trigger approval_record_guard;
update approval_record
set prompt_digest = convert_from(
        decode(convert_from(request_record, 'UTF8')::jsonb #>> '{envelope,payload}', 'base64'), 'UTF8')::jsonb
    #>> '{predicate,prompt,digest}';
alter table approval_record enable trigger approval_record_guard;
comment on column approval_record.prompt_digest is 'SHA-256 of the prompt''s detail, random bytes included; what an answer must name.';
