-- For wrk: asks for the paths given after "--" in turn, and prints what it measured in one line for a program.
local paths, at = {}, 0

function init(args)
  for number, path in ipairs(args) do paths[number] = path end
end

function request()
  at = at % #paths + 1
  return wrk.format("GET", paths[at])
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format("measured %d %d %d %d %d\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99),
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
