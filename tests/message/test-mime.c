/*
 * MIME structures, whole and broken, seen through sks_message_parse(). What is wanted was written down from RFC 2045 to
 * 2049, 2183 and 2231, and for the broken ones from what mail readers show.
 */
#include "test.h"

#include <glib.h>

#include "message/message.h"
#include "sekisho/limits.h"

#define BYTES(text) (text), sizeof(text) - 1

/*
 * want: a line for each part, "type|name|depth|flags|content"; flags: Attachment, Inline, Text, Message, Broken
 * encoding, Charset mismatch, Unterminated, cut (X).
 */
static const struct row {
    const char *name;
    const char *mail;
    size_t size;
    const char *want;
    unsigned flags;      /* enum sks_message_flag */
    unsigned body_flags; /* SKS_BODY_SIGNED and SKS_BODY_ENCRYPTED */
} rows[] = {
    {"no MIME",
     BYTES("Subject: x\n"
           "\n"
           "hello\n"),
     "text/plain||0|T|hello\n", 0, 0},
    {"no body", BYTES("Subject: x\n"), "text/plain||0|T|", 0, 0},
    {"nothing", BYTES(""), "text/plain||0|T|", 64, 0},
    {"mixed",
     BYTES("MIME-Version: 1.0\n"
           "Content-Type: multipart/mixed; boundary=\"b\"\n"
           "\n"
           "--b\n"
           "\n"
           "hello\n"
           "--b\n"
           "Content-Type: application/pdf; name=a.pdf\n"
           "Content-Transfer-Encoding: base64\n"
           "\n"
           "QUJD\n"
           "--b--\n"),
     "text/plain||1|T|hello\n"
     "application/pdf|a.pdf|1|A|ABC",
     0, 0},
    {"mixed, CRLF",
     BYTES("MIME-Version: 1.0\r\n"
           "Content-Type: multipart/mixed; boundary=\"b\"\r\n"
           "\r\n"
           "--b\r\n"
           "\r\n"
           "hello\r\n"
           "--b\r\n"
           "Content-Type: application/pdf; name=a.pdf\r\n"
           "Content-Transfer-Encoding: base64\r\n"
           "\r\n"
           "QUJD\r\n"
           "--b--\r\n"),
     "text/plain||1|T|hello\n"
     "application/pdf|a.pdf|1|A|ABC",
     0, 0},
    {"mixed, CR",
     BYTES("MIME-Version: 1.0\rContent-Type: multipart/mixed; boundary=\"b\"\r\r--b\r\rhello\r--b\r\rworld\r--b--\r"),
     "text/plain||1|T|hello\n"
     "text/plain||1|T|world",
     256, 0},
    {"mixed line ends",
     BYTES("MIME-Version: 1.0\n"
           "Content-Type: multipart/mixed; boundary=\"b\"\r\n"
           "\r\n"
           "--b\n"
           "\n"
           "hello\r\n"
           "--b\r\n"
           "\n"
           "world\n"
           "--b--"),
     "text/plain||1|T|hello\n"
     "text/plain||1|T|world",
     512, 0},
    {"preamble and epilogue",
     BYTES("MIME-Version: 1.0\n"
           "Content-Type: multipart/mixed; boundary=\"b\"\n"
           "\n"
           "preamble\n"
           "--b\n"
           "\n"
           "hello\n"
           "--b--\n"
           "epilogue\n"),
     "text/plain||1|T|hello", 0, 0},
    {"space behind boundaries",
     BYTES("MIME-Version: 1.0\n"
           "Content-Type: multipart/mixed; boundary=\"b\"\n"
           "\n"
           "--b  \n"
           "\n"
           "hello\n"
           "--b-- \n"),
     "text/plain||1|T|hello", 0, 0},
    {"a line that only begins like the boundary",
     BYTES("MIME-Version: 1.0\n"
           "Content-Type: multipart/mixed; boundary=\"b\"\n"
           "\n"
           "--b\n"
           "\n"
           "hello\n"
           "--bc\n"
           "--b--\n"),
     "text/plain||1|T|hello\n"
     "--bc",
     0, 0},
    {"alternative in mixed",
     BYTES("MIME-Version: 1.0\n"
           "Content-Type: multipart/mixed; boundary=\"o\"\n"
           "\n"
           "--o\n"
           "Content-Type: multipart/alternative; boundary=\"i\"\n"
           "\n"
           "--i\n"
           "\n"
           "plain\n"
           "--i\n"
           "Content-Type: text/html\n"
           "\n"
           "<b>x</b>\n"
           "--i--\n"
           "--o\n"
           "Content-Disposition: attachment; filename=a.txt\n"
           "\n"
           "file\n"
           "--o--\n"),
     "text/plain||2|T|plain\n"
     "text/html||2|T|<b>x</b>\n"
     "text/plain|a.txt|1|A|file",
     0, 0},
    {"related image",
     BYTES("MIME-Version: 1.0\n"
           "Content-Type: multipart/related; boundary=\"b\"\n"
           "\n"
           "--b\n"
           "Content-Type: text/html\n"
           "\n"
           "x\n"
           "--b\n"
           "Content-Type: image/png\n"
           "Content-ID: <i@x>\n"
           "\n"
           "p\n"
           "--b--\n"),
     "text/html||1|T|x\n"
     "image/png||1|I|p",
     0, 0},
    {"text file behind the text",
     BYTES("MIME-Version: 1.0\n"
           "Content-Type: multipart/mixed; boundary=\"b\"\n"
           "\n"
           "--b\n"
           "\n"
           "hello\n"
           "--b\n"
           "Content-Type: text/plain; name=b.txt\n"
           "\n"
           "file\n"
           "--b--\n"),
     "text/plain||1|T|hello\n"
     "text/plain|b.txt|1|A|file",
     0, 0},
    {"unterminated",
     BYTES("MIME-Version: 1.0\n"
           "Content-Type: multipart/mixed; boundary=\"b\"\n"
           "\n"
           "--b\n"
           "\n"
           "hello\n"),
     "text/plain||1|TU|hello\n", 0, 0},
    {"inner one unterminated",
     BYTES("MIME-Version: 1.0\n"
           "Content-Type: multipart/mixed; boundary=\"o\"\n"
           "\n"
           "--o\n"
           "Content-Type: multipart/alternative; boundary=\"i\"\n"
           "\n"
           "--i\n"
           "\n"
           "plain\n"
           "--o\n"
           "\n"
           "next\n"
           "--o--\n"),
     "text/plain||2|TU|plain\n"
     "text/plain||1|T|next",
     0, 0},
    {"boundary without parameter",
     BYTES("MIME-Version: 1.0\n"
           "Content-Type: multipart/mixed\n"
           "\n"
           "--x\n"
           "Content-Type: text/plain\n"
           "\n"
           "hello\n"
           "--x--\n"),
     "text/plain||1|T|hello", 1024, 0},
    {"no boundary at all",
     BYTES("MIME-Version: 1.0\n"
           "Content-Type: multipart/mixed\n"
           "\n"
           "hello\n"),
     "text/plain||0|T|hello\n", 1024, 0},
    {"declared boundary never comes",
     BYTES("MIME-Version: 1.0\n"
           "Content-Type: multipart/mixed; boundary=\"b\"\n"
           "\n"
           "hello\n"
           "world\n"),
     "text/plain||0|TU|hello\n"
     "world\n",
     1024, 0},
    {"declared boundary is not the one used",
     BYTES("MIME-Version: 1.0\n"
           "Content-Type: multipart/mixed; boundary=\"other\"\n"
           "\n"
           "--x\n"
           "Content-Type: text/plain\n"
           "\n"
           "hello\n"
           "--x--\n"),
     "text/plain||1|T|hello", 1024, 0},
    {"parts behind the end",
     BYTES("MIME-Version: 1.0\n"
           "Content-Type: multipart/mixed; boundary=\"b\"\n"
           "\n"
           "--b\n"
           "\n"
           "hello\n"
           "--b--\n"
           "--b\n"
           "\n"
           "world\n"
           "--b--\n"),
     "text/plain||1|T|hello\n"
     "text/plain||1|T|world",
     1024, 0},
    {"same boundary inside",
     BYTES("MIME-Version: 1.0\n"
           "Content-Type: multipart/mixed; boundary=\"b\"\n"
           "\n"
           "--b\n"
           "Content-Type: multipart/mixed; boundary=\"b\"\n"
           "\n"
           "--b\n"
           "\n"
           "hello\n"
           "--b--\n"
           "--b--\n"),
     "text/plain||2|T|hello", 1024, 0},
    {"two types",
     BYTES("MIME-Version: 1.0\n"
           "Content-Type: text/plain\n"
           "Content-Type: text/html\n"
           "\n"
           "hello\n"),
     "text/plain||0|T|hello\n", 1024, 0},
    {"the same type twice",
     BYTES("MIME-Version: 1.0\n"
           "Content-Type: text/html\n"
           "Content-Type: text/html\n"
           "\n"
           "hello\n"),
     "text/html||0|T|hello\n", 0, 0},
    {"type without subtype",
     BYTES("MIME-Version: 1.0\n"
           "Content-Type: text\n"
           "\n"
           "hello\n"),
     "text/plain||0|T|hello\n", 0, 0},
    {"type is garbage",
     BYTES("MIME-Version: 1.0\n"
           "Content-Type: ;;;=\n"
           "\n"
           "hello\n"),
     "text/plain||0|T|hello\n", 1024, 0},
    {"type is garbage, with a name",
     BYTES("MIME-Version: 1.0\n"
           "Content-Type: foo; name=\"a.exe\"\n"
           "\n"
           "MZ\n"),
     "application/octet-stream|a.exe|0|A|MZ\n", 1024, 0},
    {"type in capitals with comments",
     BYTES("MIME-Version: 1.0\n"
           "Content-Type: (x) TEXT/HTML (y); charset=UTF-8\n"
           "\n"
           "x\n"),
     "text/html||0|T|x\n", 0, 0},
    {"part header ends at a boundary",
     BYTES("MIME-Version: 1.0\n"
           "Content-Type: multipart/mixed; boundary=\"b\"\n"
           "\n"
           "--b\n"
           "Content-Type: text/plain\n"
           "--b\n"
           "\n"
           "hello\n"
           "--b--\n"),
     "text/plain||1|T|\n"
     "text/plain||1|T|hello",
     0, 0},
    {"digest",
     BYTES("MIME-Version: 1.0\n"
           "Content-Type: multipart/digest; boundary=\"b\"\n"
           "\n"
           "--b\n"
           "\n"
           "Subject: in\n"
           "\n"
           "hello\n"
           "--b--\n"),
     "message/rfc822||1|M|Subject: in\n"
     "\n"
     "hello",
     0, 0},
    {"message inside is a leaf",
     BYTES("MIME-Version: 1.0\n"
           "Content-Type: multipart/mixed; boundary=\"b\"\n"
           "\n"
           "--b\n"
           "Content-Type: message/rfc822\n"
           "\n"
           "Content-Type: multipart/mixed; boundary=\"c\"\n"
           "\n"
           "--c\n"
           "\n"
           "x\n"
           "--c--\n"
           "--b--\n"),
     "message/rfc822||1|M|Content-Type: multipart/mixed; boundary=\"c\"\n"
     "\n"
     "--c\n"
     "\n"
     "x\n"
     "--c--",
     0, 0},
    {"message as the whole",
     BYTES("MIME-Version: 1.0\n"
           "Content-Type: message/rfc822\n"
           "\n"
           "Subject: in\n"
           "\n"
           "hello\n"),
     "message/rfc822||0|M|Subject: in\n"
     "\n"
     "hello\n",
     0, 0},
    {"signed",
     BYTES("MIME-Version: 1.0\n"
           "Content-Type: multipart/signed; boundary=\"b\"; protocol=\"application/pgp-signature\"\n"
           "\n"
           "--b\n"
           "\n"
           "hello\n"
           "--b\n"
           "Content-Type: application/pgp-signature; name=signature.asc\n"
           "\n"
           "sig\n"
           "--b--\n"),
     "text/plain||1|T|hello\n"
     "application/pgp-signature|signature.asc|1||sig",
     0, 128},
    {"encrypted",
     BYTES("MIME-Version: 1.0\n"
           "Content-Type: multipart/encrypted; boundary=\"b\"\n"
           "\n"
           "--b\n"
           "Content-Type: application/pgp-encrypted\n"
           "\n"
           "Version: 1\n"
           "--b\n"
           "Content-Type: application/octet-stream; name=x.asc\n"
           "\n"
           "e\n"
           "--b--\n"),
     "application/pgp-encrypted||1||Version: 1\n"
     "application/octet-stream|x.asc|1|A|e",
     0, 256},
    {"S/MIME, opaque signature",
     BYTES("MIME-Version: 1.0\n"
           "Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m\n"
           "Content-Transfer-Encoding: base64\n"
           "\n"
           "QUJD\n"),
     "application/pkcs7-mime|smime.p7m|0|A|ABC", 0, 128},
    {"S/MIME, encrypted",
     BYTES("MIME-Version: 1.0\n"
           "Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\n"
           "\n"
           "x\n"),
     "application/pkcs7-mime|smime.p7m|0|A|x\n", 0, 256},
    {"TNEF",
     BYTES("MIME-Version: 1.0\n"
           "Content-Type: application/ms-tnef; name=winmail.dat\n"
           "\n"
           "x\n"),
     "application/ms-tnef|winmail.dat|0|A|x\n", 0, 0},
    {"base64 with junk",
     BYTES("MIME-Version: 1.0\n"
           "Content-Transfer-Encoding: base64\n"
           "\n"
           "QU!JDQUJD\n"
           "RE#VG\n"),
     "text/plain||0|TB|ABCABCDEF", 0, 0},
    {"base64 without padding",
     BYTES("MIME-Version: 1.0\n"
           "Content-Transfer-Encoding: base64\n"
           "\n"
           "QUJDREU\n"),
     "text/plain||0|T|ABCDE", 0, 0},
    {"base64 in two pieces",
     BYTES("MIME-Version: 1.0\n"
           "Content-Transfer-Encoding: base64\n"
           "\n"
           "QQ==\n"
           "QkM=\n"),
     "text/plain||0|TB|ABC", 0, 0},
    {"base64 with a footer",
     BYTES("MIME-Version: 1.0\n"
           "Content-Transfer-Encoding: base64\n"
           "\n"
           "QUJDRA==\n"
           "\n"
           "-- \n"
           "List footer text of a mailing list\n"),
     "text/plain||0|TB|ABCD", 0, 0},
    {"base64 that is none",
     BYTES("MIME-Version: 1.0\n"
           "Content-Transfer-Encoding: base64\n"
           "\n"
           "Hello, this is text; it is not encoded.\n"),
     "text/plain||0|TB|Hello, this is text; it is not encoded.\n", 0, 0},
    {"quoted-printable",
     BYTES("MIME-Version: 1.0\n"
           "Content-Transfer-Encoding: quoted-printable\n"
           "\n"
           "a=20b=\n"
           "c=3D=  \n"
           "d\n"),
     "text/plain||0|T|a bc=d\n", 0, 0},
    {"quoted-printable, broken",
     BYTES("MIME-Version: 1.0\n"
           "Content-Transfer-Encoding: quoted-printable\n"
           "\n"
           "a=ZZ=4\n"),
     "text/plain||0|TB|a=ZZ=4\n", 0, 0},
    {"encoding unknown",
     BYTES("MIME-Version: 1.0\n"
           "Content-Transfer-Encoding: x-none\n"
           "\n"
           "hello\n"),
     "text/plain||0|T|hello\n", 0, 0},
    {"uuencode in text",
     BYTES("MIME-Version: 1.0\n"
           "\n"
           "see below\n"
           "begin 644 a.bin\n"
           "+:&5L;&\\@=V]R;&0 \n"
           "`\n"
           "end\n"
           "bye\n"),
     "text/plain||0|T|see below\n"
     "bye\n"
     "\n"
     "application/octet-stream|a.bin|0|A|hello world",
     0, 0},
    {"uuencode, name in Japanese",
     BYTES("MIME-Version: 1.0\n"
           "\n"
           "begin 644 \xE8\xB3\x87\xE6\x96\x99.exe\n"
           "#86)C\n"
           "`\n"
           "end\n"),
     "text/plain||0|T|\n"
     "application/octet-stream|\xE8\xB3\x87\xE6\x96\x99.exe|0|A|abc",
     0, 0},
    {"begin that is no uuencode",
     BYTES("MIME-Version: 1.0\n"
           "\n"
           "begin 644 reading\n"
           "hello\n"),
     "text/plain||0|T|begin 644 reading\n"
     "hello\n",
     0, 0},
    {"two dispositions of a name",
     BYTES("MIME-Version: 1.0\n"
           "Content-Type: application/zip; name=a.zip\n"
           "Content-Disposition: attachment; filename=b.zip\n"
           "\n"
           "PK\n"),
     "application/zip|b.zip|0|A|PK\n", 0, 0},
    {"name: RFC 2231",
     BYTES("MIME-Version: 1.0\n"
           "Content-Type: application/zip\n"
           "Content-Disposition: attachment; filename*=UTF-8''%E8%B3%87%E6%96%99.zip\n"
           "\n"
           "x"),
     "application/zip|\xE8\xB3\x87\xE6\x96\x99.zip|0|A|x", 0, 0},
    {"name: RFC 2231, iso-2022-jp",
     BYTES("MIME-Version: 1.0\n"
           "Content-Type: application/zip\n"
           "Content-Disposition: attachment; filename*=iso-2022-jp'ja'%1B%24B%3BqNA%1B%28B.zip\n"
           "\n"
           "x"),
     "application/zip|\xE8\xB3\x87\xE6\x96\x99.zip|0|A|x", 0, 0},
    {"name: RFC 2231, continuations",
     BYTES("MIME-Version: 1.0\n"
           "Content-Type: application/zip\n"
           "Content-Disposition: attachment; filename*0*=UTF-8''%E8%B3%87; filename*1*=%E6%96%99; filename*2=.zip\n"
           "\n"
           "x"),
     "application/zip|\xE8\xB3\x87\xE6\x96\x99.zip|0|A|x", 0, 0},
    {"name: RFC 2231, character split",
     BYTES("MIME-Version: 1.0\n"
           "Content-Type: application/zip\n"
           "Content-Disposition: attachment; filename*0*=UTF-8''%E8%B3;\n"
           " filename*1*=%87%E6%96%99.zip\n"
           "\n"
           "x"),
     "application/zip|\xE8\xB3\x87\xE6\x96\x99.zip|0|A|x", 0, 0},
    {"name: RFC 2231, out of order",
     BYTES("MIME-Version: 1.0\n"
           "Content-Type: application/zip\n"
           "Content-Disposition: attachment; filename*1=b.zip; filename*0=a\n"
           "\n"
           "x"),
     "application/zip|ab.zip|0|A|x", 0, 0},
    {"name: RFC 2231 beside a plain one",
     BYTES("MIME-Version: 1.0\n"
           "Content-Type: application/zip\n"
           "Content-Disposition: attachment; filename=\"x.zip\"; filename*=UTF-8''%E8%B3%87.zip\n"
           "\n"
           "x"),
     "application/zip|\xE8\xB3\x87.zip|0|A|x", 0, 0},
    {"name: RFC 2231, no charset",
     BYTES("MIME-Version: 1.0\n"
           "Content-Type: application/zip\n"
           "Content-Disposition: attachment; filename*=%E8%B3%87.zip\n"
           "\n"
           "x"),
     "application/zip|\xE8\xB3\x87.zip|0|A|x", 0, 0},
    {"name: RFC 2047 in quotes",
     BYTES("MIME-Version: 1.0\n"
           "Content-Type: application/zip\n"
           "Content-Disposition: attachment; filename=\"=?UTF-8?B?6LOH5paZLnppcA==?=\"\n"
           "\n"
           "x"),
     "application/zip|\xE8\xB3\x87\xE6\x96\x99.zip|0|A|x", 0, 0},
    {"name: RFC 2047 without quotes",
     BYTES("MIME-Version: 1.0\n"
           "Content-Type: application/zip\n"
           "Content-Disposition: attachment; filename==?UTF-8?B?6LOH5paZLnppcA==?=\n"
           "\n"
           "x"),
     "application/zip|\xE8\xB3\x87\xE6\x96\x99.zip|0|A|x", 0, 0},
    {"name: RFC 2047 in two words, folded",
     BYTES("MIME-Version: 1.0\n"
           "Content-Type: application/zip\n"
           "Content-Disposition: attachment; filename=\"=?UTF-8?B?6LOH?=\n"
           " =?UTF-8?B?5paZ?=.zip\"\n"
           "\n"
           "x"),
     "application/zip|\xE8\xB3\x87\xE6\x96\x99.zip|0|A|x", 0, 0},
    {"name: RFC 2047 in RFC 2231",
     BYTES("MIME-Version: 1.0\n"
           "Content-Type: application/zip\n"
           "Content-Disposition: attachment; filename*0=\"=?UTF-8?B?6LOH5p\"; filename*1=\"aZLnppcA==?=\"\n"
           "\n"
           "x"),
     "application/zip|\xE8\xB3\x87\xE6\x96\x99.zip|0|A|x", 0, 0},
    {"name: raw utf-8",
     BYTES("MIME-Version: 1.0\n"
           "Content-Type: application/zip\n"
           "Content-Disposition: attachment; filename=\"\xE8\xB3\x87\xE6\x96\x99.zip\"\n"
           "\n"
           "x"),
     "application/zip|\xE8\xB3\x87\xE6\x96\x99.zip|0|A|x", 0, 0},
    {"name: raw shift_jis with a backslash",
     BYTES("MIME-Version: 1.0\n"
           "Content-Type: application/zip\n"
           "Content-Disposition: attachment; filename=\"\x95\\\x8E\x91\x97\xBF.zip\"\n"
           "\n"
           "x"),
     "application/zip|\xE8\xA1\xA8\xE8\xB3\x87\xE6\x96\x99.zip|0|A|x", 0, 0},
    {"name: raw iso-2022-jp with a quote inside",
     BYTES("MIME-Version: 1.0\n"
           "Content-Type: application/zip\n"
           "Content-Disposition: attachment; filename=\"\x1B$B$\"\x1B(B.zip\"\n"
           "\n"
           "x"),
     "application/zip|\xE3\x81\x82.zip|0|A|x", 0, 0},
    {"name: spaces without quotes",
     BYTES("MIME-Version: 1.0\n"
           "Content-Type: application/zip\n"
           "Content-Disposition: attachment; filename=my big file.zip\n"
           "\n"
           "x"),
     "application/zip|my big file.zip|0|A|x", 0, 0},
    {"name: quote never closed",
     BYTES("MIME-Version: 1.0\n"
           "Content-Type: application/zip\n"
           "Content-Disposition: attachment; filename=\"a.zip\n"
           "\n"
           "x"),
     "application/zip|a.zip|0|A|x", 0, 0},
    {"name: escaped quotes",
     BYTES("MIME-Version: 1.0\n"
           "Content-Type: application/zip\n"
           "Content-Disposition: attachment; filename=\"a\\\"b.zip\"\n"
           "\n"
           "x"),
     "application/zip|a\"b.zip|0|A|x", 0, 0},
    {"name: override character",
     BYTES("MIME-Version: 1.0\n"
           "Content-Type: application/zip\n"
           "Content-Disposition: attachment; filename*=UTF-8''a%E2%80%AEgnp.exe\n"
           "\n"
           "x"),
     "application/zip|a\xE2\x80\xAEgnp.exe|0|A|x", 0, 0},
};

