-- A mail that takes long: the MTA, with a patience of six seconds, hears in time that somebody is still at work.
--: pool.deadline = 20
dofile(folder .. "/common.lua")
mt.set_timeout(6)
local conn = open_connection()
introduce(conn)
send(conn, {headers = {{"Subject", "Hello"}, {"X-Stand-In", "targeted slow=9000"}}})
expect(conn, SMFIR_CONTINUE, "eom")
check(mt.eom_check(conn, MT_HDRCHANGE, "Subject"), "subject")
mt.disconnect(conn)
