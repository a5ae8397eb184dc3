-- Counts an attempt in all counts, or in none where one of them says to wait.
-- KEYS: the counts. ARGV: how long a count is remembered, the first pause, then for each count its free attempts and its longest
-- pause; all times in milliseconds. A count is a hash: wrong, next (as in count.rs).
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local memory, first = tonumber(ARGV[1]), tonumber(ARGV[2])
local wrong, wait = {}, 0
for i, key in ipairs(KEYS) do
  local known = redis.call('HMGET', key, 'wrong', 'next')
  wrong[i] = tonumber(known[1] or 0)
  if wrong[i] >= tonumber(ARGV[1 + 2 * i]) then
    wait = math.max(wait, tonumber(known[2] or 0) - now)
  end
end
if wait > 0 then
  return {0, wait}
end
local answer = {1}
for i, key in ipairs(KEYS) do
  local beyond, next = wrong[i] + 1 - tonumber(ARGV[1 + 2 * i]), 0
  if beyond >= 0 then
    next = now + math.min(first * 2 ^ beyond, tonumber(ARGV[2 + 2 * i]))
  end
  redis.call('HSET', key, 'wrong', wrong[i] + 1, 'next', string.format('%.0f', next))
  redis.call('PEXPIRE', key, memory)
  answer[i + 1] = next
end
return answer