static void describe(GString *out, const struct sks_part *part)
{
    static const char letters[] = "AITMBCUX";
    g_string_append_printf(out, "%s|%s|%u|", part->type, part->name, part->depth);
    for (unsigned i = 0; letters[i] != '\0'; i++)
        if ((part->flags & 1u << i) != 0)
            g_string_append_c(out, letters[i]);
    g_string_append_c(out, '|');
    g_string_append_len(out, (const char *)part->data, (gssize)part->size);
}

static void test_structure(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct sks_message *message;
        assert_int_equal(sks_message_parse(&message, rows[i].mail, rows[i].size), SKS_OK);
        g_autoptr(GString) got = g_string_new(NULL);
        for (size_t k = 0; k < message->part_count; k++) {
            if (k > 0)
                g_string_append_c(got, '\n');
            describe(got, &message->parts[k]);
            assert_row_int(rows[i].name, message->parts[k].number, k + 1);
        }
        assert_row_string(rows[i].name, got->str, rows[i].want);
        assert_row_int(rows[i].name, message->flags, rows[i].flags);
        assert_row_int(rows[i].name, message->body.flags & (SKS_BODY_SIGNED | SKS_BODY_ENCRYPTED), rows[i].body_flags);
        sks_message_destroy(message);
    }
}

