drop index job_waiting_queue;
drop index job_delayed_queue;
