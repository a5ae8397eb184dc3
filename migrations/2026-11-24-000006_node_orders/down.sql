alter table node drop column facts;
update node set desired_state = o.desired_state, overrides = o.slots
from node_order o where o.host = node.host and o.service = node.service;
drop table node_order;
