-- For counting what is open without reading what has ended.
create index proposal_open on proposal (phase) where phase <> 'DONE';
