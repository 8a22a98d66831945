-- For wrk: asks for the paths given after "--" in turn, and prints what it measured in one line for a program.
-- FRESH in a path becomes another number each time.
local paths, at, number = {}, 0, 0

function init(args)
  for place, path in ipairs(args) do paths[place] = path end
  number = os.time() * 1000000
end

function request()
  at = at % #paths + 1
  number = number + 1
  return wrk.format("GET", (paths[at]:gsub("FRESH", string.format("%d", number))))
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format("measured %d %d %d %d %d\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99),
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
