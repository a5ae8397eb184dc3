-- Takes an attempt back. KEYS: its counts. ARGV: what it had set as the next moment of each; what another attempt has set since
-- stays.
for i, key in ipairs(KEYS) do
  local known = redis.call('HMGET', key, 'wrong', 'next')
  local wrong = tonumber(known[1] or 0) - 1
  if wrong <= 0 then
    redis.call('DEL', key)
  else
    redis.call('HSET', key, 'wrong', wrong)
    if known[2] == ARGV[i] then
      redis.call('HSET', key, 'next', 0)
    end
  end
end
return 0
