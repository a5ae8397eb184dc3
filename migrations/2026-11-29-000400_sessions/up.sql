-- Where the password was given: an IPv4 address, or the /64 of an IPv6 one. In this network the account is known while the
-- session is open, and nobody elsewhere can slow down its logins here. Null for sessions opened from another session, and for
-- those that are older than this column.
alter table session add column login_network text;
-- The elevation by PIN slides while the session is used; this is when it ends whatever happens. Null: it does not slide.
alter table session add column pin_ends_at timestamptz;
