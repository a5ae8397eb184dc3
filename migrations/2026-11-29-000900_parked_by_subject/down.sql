drop index job_parked_key;
