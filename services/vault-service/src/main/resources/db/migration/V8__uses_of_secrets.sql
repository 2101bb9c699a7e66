-- The uses of one secret are listed, the newest first: ids of calls begin with their time.
create index secret_redemption_of_secret on secret_redemption (secret_id, proposal_id);
