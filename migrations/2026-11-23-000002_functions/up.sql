-- A version 7 UUID (RFC 9562, section 5.7): 48 bits of milliseconds, then randomness. Rows written by one statement over
-- a set get ids that sort with those the services make.
create or replace function uuid_v7() returns uuid
language sql volatile parallel safe as $$
    select encode(
        set_bit(set_bit(
            overlay(uuid_send(gen_random_uuid())
                    placing substring(int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3)
                    from 1 for 6),
            52, 1), 53, 1),
        'hex')::uuid
$$;