/* Cut anywhere, each mail is still read. */
static void test_cut(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        for (size_t size = 0; size < rows[i].size; size++) {
            struct sks_message *message;
            char *copy = g_malloc(size + 1);
            memcpy(copy, rows[i].mail, size);
            copy = g_realloc(copy, size > 0 ? size : 1);
            assert_int_equal(sks_message_parse(&message, copy, size), SKS_OK);
            sks_message_destroy(message);
            g_free(copy);
        }
}

static GString *nested(unsigned depth)
{
    GString *mail = g_string_new("Subject: deep\n");
    for (unsigned i = 0; i < depth; i++)
        g_string_append_printf(mail, "Content-Type: multipart/mixed; boundary=b%u\n\n--b%u\n", i, i);
    g_string_append(mail, "\ntext\n");
    for (unsigned i = depth; i-- > 0;)
        g_string_append_printf(mail, "--b%u--\n", i);
    return mail;
}

static void test_depth(void **state)
{
    (void)state;
    struct sks_message *message;
    GString *mail = nested(SKS_LIMIT_MIME_DEPTH);
    assert_int_equal(sks_message_parse(&message, mail->str, mail->len), SKS_OK);
    assert_int_equal(message->part_count, 1);
    assert_int_equal(message->flags & SKS_MESSAGE_CUT_DEPTH, 0);
    assert_string_equal(message->body.own, "text");
    sks_message_destroy(message);
    g_string_free(mail, TRUE);

    mail = nested(20000);
    assert_int_equal(sks_message_parse(&message, mail->str, mail->len), SKS_OK);
    assert_int_equal(message->part_count, 1);
    assert_int_equal(message->flags & SKS_MESSAGE_CUT_DEPTH, SKS_MESSAGE_CUT_DEPTH);
    assert_int_equal(message->parts[0].flags & SKS_PART_CUT, SKS_PART_CUT);
    assert_non_null(memmem(message->parts[0].data, message->parts[0].size, "\ntext\n", 6));
    sks_message_destroy(message);
    g_string_free(mail, TRUE);
}

