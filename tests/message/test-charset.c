/* Charsets. The bytes were made with Python's codecs, vendor rows written down from Microsoft's tables. */
#include "test.h"

#include <glib.h>
#include <string.h>

#include "message/charset.h"

#define BYTES(text) (text), sizeof(text) - 1
#define BAD         "\xEF\xBF\xBD"

static const struct row {
    const char *name;
    const char *bytes;
    size_t size;
    const char *declared;
    const char *want;
    const char *charset;
    bool mismatch;
    size_t replaced;
} rows[] = {
    {"ascii", BYTES("hello"), NULL, "hello", "us-ascii", false, 0},
    {"utf-8",
     BYTES("\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E\xE3\x81\xAE\xE3\x83\x86\xE3\x82\xB9\xE3\x83\x88\xE3\x80\x81\xE3\x82"
           "\x88\xE3\x82\x8D\xE3\x81\x97\xE3\x81\x8F\xE3\x81\x8A\xE9\xA1\x98\xE3\x81\x84\xE3\x81\x97\xE3\x81\xBE\xE3"
           "\x81\x99\xE3\x80\x82"),
     "UTF-8", "日本語のテスト、よろしくお願いします。", "utf-8", false, 0},
    {"utf-8 undeclared",
     BYTES("\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E\xE3\x81\xAE\xE3\x83\x86\xE3\x82\xB9\xE3\x83\x88\xE3\x80\x81\xE3\x82"
           "\x88\xE3\x82\x8D\xE3\x81\x97\xE3\x81\x8F\xE3\x81\x8A\xE9\xA1\x98\xE3\x81\x84\xE3\x81\x97\xE3\x81\xBE\xE3"
           "\x81\x99\xE3\x80\x82"),
     NULL, "日本語のテスト、よろしくお願いします。", "utf-8", false, 0},
    {"utf-8 with BOM",
     BYTES("\xEF\xBB\xBF\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E\xE3\x81\xAE\xE3\x83\x86\xE3\x82\xB9\xE3\x83\x88\xE3\x80"
           "\x81\xE3\x82\x88\xE3\x82\x8D\xE3\x81\x97\xE3\x81\x8F\xE3\x81\x8A\xE9\xA1\x98\xE3\x81\x84\xE3\x81\x97\xE3"
           "\x81\xBE\xE3\x81\x99\xE3\x80\x82"),
     NULL, "日本語のテスト、よろしくお願いします。", "utf-8", false, 0},
    {"utf-8 with language",
     BYTES("\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E\xE3\x81\xAE\xE3\x83\x86\xE3\x82\xB9\xE3\x83\x88\xE3\x80\x81\xE3\x82"
           "\x88\xE3\x82\x8D\xE3\x81\x97\xE3\x81\x8F\xE3\x81\x8A\xE9\xA1\x98\xE3\x81\x84\xE3\x81\x97\xE3\x81\xBE\xE3"
           "\x81\x99\xE3\x80\x82"),
     "utf-8*ja", "日本語のテスト、よろしくお願いします。", "utf-8", false, 0},
    {"iso-2022-jp", BYTES("\x1B$BF|K\\8l$N%F%9%H!\"$h$m$7$/$*4j$$$7$^$9!#\x1B(B"), "ISO-2022-JP",
     "日本語のテスト、よろしくお願いします。", "iso-2022-jp", false, 0},
    {"iso-2022-jp undeclared", BYTES("\x1B$BF|K\\8l$N%F%9%H!\"$h$m$7$/$*4j$$$7$^$9!#\x1B(B"), NULL,
     "日本語のテスト、よろしくお願いします。", "iso-2022-jp", false, 0},
    {"iso-2022-jp declared us-ascii", BYTES("\x1B$BF|K\\8l$N%F%9%H!\"$h$m$7$/$*4j$$$7$^$9!#\x1B(B"), "us-ascii",
     "日本語のテスト、よろしくお願いします。", "iso-2022-jp", true, 0},
    {"iso-2022-jp declared utf-8", BYTES("\x1B$BF|K\\8l$N%F%9%H!\"$h$m$7$/$*4j$$$7$^$9!#\x1B(B"), "utf-8",
     "日本語のテスト、よろしくお願いします。", "iso-2022-jp", true, 0},
    {"iso-2022-jp vendor rows", BYTES("\x1B$B-!-j|by!\x1B(B"), "iso-2022-jp", "①㈱髙纊", "iso-2022-jp", false, 0},
    {"iso-2022-jp kana by escape", BYTES("\x1B(I12\x1B(Bx"), "iso-2022-jp", "ｱｲx", "iso-2022-jp", false, 0},
    {"iso-2022-jp kana in eight bits", BYTES("\x1B$B$\"\x1B(B\xB1\xB2"), "iso-2022-jp", "あｱｲ", "iso-2022-jp", false,
     0},
    {"iso-2022-jp kana by shift-out",
     BYTES("\x1B$B$\"\x1B(B\x0E"
           "12\x0Fz"),
     "iso-2022-jp", "あｱｲz", "iso-2022-jp", false, 0},
    {"iso-2022-jp JIS X 0201 Roman", BYTES("\x1B$B$\"\x1B(Ja\\b"), "iso-2022-jp", "あa\\b", "iso-2022-jp", false, 0},
    {"iso-2022-jp JIS X 0212", BYTES("\x1B$(D0!\x1B(B"), "iso-2022-jp-1", "丂", "iso-2022-jp", false, 0},
    {"iso-2022-jp old kanji escape", BYTES("\x1B$@$\"\x1B(J"), "iso-2022-jp", "あ", "iso-2022-jp", false, 0},
    {"iso-2022-jp line ends in kanji", BYTES("\x1B$B$\"\nabc\x1B$B$$\x1B(B"), "iso-2022-jp", "あ\nabcい", "iso-2022-jp",
     false, 0},
    {"iso-2022-jp folded in kanji", BYTES("\x1B$B$\"\n $$\x1B(B"), "iso-2022-jp", "あ\n い", "iso-2022-jp", false, 0},
    {"iso-2022-jp escapes lost", BYTES("$BF|K\\8l(B ok"), "iso-2022-jp", "日本語 ok", "iso-2022-jp", false, 0},
    {"iso-2022-jp half a character", BYTES("\x1B$B$\"$\x1B(Bx"), "iso-2022-jp", "あ" BAD "x", "iso-2022-jp", false, 1},
    {"iso-2022-jp is shift_jis",
     BYTES("\x93\xFA\x96{\x8C\xEA\x82\xCC\x83"
           "e\x83X\x83g\x81"
           "A\x82\xE6\x82\xEB\x82\xB5\x82\xAD\x82\xA8\x8A\xE8\x82\xA2\x82\xB5\x82\xDC\x82\xB7\x81"
           "B"),
     "ISO-2022-JP", "日本語のテスト、よろしくお願いします。", "shift_jis", true, 0},
    {"iso-2022-jp is euc-jp",
     BYTES("\xC6\xFC\xCB\xDC\xB8\xEC\xA4\xCE\xA5\xC6\xA5\xB9\xA5\xC8\xA1\xA2\xA4\xE8\xA4\xED\xA4\xB7\xA4\xAF\xA4\xAA"
           "\xB4\xEA\xA4\xA4\xA4\xB7\xA4\xDE\xA4\xB9\xA1\xA3"),
     "ISO-2022-JP", "日本語のテスト、よろしくお願いします。", "euc-jp", true, 0},
    {"shift_jis",
     BYTES("\x93\xFA\x96{\x8C\xEA\x82\xCC\x83"
           "e\x83X\x83g\x81"
           "A\x82\xE6\x82\xEB\x82\xB5\x82\xAD\x82\xA8\x8A\xE8\x82\xA2\x82\xB5\x82\xDC\x82\xB7\x81"
           "B"),
     "Shift_JIS", "日本語のテスト、よろしくお願いします。", "shift_jis", false, 0},
    {"shift_jis undeclared",
     BYTES("\x93\xFA\x96{\x8C\xEA\x82\xCC\x83"
           "e\x83X\x83g\x81"
           "A\x82\xE6\x82\xEB\x82\xB5\x82\xAD\x82\xA8\x8A\xE8\x82\xA2\x82\xB5\x82\xDC\x82\xB7\x81"
           "B"),
     NULL, "日本語のテスト、よろしくお願いします。", "shift_jis", false, 0},
    {"shift_jis short", BYTES("\x90\xBF\x8B\x81\x8F\x91"), NULL, "請求書", "shift_jis", false, 0},
    {"shift_jis vendor rows", BYTES("\x87@\x87\x8A\xEE\xE0\xED@\xB1\xB2"), "x-sjis", "①㈱髙纊ｱｲ", "shift_jis", false,
     0},
    {"cp932 by Microsoft: wave dash and friends",
     BYTES("\x81`\x81\\\x81"
           "a\x81|\x81\x91\x81\x92\x81\xCA"),
     "windows-31j", "～―∥－￠￡￢", "shift_jis", false, 0},
    {"shift_jis with backslash trail", BYTES("\x95\\\x8E\xA6\x83\\\x94\\"), "shift_jis", "表示ソ能", "shift_jis", false,
     0},
    {"shift_jis NEC selected IBM", BYTES("\xEE\xE0\xED@"), "cp932", "髙纊", "shift_jis", false, 0},
    {"shift_jis declared us-ascii",
     BYTES("\x93\xFA\x96{\x8C\xEA\x82\xCC\x83"
           "e\x83X\x83g\x81"
           "A\x82\xE6\x82\xEB\x82\xB5\x82\xAD\x82\xA8\x8A\xE8\x82\xA2\x82\xB5\x82\xDC\x82\xB7\x81"
           "B"),
     "us-ascii", "日本語のテスト、よろしくお願いします。", "shift_jis", true, 0},
    {"shift_jis declared utf-8",
     BYTES("\x93\xFA\x96{\x8C\xEA\x82\xCC\x83"
           "e\x83X\x83g\x81"
           "A\x82\xE6\x82\xEB\x82\xB5\x82\xAD\x82\xA8\x8A\xE8\x82\xA2\x82\xB5\x82\xDC\x82\xB7\x81"
           "B"),
     "utf-8", "日本語のテスト、よろしくお願いします。", "shift_jis", true, 0},
    {"shift_jis declared iso-8859-1",
     BYTES("\x93\xFA\x96{\x8C\xEA\x82\xCC\x83"
           "e\x83X\x83g\x81"
           "A\x82\xE6\x82\xEB\x82\xB5\x82\xAD\x82\xA8\x8A\xE8\x82\xA2\x82\xB5\x82\xDC\x82\xB7\x81"
           "B"),
     "iso-8859-1", "日本語のテスト、よろしくお願いします。", "shift_jis", true, 0},
    {"shift_jis cut",
     BYTES("\x93\xFA\x96{\x8C\xEA\x82\xCC\x83"
           "e\x83X\x83g\x81"
           "A\x82\xE6\x82\xEB\x82\xB5\x82\xAD\x82\xA8\x8A\xE8\x82\xA2\x82\xB5\x82\xDC\x82\xB7\x81"),
     "shift_jis", "日本語のテスト、よろしくお願いします" BAD "", "shift_jis", false, 1},
    {"utf-8 declared shift_jis",
     BYTES("\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E\xE3\x81\xAE\xE3\x83\x86\xE3\x82\xB9\xE3\x83\x88\xE3\x80\x81\xE3\x82"
           "\x88\xE3\x82\x8D\xE3\x81\x97\xE3\x81\x8F\xE3\x81\x8A\xE9\xA1\x98\xE3\x81\x84\xE3\x81\x97\xE3\x81\xBE\xE3"
           "\x81\x99\xE3\x80\x82"),
     "shift_jis", "日本語のテスト、よろしくお願いします。", "utf-8", true, 0},
    {"utf-8 declared iso-2022-jp",
     BYTES("\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E\xE3\x81\xAE\xE3\x83\x86\xE3\x82\xB9\xE3\x83\x88\xE3\x80\x81\xE3\x82"
           "\x88\xE3\x82\x8D\xE3\x81\x97\xE3\x81\x8F\xE3\x81\x8A\xE9\xA1\x98\xE3\x81\x84\xE3\x81\x97\xE3\x81\xBE\xE3"
           "\x81\x99\xE3\x80\x82"),
     "iso-2022-jp", "日本語のテスト、よろしくお願いします。", "utf-8", true, 0},
    {"euc-jp",
     BYTES("\xC6\xFC\xCB\xDC\xB8\xEC\xA4\xCE\xA5\xC6\xA5\xB9\xA5\xC8\xA1\xA2\xA4\xE8\xA4\xED\xA4\xB7\xA4\xAF\xA4\xAA"
           "\xB4\xEA\xA4\xA4\xA4\xB7\xA4\xDE\xA4\xB9\xA1\xA3"),
     "EUC-JP", "日本語のテスト、よろしくお願いします。", "euc-jp", false, 0},
    {"euc-jp undeclared",
     BYTES("\xC6\xFC\xCB\xDC\xB8\xEC\xA4\xCE\xA5\xC6\xA5\xB9\xA5\xC8\xA1\xA2\xA4\xE8\xA4\xED\xA4\xB7\xA4\xAF\xA4\xAA"
           "\xB4\xEA\xA4\xA4\xA4\xB7\xA4\xDE\xA4\xB9\xA1\xA3"),
     NULL, "日本語のテスト、よろしくお願いします。", "euc-jp", false, 0},
    {"euc-jp declared us-ascii",
     BYTES("\xC6\xFC\xCB\xDC\xB8\xEC\xA4\xCE\xA5\xC6\xA5\xB9\xA5\xC8\xA1\xA2\xA4\xE8\xA4\xED\xA4\xB7\xA4\xAF\xA4\xAA"
           "\xB4\xEA\xA4\xA4\xA4\xB7\xA4\xDE\xA4\xB9\xA1\xA3"),
     "us-ascii", "日本語のテスト、よろしくお願いします。", "euc-jp", true, 0},
    {"euc-jp declared shift_jis",
     BYTES("\xC6\xFC\xCB\xDC\xB8\xEC\xA4\xCE\xA5\xC6\xA5\xB9\xA5\xC8\xA1\xA2\xA4\xE8\xA4\xED\xA4\xB7\xA4\xAF\xA4\xAA"
           "\xB4\xEA\xA4\xA4\xA4\xB7\xA4\xDE\xA4\xB9\xA1\xA3"),
     "shift_jis", "日本語のテスト、よろしくお願いします。", "euc-jp", true, 0},
    {"euc-jp vendor rows", BYTES("\xAD\xA1\xAD\xEA\xFC\xE2\xF9\xA1"), "euc-jp", "①㈱髙纊", "euc-jp", false, 0},
    {"eucJP-ms IBM characters", BYTES("\xA4\xA2\x8F\xF4\xFB\x8F\xF3\xF3\x8F\xF4\xFE"), "eucJP-ms", "あ髙ⅰ黑", "euc-jp",
     false, 0},
    {"euc-jp kana and JIS X 0212", BYTES("\x8E\xB1\x8E\xB2\x8F\xB0\xA1"), "x-euc-jp", "ｱｲ丂", "euc-jp", false, 0},
    {"gb2312",
     BYTES("\xC4\xFA\xBA\xC3\xA3\xAC\xC7\xEB\xB2\xE9\xCA\xD5\xB8\xBD\xBC\xFE\xD6\xD0\xB5\xC4\xBA\xCF\xCD\xAC\xA3\xAC"
           "\xD0\xBB\xD0\xBB\xA1\xA3\xCE\xD2\xC3\xC7\xB9\xAB\xCB\xBE\xB5\xC4\xB5\xD8\xD6\xB7\xCA\xC7\xB1\xB1\xBE\xA9"
           "\xA1\xA3"),
     "gb2312", "您好，请查收附件中的合同，谢谢。我们公司的地址是北京。", "gb2312", false, 0},
    {"gb18030 undeclared",
     BYTES("\xC4\xFA\xBA\xC3\xA3\xAC\xC7\xEB\xB2\xE9\xCA\xD5\xB8\xBD\xBC\xFE\xD6\xD0\xB5\xC4\xBA\xCF\xCD\xAC\xA3\xAC"
           "\xD0\xBB\xD0\xBB\xA1\xA3\xCE\xD2\xC3\xC7\xB9\xAB\xCB\xBE\xB5\xC4\xB5\xD8\xD6\xB7\xCA\xC7\xB1\xB1\xBE\xA9"
           "\xA1\xA3"),
     NULL, "您好，请查收附件中的合同，谢谢。我们公司的地址是北京。", "gb18030", false, 0},
    {"gbk beyond gb2312",
     BYTES("\xE9"
           "F\x88\xD2"),
     "GB2312", "镕堃", "gb2312", false, 0},
    {"gb18030 four bytes",
     BYTES("\x81"
           "9\xEE"
           "9\x95"
           "2\x82"
           "6"),
     "gb18030", "㐀𠀀", "gb18030", false, 0},
    {"big5",
     BYTES("\xB1z\xA6n\xA1"
           "A\xBD\xD0\xAC"
           "d\xA6\xAC\xAA\xFE\xA5\xF3\xA1"
           "C\xA7\xDA\xAD\xCC\xAA\xBA\xA6"
           "a\xA7}\xACO\xA5x\xA5_\xA1"
           "C"),
     "Big5", "您好，請查收附件。我們的地址是台北。", "big5", false, 0},
    {"big5 undeclared",
     BYTES("\xB1z\xA6n\xA1"
           "A\xBD\xD0\xAC"
           "d\xA6\xAC\xAA\xFE\xA5\xF3\xA1"
           "C\xA7\xDA\xAD\xCC\xAA\xBA\xA6"
           "a\xA7}\xACO\xA5x\xA5_\xA1"
           "C"),
     NULL, "您好，請查收附件。我們的地址是台北。", "big5", false, 0},
    {"euc-kr",
     BYTES("\xBE\xC8\xB3\xE7\xC7\xCF\xBC\xBC\xBF\xE4. \xC3\xB7\xBA\xCE \xC6\xC4\xC0\xCF\xC0\xBB "
           "\xC8\xAE\xC0\xCE\xC7\xD8 \xC1\xD6\xBD\xC3\xB1\xE2 \xB9\xD9\xB6\xF8\xB4\xCF\xB4\xD9."),
     "ks_c_5601-1987", "안녕하세요. 첨부 파일을 확인해 주시기 바랍니다.", "euc-kr", false, 0},
    {"euc-kr undeclared",
     BYTES("\xBE\xC8\xB3\xE7\xC7\xCF\xBC\xBC\xBF\xE4. \xC3\xB7\xBA\xCE \xC6\xC4\xC0\xCF\xC0\xBB "
           "\xC8\xAE\xC0\xCE\xC7\xD8 \xC1\xD6\xBD\xC3\xB1\xE2 \xB9\xD9\xB6\xF8\xB4\xCF\xB4\xD9."),
     NULL, "안녕하세요. 첨부 파일을 확인해 주시기 바랍니다.", "euc-kr", false, 0},
    {"uhc beyond KS X 1001",
     BYTES("\x8C"
           "c\xB9\xE6\xB0\xA2\xC7\xCF"),
     "euc-kr", "똠방각하", "euc-kr", false, 0},
    {"iso-8859-1",
     BYTES("Caf\xE9 d\xE9j\xE0 vu, na\xEFve fa\xE7"
           "ade"),
     "iso-8859-1", "Café déjà vu, naïve façade", "iso-8859-1", false, 0},
    {"latin undeclared",
     BYTES("Caf\xE9 d\xE9j\xE0 vu, na\xEFve fa\xE7"
           "ade"),
     NULL, "Café déjà vu, naïve façade", "windows-1252", false, 0},
    {"utf-8 declared iso-8859-1",
     BYTES("Caf\xC3\xA9 d\xC3\xA9j\xC3\xA0 vu, na\xC3\xAFve fa\xC3\xA7"
           "ade"),
     "iso-8859-1", "Café déjà vu, naïve façade", "utf-8", true, 0},
    {"latin declared utf-8",
     BYTES("Caf\xE9 d\xE9j\xE0 vu, na\xEFve fa\xE7"
           "ade"),
     "utf-8", "Café déjà vu, naïve façade", "windows-1252", true, 0},
    {"windows-1252 quotes declared iso-8859-1", BYTES("\x93hi\x94 \x96 it\x92s"), "iso-8859-1", "“hi” – it’s",
     "iso-8859-1", false, 0},
    {"windows-1251",
     BYTES("\xC7\xE4\xF0\xE0\xE2\xF1\xF2\xE2\xF3\xE9\xF2\xE5, \xEE\xF2\xEF\xF0\xE0\xE2\xEB\xFF\xFE \xE2\xE0\xEC "
           "\xE4\xEE\xEA\xF3\xEC\xE5\xED\xF2\xFB"),
     "windows-1251", "Здравствуйте, отправляю вам документы", "windows-1251", false, 0},
    {"windows-1251 undeclared",
     BYTES("\xC7\xE4\xF0\xE0\xE2\xF1\xF2\xE2\xF3\xE9\xF2\xE5, \xEE\xF2\xEF\xF0\xE0\xE2\xEB\xFF\xFE \xE2\xE0\xEC "
           "\xE4\xEE\xEA\xF3\xEC\xE5\xED\xF2\xFB"),
     NULL, "Здравствуйте, отправляю вам документы", "windows-1251", false, 0},
    {"koi8-r",
     BYTES("\xFA\xC4\xD2\xC1\xD7\xD3\xD4\xD7\xD5\xCA\xD4\xC5, \xCF\xD4\xD0\xD2\xC1\xD7\xCC\xD1\xC0 \xD7\xC1\xCD "
           "\xC4\xCF\xCB\xD5\xCD\xC5\xCE\xD4\xD9"),
     "KOI8-R", "Здравствуйте, отправляю вам документы", "koi8-r", false, 0},
    {"koi8-r undeclared",
     BYTES("\xFA\xC4\xD2\xC1\xD7\xD3\xD4\xD7\xD5\xCA\xD4\xC5, \xCF\xD4\xD0\xD2\xC1\xD7\xCC\xD1\xC0 \xD7\xC1\xCD "
           "\xC4\xCF\xCB\xD5\xCD\xC5\xCE\xD4\xD9"),
     NULL, "Здравствуйте, отправляю вам документы", "koi8-r", false, 0},
    {"iso-8859-2", BYTES("Za\xBF\xF3\xB3\xE6"), "ISO-8859-2", "Zażółć", "iso-8859-2", false, 0},
    {"iso-8859-15", BYTES("10 \xA4"), "iso-8859-15", "10 €", "iso-8859-15", false, 0},
    {"iso-8859-7", BYTES("\xCA\xE1\xEB\xE7\xEC\xDD\xF1\xE1"), "iso-8859-7", "Καλημέρα", "iso-8859-7", false, 0},
    {"windows-1256", BYTES("\xE3\xD1\xCD\xC8\xC7"), "windows-1256", "مرحبا", "windows-1256", false, 0},
    {"tis-620", BYTES("\xCA\xC7\xD1\xCA\xB4\xD5"), "tis-620", "สวัสดี", "windows-874", false, 0},
    {"utf-7", BYTES("+ZeVnLIqe-"), "utf-7", "日本語", "utf-7", false, 0},
    {"utf-16 little endian with mark",
     BYTES("\xFF\xFE\xE5"
           "e,g\x9E\x8An0\xC6"
           "0\xB9"
           "0\xC8"
           "0\x01"
           "0\x88"
           "0\x8D"
           "0W0O0J0X\x98"
           "D0W0~0Y0\x02"
           "0"),
     "utf-16", "日本語のテスト、よろしくお願いします。", "utf-16le", false, 0},
    {"utf-16 big endian with mark",
     BYTES("\xFE\xFF"
           "e\xE5g,\x8A\x9E"
           "0n0\xC6"
           "0\xB9"
           "0\xC8"
           "0\x01"
           "0\x88"
           "0\x8D"
           "0W0O0J\x98X0D0W0~0Y0\x02"),
     NULL, "日本語のテスト、よろしくお願いします。", "utf-16be", false, 0},
    {"utf-16 without mark",
     BYTES("h\x00"
           "e\x00l\x00l\x00o\x00,\x00 \x00w\x00o\x00r\x00l\x00"
           "d\x00"),
     NULL, "hello, world", "utf-16le", false, 0},
    {"utf-16 that is not", BYTES("hello, world"), "utf-16", "hello, world", "us-ascii", true, 0},
    {"hz", BYTES("~{VPND~}"), "hz-gb-2312", "中文", "hz-gb-2312", false, 0},
    {"iso-2022-kr", BYTES("\x1B$)C\x0E>H3g\x0F"), "iso-2022-kr", "안녕", "iso-2022-kr", false, 0},
    {"unknown label, utf-8",
     BYTES("\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E\xE3\x81\xAE\xE3\x83\x86\xE3\x82\xB9\xE3\x83\x88\xE3\x80\x81\xE3\x82"
           "\x88\xE3\x82\x8D\xE3\x81\x97\xE3\x81\x8F\xE3\x81\x8A\xE9\xA1\x98\xE3\x81\x84\xE3\x81\x97\xE3\x81\xBE\xE3"
           "\x81\x99\xE3\x80\x82"),
     "x-unknown", "日本語のテスト、よろしくお願いします。", "utf-8", false, 0},
    {"unknown label, shift_jis",
     BYTES("\x93\xFA\x96{\x8C\xEA\x82\xCC\x83"
           "e\x83X\x83g\x81"
           "A\x82\xE6\x82\xEB\x82\xB5\x82\xAD\x82\xA8\x8A\xE8\x82\xA2\x82\xB5\x82\xDC\x82\xB7\x81"
           "B"),
     "_autodetect", "日本語のテスト、よろしくお願いします。", "shift_jis", false, 0},
    {"utf-8 with one bad byte",
     BYTES("\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E\xE3\x81\xAE\xE3\x83\x86\xE3\x82\xB9\xE3\x83\x88\xE3\x80\x81\xE3\x82"
           "\x88\xE3\x82\x8D\xE3\x81\x97\xE3\x81\x8F\xE3\x81\x8A\xE9\xA1\x98\xE3\x81\x84\xE3\x81\x97\xE3\x81\xBE\xE3"
           "\x81\x99\xE3\x80\x82\xFF\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E\xE3\x81\xAE\xE3\x83\x86\xE3\x82\xB9\xE3\x83"
           "\x88\xE3\x80\x81\xE3\x82\x88\xE3\x82\x8D\xE3\x81\x97\xE3\x81\x8F\xE3\x81\x8A\xE9\xA1\x98\xE3\x81\x84\xE3"
           "\x81\x97\xE3\x81\xBE\xE3\x81\x99\xE3\x80\x82"),
     "utf-8", "日本語のテスト、よろしくお願いします。" BAD "日本語のテスト、よろしくお願いします。", "utf-8", false, 1},
    {"utf-8 cut",
     BYTES("\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E\xE3\x81\xAE\xE3\x83\x86\xE3\x82\xB9\xE3\x83\x88\xE3\x80\x81\xE3\x82"
           "\x88\xE3\x82\x8D\xE3\x81\x97\xE3\x81\x8F\xE3\x81\x8A\xE9\xA1\x98\xE3\x81\x84\xE3\x81\x97\xE3\x81\xBE\xE3"
           "\x81\x99\xE3\x80"),
     "utf-8", "日本語のテスト、よろしくお願いします" BAD "", "utf-8", false, 1},
    {"utf-8 overlong",
     BYTES("\xC0\xAF\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E\xE3\x81\xAE\xE3\x83\x86\xE3\x82\xB9\xE3\x83\x88\xE3\x80\x81"
           "\xE3\x82\x88\xE3\x82\x8D\xE3\x81\x97\xE3\x81\x8F\xE3\x81\x8A\xE9\xA1\x98\xE3\x81\x84\xE3\x81\x97\xE3\x81"
           "\xBE\xE3\x81\x99\xE3\x80\x82"),
     "utf-8", "" BAD BAD "日本語のテスト、よろしくお願いします。", "utf-8", false, 2},
    {"Japanese in gb2312",
     BYTES("\xA5\xB5\xA9`"
           "\xA5\xD3\xA5\xB9\xA4\xF2\xA4\xB4\xC0\xFB\xD3\xC3\xA4\xA4\xA4\xBF\xA4\xC0\xA4\xAD\xA4\xA2\xA4\xEA\xA4\xAC"
           "\xA4\xC8\xA4\xA6\xA4\xB4\xA4\xB6\xA4\xA4\xA4\xDE\xA4\xB9\xA1\xA3\xA4\xAA\xBF\xCD\x98\x94\xA4\xCE\xC7\xE9"
           "\x88\xF3\xA4\xF2\xB8\xFC\xD0\xC2\xA4\xB7\xA4\xC6\xA4\xAF\xA4\xC0\xA4\xB5\xA4\xA4\xA1\xA3"),
     "gb2312", "サービスをご利用いただきありがとうございます。お客様の情報を更新してください。", "gb2312", false, 0},
    {"Japanese in gb2312, short",
     BYTES("\xA4\xB4\xB4_"
           "\xD5J\xA4\xAF\xA4\xC0\xA4\xB5\xA4\xA4\xA1\xA3\xD6\xD8\xD2\xAA\xA4\xCA\xA4\xAA\xD6\xAA\xA4\xE9\xA4\xBB"),
     "gb2312", "ご確認ください。重要なお知らせ", "gb2312", false, 0},
    {"Western quotation marks", BYTES("It\x92s John\x92s dog \x97 \x93Hello\x94, he said"), NULL,
     "It’s John’s dog — “Hello”, he said", "windows-1252", false, 0},
    {"one apostrophe", BYTES("that\x92s all"), "us-ascii", "that’s all", "windows-1252", true, 0},
    {"words of one accent", BYTES("la citt\xE0 \xE8 a posto"), NULL, "la città è a posto", "windows-1252", false, 0},
    {"nul bytes",
     BYTES("a\x00"
           "b"),
     NULL, "ab", "us-ascii", false, 0},
};

