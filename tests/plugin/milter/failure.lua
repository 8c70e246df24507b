-- Workers that die, take all memory or pass the deadline: the mail is accepted unchanged, and the next one judged.
--: pool.deadline = 2
--: pool.memory = 128M
--: pool.workers = 1
dofile(folder .. "/common.lua")
local conn = open_connection()
introduce(conn)
for _, order in ipairs({" targeted crash", " targeted memory", " targeted slow=5000"}) do
    send(conn, {headers = {{"Subject", "Hello"}, {"X-Sekisho-Verdict", "forged"}, {"X-Stand-In", order}}, body = "Hi\r\n"})
    expect(conn, SMFIR_CONTINUE, "eom after" .. order)
    no_edits(conn)
    send(conn, {headers = {{"Subject", "Hello"}, {"X-Stand-In", "targeted"}}})
    check(mt.eom_check(conn, MT_HDRCHANGE, "Subject"), "the mail after" .. order .. " was not judged")
end
mt.disconnect(conn)