static void test_part_count(void **state)
{
    (void)state;
    GString *mail = g_string_new("Content-Type: multipart/mixed; boundary=b\n\n");
    for (unsigned i = 0; i < SKS_LIMIT_PART_COUNT * 2; i++)
        g_string_append_printf(mail, "--b\n\npart %u\n", i);
    struct sks_message *message;
    assert_int_equal(sks_message_parse(&message, mail->str, mail->len), SKS_OK);
    assert_int_equal(message->part_count, SKS_LIMIT_PART_COUNT);
    assert_int_equal(message->flags & SKS_MESSAGE_CUT_PARTS, SKS_MESSAGE_CUT_PARTS);
    const struct sks_part *last = &message->parts[SKS_LIMIT_PART_COUNT - 1];
    assert_int_equal(last->flags & SKS_PART_CUT, SKS_PART_CUT);
    assert_non_null(memmem(last->data, last->size, "part 1999", 9));
    sks_message_destroy(message);
    g_string_free(mail, TRUE);
}

/* Mails made to be slow: cost grows with the size, not with its square. */
static void test_linear(void **state)
{
    (void)state;
    static const char *const heads[] = {"\n", "Content-Type: multipart/mixed; boundary=b\n\n",
                                        "Content-Transfer-Encoding: base64\n\n",
                                        "Content-Transfer-Encoding: quoted-printable\n\n"};
    static const char *const units[] = {"--\n",
                                        "--b\n",
                                        "--b\n\n",
                                        "--b--\n",
                                        "\n--x\nContent-",
                                        "a=",
                                        "=\n",
                                        "begin 644 a\n",
                                        "begin 644 a\n`\n",
                                        "a: b\n",
                                        "\r",
                                        "--b\nContent-Type: multipart/mixed; boundary=b\n\n",
                                        "--b\nContent-Type: multipart/mixed\n\n",
                                        " \n",
                                        "QQ==\n"};
    for (size_t h = 0; h < G_N_ELEMENTS(heads); h++)
        for (size_t i = 0; i < G_N_ELEMENTS(units); i++) {
            g_autoptr(GString) mail = g_string_new(heads[h]);
            while (mail->len < 200000)
                g_string_append(mail, units[i]);
            struct sks_message *message;
            gint64 start = g_get_monotonic_time();
            assert_int_equal(sks_message_parse(&message, mail->str, mail->len), SKS_OK);
            gint64 took = g_get_monotonic_time() - start;
            if (took > 5 * G_USEC_PER_SEC)
                fail_msg("head %zu, %s: took %d ms", h, units[i], (int)(took / 1000));
            sks_message_destroy(message);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_structure),  cmocka_unit_test(test_cut),    cmocka_unit_test(test_depth),
        cmocka_unit_test(test_part_count), cmocka_unit_test(test_linear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
