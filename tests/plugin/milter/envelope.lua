-- What the callbacks translate: client, HELO, sender, recipients, authentication; and that nothing of a mail is left for
-- the next one on the same connection.
--: banner.language = en
--: policy.exempt_authenticated = no
dofile(folder .. "/common.lua")
local conn = open_connection()
introduce(conn)
send(conn, {macros = {"{auth_type}", "PLAIN", "{auth_authen}", "taro"}, recipients = {"<taro@kikan.example>", "<hanako@kikan.example>"}, headers = {{"Subject", "one"}}})
sees(conn, "client 203.0.113.5 mail.partner.example helo helo.partner.example sender sender@partner.example recipients 2 first taro@kikan.example trusted 0 authenticated 1 truncated 0")

-- a mail that is given up in its middle
done(mt.mailfrom(conn, "<gone@partner.example>"), "mailfrom")
done(mt.rcptto(conn, "<gone@kikan.example>"), "rcptto")
done(mt.header(conn, "X-Stand-In", "targeted"), "header")
done(mt.abort(conn), "abort")

-- the null sender; no header but those that miltertest makes up
send(conn, {sender = "<>", headers = {}})
expect(conn, SMFIR_CONTINUE, "eom")
sees(conn, "sender recipients 1 first taro@kikan.example trusted 0 authenticated 0")
mt.disconnect(conn)

-- IPv6, a name that was not verified; an abrupt end in the middle of a mail
conn = open_connection()
introduce(conn, "[2001:db8::5]", "2001:db8::5")
send(conn, {headers = {{"Subject", "one"}}})
sees(conn, "client 2001:db8::5 - helo")
done(mt.mailfrom(conn, "<gone@partner.example>"), "mailfrom")
done(mt.rcptto(conn, "<gone@kikan.example>"), "rcptto")
mt.disconnect(conn, false)

-- a client of unknown family
conn = open_connection()
introduce(conn, "localhost", "unspec")
send(conn, {headers = {{"Subject", "one"}}})
sees(conn, "client - localhost helo")
mt.disconnect(conn)
