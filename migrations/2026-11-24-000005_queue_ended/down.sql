drop view queue_completed;
insert into queue_count (queue, node, completed)
select queue, node, sum(completed)::bigint from queue_ended group by queue, node
on conflict (queue, node) do update set completed = queue_count.completed + excluded.completed;
drop table queue_ended;
