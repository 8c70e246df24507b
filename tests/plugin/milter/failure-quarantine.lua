-- The failure action "quarantine".
--: policy.failure = quarantine
dofile(folder .. "/common.lua")
local conn = open_connection()
introduce(conn)
send(conn, {headers = {{"Subject", "Hello"}, {"X-Stand-In", "crash"}}})
expect(conn, SMFIR_CONTINUE, "eom")
check(mt.eom_check(conn, MT_QUARANTINE), "not put on hold")
check(mt.eom_check(conn, MT_HDRINSERT, "X-Sekisho-Verdict", " unknown; version=1; action=quarantine; model=stand-in"), "verdict")
check(mt.eom_check(conn, MT_HDRINSERT, "X-Sekisho-Quarantine"), "reason")
check(not mt.eom_check(conn, MT_HDRCHANGE), "the subject was changed")
mt.disconnect(conn)
