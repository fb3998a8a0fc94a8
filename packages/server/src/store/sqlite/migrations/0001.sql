-- Texts that many runs share: definitions, their sources, fragments of graphs. Kept once, found by their hash.
create table content (
  key integer primary key,
  hash blob not null unique,
  codec integer not null check (codec in (0, 1)), -- 0: UTF-8, 1: UTF-8 in zstd
  body blob not null
) strict;

-- One small row per run: it is rewritten with every commit of the run, so nothing large and constant is in it.
create table run (
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
) strict;

create unique index run_by_number on run (namespace, pipeline, number);
-- With all that a search looks at: a walk through 100,000 runs takes 30 ms here, 290 ms with a look at each row.
create index run_by_status on run (namespace, status, created_at, key, pipeline, id);
create index run_by_pipeline on run (namespace, pipeline, status, created_at);
create index run_live on run (created_at) where status in ('pending', 'running', 'stopping');
create index run_ended on run (created_at) where status in ('completed', 'failed', 'cancelled');
create index run_unpacked on run (ended_at) where packed < 2 and status in ('completed', 'failed', 'cancelled');
create index run_retry on run (retry_of) where retry_of is not null;
create index run_definition on run (definition);

-- What a run was started from; written once, may be large.
create table run_facts (
  run integer primary key references run (key) on delete cascade,
  details integer not null references content (key), -- what lists do not show: kilobytes, mostly the same
  body text not null
) strict;

create index run_facts_details on run_facts (details);

-- Numbers are never given twice, even when the run that had one was removed.
create table run_counter (
  namespace text not null,
  pipeline text not null,
  last_number integer not null,
  primary key (namespace, pipeline)
) strict, without rowid;

create table run_graph (
  run integer not null references run (key) on delete cascade,
  first integer not null,
  jobs integer not null,
  content integer not null references content (key),
  primary key (run, first)
) strict, without rowid;

create index run_graph_content on run_graph (content);

create table job (
  run integer not null references run (key) on delete cascade,
  number integer not null,
  status text not null,
  body text not null,
  primary key (run, number)
) strict, without rowid;

-- The position is the order of commits, over all runs and notes. It is given by the writer and never used twice.
create table event (
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

create unique index event_by_run on event (run, seq);

-- Jobs and events of an ended run, in zstd. A chunk has jobs, or events from first_seq to last_seq, or both.
create table run_chunk (
  key integer primary key,
  run integer not null references run (key) on delete cascade,
  chunk integer not null,
  jobs integer not null,
  first_seq integer,
  last_seq integer,
  body blob not null
) strict;

create unique index run_chunk_by_run on run_chunk (run, chunk);

create table note (
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

create table answer (
  namespace text not null,
  key text not null,
  fingerprint text not null,
  at integer not null,
  body text not null,
  primary key (namespace, key)
) strict, without rowid;

create index answer_by_age on answer (at);

create table pipeline (
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

create unique index pipeline_version on pipeline (namespace, name, version);
create unique index pipeline_newest on pipeline (namespace, name) where newest = 1;
create index pipeline_source on pipeline (source);
create index pipeline_definition on pipeline (definition);

create table pipeline_trigger (
  id text primary key,
  namespace text not null,
  pipeline text not null,
  kind text not null,
  spec text not null,
  last_at integer,
  next_at integer,
  paused integer not null check (paused in (0, 1))
) strict, without rowid;

create table meta (
  name text primary key,
  value integer not null
) strict, without rowid;

-- Every event and note up to this position may be gone from the feed.
insert into meta (name, value) values ('feed_floor', 0);
