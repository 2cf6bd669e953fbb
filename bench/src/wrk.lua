-- Sends the requests of a file in turn, one a line: method, path, token, forwarded address, body, and version, with a tab between them.
-- Tells at the end, in one line of JSON, what became of them.

local requests, at = {}, 0

-- Each round begins elsewhere: what was left unanswered at the end of the one before is not what this one ends with.
math.randomseed(os.time())

function init(args)
    for line in io.lines(args[1]) do
        local method, path, token, from, body, etag = line:match("^(.-)\t(.-)\t(.-)\t(.-)\t(.-)\t(.*)$")
        local headers = {}
        if token ~= "" then headers["Authorization"] = "Bearer " .. token end
        if from ~= "" then headers["X-Forwarded-For"] = from end
        if etag ~= "" then headers["If-None-Match"] = etag end
        if body == "" then
            body = nil
        else
            headers["Content-Type"] = "application/json"
        end
        requests[#requests + 1] = wrk.format(method, path, headers, body)
    end
    at = math.random(#requests)
end

function request()
    at = at % #requests + 1
    return requests[at]
end

function done(summary, latency)
    local errors = summary.errors
    print(string.format(
        '{"requests":%d,"micros":%d,"p50":%.3f,"p99":%.3f,"failed":%d,"timeouts":%d}',
        summary.requests, summary.duration, latency:percentile(50) / 1000, latency:percentile(99) / 1000,
        errors.connect + errors.read + errors.write + errors.status, errors.timeout
    ))
end
