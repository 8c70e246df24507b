-- The body banner, where it is switched on: not on signed mail.
--: banner.body = yes
--: banner.language = en
dofile(folder .. "/common.lua")
local conn = open_connection()
introduce(conn)
local banner = "*** This may be a targeted attack: the route and encrypted attachment. ***\r\n\r\n"
send(conn, {headers = {{"X-Stand-In", "targeted"}}, body = "Hi\r\n"})
check(mt.eom_check(conn, MT_BODYCHANGE, banner .. "Hi\r\n"), "body")
send(conn, {headers = {{"X-Stand-In", "targeted protected"}}, body = "Hi\r\n"})
check(not mt.eom_check(conn, MT_BODYCHANGE), "a signed body was touched")
check(mt.eom_check(conn, MT_HDRADD, "Subject"), "subject")
send(conn, {headers = {{"X-Stand-In", "clean"}}, body = "Hi\r\n"})
check(not mt.eom_check(conn, MT_BODYCHANGE), "a clean body was touched")
mt.disconnect(conn)
