-- A targeted mail: put on hold, told why, its subject says so; headers of our name from outside are gone.
--: policy.targeted = quarantine
dofile(folder .. "/common.lua")
local banner = " =?UTF-8?B?44CQ5qiZ55qE5Z6L5pS75pKD44Gu55aR44GE77ya57WM6Lev44O7?=\n =?UTF-8?B?5pqX5Y+35YyW5re75LuY44CR?="
local conn = open_connection()
introduce(conn)
send(conn, {headers = {
    {"X-Sekisho-Verdict", "clean"},
    {"Subject", "Hello"},
    {"x-sekisho-verdict", "clean; version=1"},
    {"X-Stand-In", "targeted"},
}})
expect(conn, SMFIR_CONTINUE, "eom")
check(mt.eom_check(conn, MT_QUARANTINE, "targeted: route.seen, attachment.encrypted"), "quarantine")
check(mt.eom_check(conn, MT_HDRDELETE, "X-Sekisho-Verdict"), "the first foreign header stays")
check(mt.eom_check(conn, MT_HDRDELETE, "x-sekisho-verdict"), "the second foreign header stays")
check(mt.eom_check(conn, MT_HDRINSERT, "X-Sekisho-Quarantine", " targeted: route.seen, attachment.encrypted"), "reason")
check(mt.eom_check(conn, MT_HDRINSERT, "X-Sekisho-Original-Subject", " Hello"), "original subject")
check(mt.eom_check(conn, MT_HDRCHANGE, "Subject", banner .. " Hello"), "subject")
check(not mt.eom_check(conn, MT_BODYCHANGE), "body")

-- A second pass, and a mail without a subject.
send(conn, {headers = {{"Subject", string.sub(banner, 2) .. " Hello"}, {"X-Stand-In", "targeted"}}})
check(not mt.eom_check(conn, MT_HDRCHANGE), "the banner was doubled")
check(mt.eom_check(conn, MT_HDRINSERT, "X-Sekisho-Original-Subject", " Hello"), "original subject, second pass")
send(conn, {headers = {{"X-Stand-In", "targeted"}}})
check(mt.eom_check(conn, MT_HDRADD, "Subject", banner), "no subject was added")
mt.disconnect(conn)
