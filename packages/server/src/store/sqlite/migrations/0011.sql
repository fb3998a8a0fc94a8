-- How often a repository is looked at is kept as it was said: what was not said follows when a webhook comes or goes.
alter table program_source add column said_poll_ms integer; -- 0: never; null: not said

update program_source set said_poll_ms = poll_ms
where json_extract(source, '$.kind') = 'git'
  and poll_ms <> iif(json_extract(source, '$.webhook') is null, 60000, 3600000);

alter table program_source drop column poll_ms;
