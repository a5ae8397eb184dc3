-- Jobs that have ended since their node's last beat, which adds them to `queue_count`. Rows are only appended, so that jobs
-- of one node which end at the same moment do not wait for each other's commit.
create table queue_ended (
    queue text not null,
    node uuid not null,
    completed bigint not null
);

-- Completed jobs of each queue that has any.
create view queue_completed as
select queue, sum(completed)::bigint as completed
from (select queue, completed from queue_count union all select queue, completed from queue_ended) as counts
group by queue;
