CREATE TABLE answer (
  namespace text not null,
  key text not null,
  fingerprint text not null,
  at integer not null,
  body text not null,
  primary key (namespace, key)
) strict, without rowid;

CREATE INDEX answer_by_age on answer (at);

CREATE TABLE content (
  key integer primary key,
  hash blob not null unique,
  codec integer not null check (codec in (0, 1)), -- 0: UTF-8, 1: UTF-8 in zstd
  body blob not null
) strict;

CREATE TABLE event (
  position integer primary key,
  run integer not null references run (key) on delete cascade,
  seq integer not null,
  at integer not null,
  actor_kind text not null,
  actor_id text not null,
  actor_via text not null,
  version integer not null,
  body text not null
) strict;

CREATE UNIQUE INDEX event_by_run on event (run, seq);

CREATE TABLE job (
  run integer not null references run (key) on delete cascade,
  number integer not null,
  status text not null,
  body text not null,
  primary key (run, number)
) strict, without rowid;

CREATE TABLE meta (
  name text primary key,
  value integer not null
) strict, without rowid;

CREATE TABLE note (
  position integer primary key,
  namespace text not null,
  at integer not null,
  actor_kind text not null,
  actor_id text not null,
  actor_via text not null,
  kind text not null,
  subject text not null,
  body text not null
) strict;

CREATE TABLE pipeline (
  key integer primary key,
  namespace text not null,
  name text not null,
  version integer not null,
  newest integer not null check (newest in (0, 1)),
  kind text not null,
  hash text not null,
  source integer not null references content (key),
  definition integer not null references content (key),
  origin text,
  at integer not null,
  actor_kind text not null,
  actor_id text not null,
  actor_via text not null,
  paused integer not null check (paused in (0, 1)),
  removed_at integer
) strict;

CREATE INDEX pipeline_definition on pipeline (definition);

CREATE UNIQUE INDEX pipeline_newest on pipeline (namespace, name) where newest = 1;

CREATE INDEX pipeline_source on pipeline (source);

CREATE UNIQUE INDEX pipeline_version on pipeline (namespace, name, version);

CREATE TABLE pipeline_trigger (
  id text primary key,
  namespace text not null,
  pipeline text not null,
  kind text not null,
  spec text not null,
  last_at integer,
  next_at integer,
  paused integer not null check (paused in (0, 1))
) strict, without rowid;

CREATE TABLE run (
  key integer primary key,
  id text not null unique,
  namespace text not null,
  pipeline text not null,
  pipeline_version integer not null,
  number integer not null,
  status text not null,
  created_at integer not null,
  ended_at integer,
  retry_of text,
  parent text,
  version integer not null,
  seq integer not null, -- of the last event
  job_count integer not null,
  packed integer not null default 0 check (packed in (0, 1, 2)), -- 0: rows, 1: chunks, rows being deleted, 2: chunks
  definition integer not null references content (key),
  header text not null
, trigger_name text not null default '', started_by text not null default '', took_ms integer) strict;

CREATE INDEX run_by_end on run (namespace, ended_at, status) where ended_at is not null;

CREATE UNIQUE INDEX run_by_number on run (namespace, pipeline, number);

CREATE INDEX run_by_pipeline on run
  (namespace, pipeline, status, created_at, key, trigger_name, started_by, took_ms);

CREATE INDEX run_by_status on run
  (namespace, status, created_at, key, pipeline, id, trigger_name, started_by, took_ms);

CREATE INDEX run_definition on run (definition);

CREATE INDEX run_ended on run (created_at) where status in ('completed', 'failed', 'cancelled');

CREATE INDEX run_live on run (created_at) where status in ('pending', 'running', 'stopping');

CREATE INDEX run_retry on run (retry_of) where retry_of is not null;

CREATE INDEX run_unpacked on run (ended_at) where packed < 2 and status in ('completed', 'failed', 'cancelled');

CREATE TABLE run_chunk (
  key integer primary key,
  run integer not null references run (key) on delete cascade,
  chunk integer not null,
  jobs integer not null,
  first_seq integer,
  last_seq integer,
  body blob not null
) strict;

CREATE UNIQUE INDEX run_chunk_by_run on run_chunk (run, chunk);

CREATE TABLE run_counter (
  namespace text not null,
  pipeline text not null,
  last_number integer not null,
  primary key (namespace, pipeline)
) strict, without rowid;

CREATE TABLE run_facts (
  run integer primary key references run (key) on delete cascade,
  details integer not null references content (key), -- what lists do not show: kilobytes, mostly the same
  body text not null
) strict;

CREATE INDEX run_facts_details on run_facts (details);

CREATE TABLE run_graph (
  run integer not null references run (key) on delete cascade,
  first integer not null,
  jobs integer not null,
  content integer not null references content (key),
  primary key (run, first)
) strict, without rowid;

CREATE INDEX run_graph_content on run_graph (content);
