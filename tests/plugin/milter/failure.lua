-- Workers that die, take all memory or pass the deadline: the mail is accepted, with nothing changed but a verdict
-- from outside removed, and the next one judged.
--: pool.deadline = 2
--: pool.memory = 128M
--: pool.workers = 1
dofile(folder .. "/common.lua")
local conn = open_connection()
introduce(conn)
for _, order in ipairs({" targeted crash", " targeted memory", " targeted slow=5000"}) do
    send(conn, {headers = {{"Subject", "Hello"}, {"X-Sekisho-Verdict", "forged"}, {"X-Stand-In", order}}, body = "Hi\r\n"})
    expect(conn, SMFIR_CONTINUE, "eom after" .. order)
    check(mt.eom_check(conn, MT_HDRDELETE, "X-Sekisho-Verdict"), "a forged verdict came through after" .. order)
    check(not mt.eom_check(conn, MT_HDRCHANGE, "Subject"), "the subject was changed after" .. order)
    check(not mt.eom_check(conn, MT_HDRINSERT, "X-Sekisho-Verdict"), "a verdict was made up after" .. order)
    send(conn, {headers = {{"Subject", "Hello"}, {"X-Stand-In", "targeted"}}})
    check(mt.eom_check(conn, MT_HDRCHANGE, "Subject"), "the mail after" .. order .. " was not judged")
end
mt.disconnect(conn)
