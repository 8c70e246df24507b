-- Reject and tempfail, with their replies, and no other edit.
--: policy.targeted = reject
--: policy.bulk = tempfail
dofile(folder .. "/common.lua")
local conn = open_connection()
introduce(conn)
send(conn, {headers = {{"Subject", "Hello"}, {"X-Stand-In", "targeted"}}})
expect(conn, SMFIR_REPLYCODE, "eom")
check(not mt.eom_check(conn, MT_HDRINSERT), "headers were inserted")
send(conn, {headers = {{"Subject", "Hello"}, {"X-Stand-In", "bulk"}}})
expect(conn, SMFIR_REPLYCODE, "eom")
mt.disconnect(conn)
