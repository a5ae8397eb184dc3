alter table session drop column pin_ends_at;
alter table session drop column login_network;
