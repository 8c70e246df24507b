-- What the scripts share. A script says what it sends and what it expects; every step is checked.

-- miltertest does not print the message of an error.
function fail(message)
    local place = debug ~= nil and debug.traceback("", 2) or ""
    mt.echo("failed: " .. message .. place)
    error(message, 3)
end

function check(condition, message)
    if not condition then
        fail(message)
    end
end

function done(result, step)
    check(result == nil, step .. ": " .. tostring(result))
end

function expect(conn, reply, step)
    local got = mt.getreply(conn)
    if got ~= reply then
        fail(string.format("%s: got reply '%s', want '%s'", step, string.char(got), string.char(reply)))
    end
end

function open_connection()
    local conn = mt.connect(socket, 40, 0.25)
    check(conn ~= nil, "can't connect to " .. socket)
    return conn
end

-- A client from outside, up to HELO.
function introduce(conn, name, address)
    done(mt.conninfo(conn, name or "mail.partner.example", address or "203.0.113.5"), "conninfo")
    expect(conn, SMFIR_CONTINUE, "conninfo")
    done(mt.helo(conn, "helo.partner.example"), "helo")
    expect(conn, SMFIR_CONTINUE, "helo")
end

-- Sends a mail up to its end. mail: sender, recipients, macros ({name, value, …} at MAIL), headers
-- ({name, value} each; miltertest adds the blank after the colon where it was agreed upon), body.
function send(conn, mail)
    mt.macro(conn, SMFIC_MAIL, "i", "4TEST", table.unpack(mail.macros or {}))
    done(mt.mailfrom(conn, mail.sender or "<sender@partner.example>"), "mailfrom")
    expect(conn, SMFIR_CONTINUE, "mailfrom")
    for _, recipient in ipairs(mail.recipients or {"<taro@kikan.example>"}) do
        done(mt.rcptto(conn, recipient), "rcptto")
        expect(conn, SMFIR_CONTINUE, "rcptto")
    end
    for _, header in ipairs(mail.headers or {}) do
        done(mt.header(conn, header[1], header[2]), "header")
        expect(conn, SMFIR_CONTINUE, "header " .. header[1])
    end
    done(mt.eoh(conn), "eoh")
    expect(conn, SMFIR_CONTINUE, "eoh")
    if mail.body ~= nil then
        done(mt.bodystring(conn, mail.body), "body")
        expect(conn, SMFIR_CONTINUE, "body")
    end
    done(mt.eom(conn), "eom")
end

function no_edits(conn)
    for _, operation in ipairs({MT_HDRADD, MT_HDRCHANGE, MT_HDRDELETE, MT_HDRINSERT, MT_BODYCHANGE, MT_QUARANTINE}) do
        check(not mt.eom_check(conn, operation), "an edit was made: " .. tostring(operation))
    end
end

-- The description of what arrived, from the evidence of tests/plugin/stand-in.c, on one line.
function seen(conn)
    local value = mt.getheader(conn, "X-Sekisho-Evidence", 0)
    check(value ~= nil, "no evidence")
    return (string.gsub(value, "[\r\n]+%s*", " "))
end

function sees(conn, text)
    check(string.find(seen(conn), text, 1, true) ~= nil, "\"" .. text .. "\" was not seen, but: " .. seen(conn))
end
