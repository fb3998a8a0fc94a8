-- Pipelines that are programs: where their versions come from, and which one is in force.
create table program_source (
  namespace text not null,
  pipeline text not null,
  source text not null, -- JSON: address, branch, folder, names of secrets
  poll_ms integer not null, -- 0: not looked at for new commits
  first_version integer not null, -- those before are of a pipeline of that name that was removed
  pinned_version integer, -- null: the newest is in force
  former_version integer, -- in force before
  seen text, -- commit of a repository, or stamp of a file, that a build was asked for
  last_build text, -- JSON
  missing_since integer, -- of a file
  primary key (namespace, pipeline)
) strict, without rowid;

-- Builds that have ended and whose versions are not written yet. Written with the end of the build's run.
create table ended_build (
  run text primary key,
  at integer not null,
  body text not null -- JSON
) strict, without rowid;

-- What a version of a program was built from.
alter table pipeline add column commit_id text;
alter table pipeline add column commit_subject text;
