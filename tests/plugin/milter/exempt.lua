-- Trusted networks, authenticated senders, listed senders and recipients.
--: policy.trusted_networks = 192.0.2.0/24 2001:db8::/32
--: policy.targeted = reject
--: policy.exempt_senders = friend@partner.example
--: policy.exempt_recipients = abuse@kikan.example lab@kikan.example
dofile(folder .. "/common.lua")

local headers = {{"Subject", "Hello"}, {"X-Stand-In", "targeted"}, {"X-Sekisho-Verdict", "forged"}}
local function try(address, mail, want, removed)
    local conn = open_connection()
    introduce(conn, nil, address)
    mail.headers = headers
    send(conn, mail)
    expect(conn, want, address .. " " .. tostring(mail.sender))
    check(mt.eom_check(conn, MT_HDRDELETE, "X-Sekisho-Verdict") == removed, "removal, " .. address)
    check(not mt.eom_check(conn, MT_HDRINSERT), "headers, " .. address)
    mt.disconnect(conn)
end

try("203.0.113.5", {}, SMFIR_REPLYCODE, false)
try("192.0.2.77", {}, SMFIR_CONTINUE, false)
try("2001:db8::1", {}, SMFIR_CONTINUE, false)
try("203.0.113.5", {macros = {"{auth_authen}", "taro"}}, SMFIR_CONTINUE, false)
try("203.0.113.5", {sender = "<friend@partner.example>"}, SMFIR_CONTINUE, true)
try("203.0.113.5", {recipients = {"<abuse@kikan.example>", "<LAB@kikan.example>"}}, SMFIR_CONTINUE, true)
try("203.0.113.5", {recipients = {"<abuse@kikan.example>", "<taro@kikan.example>"}}, SMFIR_REPLYCODE, false)
