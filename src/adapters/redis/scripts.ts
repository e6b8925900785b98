/**
 * Each looks at the epoch and writes in one piece, as a server runs them. KEYS[1] holds the run's epoch, ARGV[1] is the caller's, ARGV[2] how long what was made
 * anew is kept, in milliseconds. Redis 5.0+, which replicates what a script did and not the script.
 */
const fenced = `if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 'superseded' end
`;

const keepNewer = `local function keepNewer(from, to)
  redis.call('RENAME', from, to)
  local left = redis.call('PTTL', to)
  if left < 0 or left > tonumber(ARGV[2]) then redis.call('PEXPIRE', to, ARGV[2]) end
end
`;

export const scripts = {
  raiseEpoch: `local now = tonumber(redis.call('GET', KEYS[1]) or '0')
if now > tonumber(ARGV[1]) then return now end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return tonumber(ARGV[1])`,

  /** KEYS: epoch, key, aside, newer. */
  setAside: `${fenced}${keepNewer}if redis.call('EXISTS', KEYS[2]) == 0 then return 'gone' end
if redis.call('RENAMENX', KEYS[2], KEYS[3]) == 1 then return 'moved' end
keepNewer(KEYS[2], KEYS[4])
return 'newer'`,

  /** KEYS: epoch, key, aside, newer. */
  putBack: `${fenced}${keepNewer}if redis.call('EXISTS', KEYS[3]) == 0 then return 'gone' end
if redis.call('RENAMENX', KEYS[3], KEYS[2]) == 1 then return 'moved' end
keepNewer(KEYS[2], KEYS[4])
redis.call('RENAME', KEYS[3], KEYS[2])
return 'newer'`,

  /** KEYS: epoch, and what goes. */
  drop: `${fenced}local dropped = 0
for i = 2, #KEYS do dropped = dropped + redis.call('UNLINK', KEYS[i]) end
return dropped`,
} as const;
