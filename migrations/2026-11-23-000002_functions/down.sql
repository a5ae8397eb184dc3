drop function uuid_v7();
