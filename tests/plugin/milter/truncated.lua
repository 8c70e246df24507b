-- A mail beyond the ceiling: the rest is dropped, what was read is judged, and the body is not touched.
--: milter.mail_size = 64K
--: banner.language = en
--: banner.body = yes
dofile(folder .. "/common.lua")
local conn = open_connection()
introduce(conn)
done(mt.mailfrom(conn, "<sender@partner.example>"), "mailfrom")
done(mt.rcptto(conn, "<taro@kikan.example>"), "rcptto")
done(mt.header(conn, "X-Stand-In", "targeted"), "header")
done(mt.eoh(conn), "eoh")
local chunk = string.rep(string.rep("x", 70) .. "\r\n", 500)
done(mt.bodystring(conn, chunk), "body")
expect(conn, SMFIR_CONTINUE, "first chunk")
done(mt.bodystring(conn, chunk), "body")
expect(conn, SMFIR_CONTINUE, "second chunk")
done(mt.eom(conn), "eom")
expect(conn, SMFIR_CONTINUE, "eom")
sees(conn, "truncated 1 size 65536 ")
check(mt.eom_check(conn, MT_HDRADD, "Subject"), "subject")
check(not mt.eom_check(conn, MT_BODYCHANGE), "the body was touched")
mt.disconnect(conn)
