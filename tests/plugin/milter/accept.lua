-- A clean mail: accepted, headers at the top, nothing else changed.
dofile(folder .. "/common.lua")
local conn = open_connection()
done(mt.conninfo(conn, "mail.partner.example", "203.0.113.5"), "conninfo")
expect(conn, SMFIR_CONTINUE, "conninfo")
send(conn, {headers = {{"From", "sender@partner.example"}, {"Subject", "Hello"}}, body = "Hi\r\n"})
expect(conn, SMFIR_CONTINUE, "eom")
check(mt.eom_check(conn, MT_HDRINSERT, "X-Sekisho-Verdict", " clean; version=1; action=accept; model=stand-in"), "verdict")
check(mt.eom_check(conn, MT_HDRINSERT, "X-Sekisho-Score", " -2.25; version=1; clean=0.900; bulk=0.050; targeted=0.050"), "score")
check(mt.eom_check(conn, MT_HDRINSERT, "X-Sekisho-Evidence"), "evidence")
for _, operation in ipairs({MT_HDRADD, MT_HDRCHANGE, MT_HDRDELETE, MT_BODYCHANGE, MT_QUARANTINE}) do
    check(not mt.eom_check(conn, operation), "an edit too many")
end
mt.disconnect(conn)
