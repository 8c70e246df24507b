-- The failure action "tempfail".
--: policy.failure = tempfail
dofile(folder .. "/common.lua")
local conn = open_connection()
introduce(conn)
send(conn, {headers = {{"Subject", "Hello"}, {"X-Stand-In", "crash"}}})
expect(conn, SMFIR_REPLYCODE, "eom")
mt.disconnect(conn)
