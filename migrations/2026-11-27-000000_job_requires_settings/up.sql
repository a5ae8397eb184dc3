-- The version of the settings by which a worker found out what the job requires: newer settings may require something else,
-- so under those any node looks again. Null where whoever enqueued the job said it, which holds.
alter table job add column requires_settings bigint;
