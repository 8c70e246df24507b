-- Observe mode: headers only.
--: policy.observe = yes
--: policy.targeted = reject
dofile(folder .. "/common.lua")
local conn = open_connection()
introduce(conn)
send(conn, {headers = {{"Subject", "Hello"}, {"X-Stand-In", "targeted"}}})
expect(conn, SMFIR_CONTINUE, "eom")
check(mt.eom_check(conn, MT_HDRINSERT, "X-Sekisho-Verdict", " targeted; version=1; action=accept; observed=reject;\n model=stand-in"), "verdict")
check(not mt.eom_check(conn, MT_HDRCHANGE), "the subject was changed")
mt.disconnect(conn)
