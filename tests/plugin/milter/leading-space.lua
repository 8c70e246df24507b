-- An MTA that takes the blank after the colon away (no SMFIP_HDR_LEADSPC): the bytes and the edits are the same.
--: policy.targeted = tag
--: banner.language = en
dofile(folder .. "/common.lua")
local headers = {{"From", "a@b.example"}, {"Subject", "Hello\n\tworld"}, {"X-Stand-In", "targeted"}}
local digests = {}
for pass = 1, 2 do
    local conn = open_connection()
    if pass == 1 then
        -- everything that is offered today, but without "leading space" and "skip"
        done(mt.negotiate(conn, 6, 511, SMFIP_NOCONNECT + SMFIP_NOHELO + SMFIP_NOMAIL + SMFIP_NORCPT + SMFIP_NOBODY + SMFIP_NOHDRS
            + SMFIP_NOEOH + SMFIP_NOUNKNOWN + SMFIP_NODATA), "negotiate")
    end
    introduce(conn)
    send(conn, {headers = headers, body = "Hi\r\n"})
    local blank = pass == 2 and " " or ""
    check(mt.eom_check(conn, MT_HDRINSERT, "X-Sekisho-Original-Subject", blank .. "Hello\n\tworld"), "original subject, pass " .. pass .. ": '" .. tostring(mt.getheader(conn, "X-Sekisho-Original-Subject", 0)) .. "'")
    check(mt.eom_check(conn, MT_HDRINSERT, "X-Sekisho-Verdict", blank .. "targeted; version=1; action=tag; model=stand-in"), "verdict")
    digests[pass] = string.match(seen(conn), "digest (%x+)")
    mt.disconnect(conn)
end
check(digests[1] ~= nil and digests[1] == digests[2], "the bytes differ")
