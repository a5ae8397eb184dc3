-- The admin page polls the counters of all queues; each is counted from an index of its own.
create index job_waiting_queue on job (queue) where state = 'waiting';
create index job_delayed_queue on job (queue, run_at) where state = 'delayed';