static void test_decode(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        const struct row *row = &rows[i];
        struct sks_decoded decoded;
        sks_charset_decode(&decoded, row->bytes, row->size, row->declared, 65536);
        assert_row_string(row->name, decoded.text, row->want);
        assert_row_int(row->name, decoded.size, strlen(row->want));
        assert_row_string(row->name, decoded.charset, row->charset);
        assert_row_int(row->name, decoded.mismatch, row->mismatch);
        assert_row_int(row->name, decoded.replaced, row->replaced);
        g_free(decoded.text);
    }
}

/* Whatever the ceiling, what comes out is well-formed and not longer. */
static void test_ceiling(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        for (size_t ceiling = 0; ceiling < 24; ceiling++) {
            struct sks_decoded decoded;
            sks_charset_decode(&decoded, rows[i].bytes, rows[i].size, rows[i].declared, ceiling);
            assert_true(decoded.size <= ceiling);
            assert_true(g_utf8_validate(decoded.text, (gssize)decoded.size, NULL));
            g_free(decoded.text);
        }
}

static void test_names(void **state)
{
    (void)state;
    static const struct {
        const char *label, *want;
    } names[] = {
        {"UTF8", "utf-8"},
        {" Shift-JIS ", "shift_jis"},
        {"\"x-sjis\"", "shift_jis"},
        {"MS_Kanji", "shift_jis"},
        {"CP932", "shift_jis"},
        {"eucJP-ms", "euc-jp"},
        {"ISO8859-1", "iso-8859-1"},
        {"cp50221", "iso-2022-jp"},
        {"x-mac-cyrillic", "macos-7_3-10.2"},
        {"EBCDIC-CP-US", NULL},
        {"", NULL},
        {"no such charset", NULL},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        const char *got = sks_charset_name(names[i].label);
        assert_row_string(names[i].label, got != NULL ? got : "none", names[i].want != NULL ? names[i].want : "none");
    }
    assert_null(sks_charset_name(NULL));
}

/* Text made to be slow: cost grows with the size, not with its square. */
static void test_linear(void **state)
{
    static const char *const units[] = {
        "\xFF", "\xE3\x81\x82\xFF", "\xE3\x81\x82\xE3\x81\x82\xE3\x81\x82\xE3\x81\x82\xE3\x81\x82\xFF", "a\xFF",
        "a",    "\0\xE3\x81\x82"};
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(units); i++) {
        size_t size = units[i][0] != '\0' ? strlen(units[i]) : 4;
        g_autoptr(GString) text = g_string_new(NULL);
        while (text->len < 4000000)
            g_string_append_len(text, units[i], (gssize)size);
        struct sks_decoded decoded;
        gint64 start = g_get_monotonic_time();
        sks_charset_decode(&decoded, text->str, text->len, "utf-8", 4000000);
        assert_true(g_get_monotonic_time() - start < 20 * G_USEC_PER_SEC); /* it takes a tenth of a second */
        g_free(decoded.text);
    }
}

int main(void)
{
    sks_charset_prepare();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decode),
        cmocka_unit_test(test_ceiling),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_linear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
