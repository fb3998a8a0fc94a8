-- What the files of an ended run take on the disk. Measured once, when it has ended; null: not yet.
alter table run add column file_bytes integer;

create index run_unmeasured on run (created_at)
where file_bytes is null and status in ('completed', 'failed', 'cancelled');

-- The sum of `run.file_bytes`, kept with it: to add up a hundred thousand runs takes longer than a step of upkeep may.
insert into meta (name, value) values ('file_bytes', 0);
