-- Sends a new letter with every request. Arguments: cookie header, form secret, file of one-time names, threads.
local threads = 0
local names = {}
local at = 0
local cookie, secret

function setup(thread)
    threads = threads + 1
    thread:set("own_number", threads)
end

function init(arguments)
    cookie = arguments[1]
    secret = arguments[2]
    local line_number = 0
    for line in io.lines(arguments[3]) do
        line_number = line_number + 1
        if line_number % tonumber(arguments[4]) == own_number - 1 then
            names[#names + 1] = line
        end
    end
    math.randomseed(os.time() * 16 + own_number)
end

local function escape(text)
    return (text:gsub("[^%w%-_.~]", function(c) return string.format("%%%02X", string.byte(c)) end))
end

local body = escape("同志你们好：东关街 12 号门口的路灯坏了三个星期，晚上老人出门看不见路，前天有人摔了一跤。请派人修一修，什么时候能修好也告诉我们一声。")
local place = escape("东关街 12 号门口")
local name = escape("王某某")

function request()
    at = at + 1
    -- When the names are used up the last one is sent again; the count of letters in the store stays honest.
    local form = "step=send&_csrf=" .. secret .. "&submission=" .. names[math.min(at, #names)] .. "&body=" .. body ..
        "&place=" .. place .. "&area=&wish=&name=" .. name ..
        "&phone=138" .. string.format("%08d", math.random(0, 99999999)) .. "&address="
    return wrk.format("POST", "/write", {
        ["Content-Type"] = "application/x-www-form-urlencoded", ["Cookie"] = cookie
    }, form)
end
