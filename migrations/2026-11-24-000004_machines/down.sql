alter table node drop column machine;
