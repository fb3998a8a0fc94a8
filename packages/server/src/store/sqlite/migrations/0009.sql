-- What forges are told of runs on their commits. Written with the run's beginning and with its end; goes with the run.
create table commit_status (
  run integer primary key references run (key) on delete cascade,
  since integer not null,
  is_open integer not null check (is_open in (0, 1)), -- to be told yet, or to become another
  body text not null -- JSON
) strict;

create index commit_status_open on commit_status (since, run) where is_open = 1;
