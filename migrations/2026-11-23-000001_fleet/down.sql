drop table schedule, file_intent, node, queue_count, job, queue;
drop sequence job_lease;
