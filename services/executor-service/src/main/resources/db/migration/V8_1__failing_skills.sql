create index execution_of_skill on execution (workspace_id, skill_package, ended_at)
  where phase = 'finished' and skill_package is not null;
