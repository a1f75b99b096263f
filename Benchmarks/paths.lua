-- Asks for the paths of a file, one after the other, each connection from another place. Argument: the file.
local paths = {}
local at

function init(arguments)
    for line in io.lines(arguments[1]) do
        paths[#paths + 1] = line
    end
    math.randomseed(os.time())
    at = math.random(1, #paths)
end

function request()
    at = at % #paths + 1
    return wrk.format("GET", paths[at])
end
