-- Collects the one-time names of forms: the server signs them, so a load of letters has to ask for them first.
-- Arguments: cookie header, file (each thread writes one of its own, with its number appended).
local threads = 0
local file

function setup(thread)
    threads = threads + 1
    thread:set("own_number", threads)
end

function init(arguments)
    wrk.headers["Cookie"] = arguments[1]
    file = io.open(arguments[2] .. own_number, "w")
end

function response(status, headers, body)
    local token = body:match('name="submission" value="([^"]+)"')
    if token then
        file:write(token, "\n")
        file:flush()
    end
end
