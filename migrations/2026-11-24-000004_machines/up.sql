-- Which start of which machine a process belongs to. Null where an older binary wrote the row.
alter table node add column machine text;
