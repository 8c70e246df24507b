#include "tests/test.h"

#include <glib.h>

#include "attachment/attachment.h"

#define BYTES(text) (text), sizeof(text) - 1

struct row {
    const char *name, *bytes;
    size_t size;
    const char *type;
};

static const struct row rows[] = {
    {"a.zip", BYTES("PK\5\6\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"), "zip"},
    {"a.rar", BYTES("Rar!\x1A\x07\0\xCF\x90\x73\0"), "rar"},
    {"a.rar", BYTES("Rar!\x1A\x07\1\0"), "rar"},
    {"a.7z", BYTES("7z\xBC\xAF\x27\x1C\0\4"), "7z"},
    {"a.lzh", BYTES("\x20\x40-lh5-\0\0\0\0\0\0\0\0\0\0\0\0\x20\1\5a.txt"), "lzh"},
    {"a.cab", BYTES("MSCF\0\0\0\0\0\0"), "cab"},
    {"a.gz", BYTES("\x1F\x8B\x08\0"), "gzip"},
    {"a.rtf", BYTES("{\\rtf1 x}"), "rtf"},
    {"a.rtf", BYTES("{\\rt\\x}"), "rtf"},
    {"a.pdf", BYTES("%PDF-1.7\n"), "pdf"},
    {"a.pdf", BYTES("junk\n%PDF-1.7\n"), "pdf"},
    {"a.doc", BYTES("{\\rtf1 x}"), "rtf"},
    {"a.url", BYTES("[InternetShortcut]\r\nURL=http://a.example/\r\n"), "url"},
    {"a.html", BYTES("<!DOCTYPE html>\n<p>x"), "html"},
    {"a.txt", BYTES("\xEF\xBB\xBF<html><body>x"), "html"},
    {"a.txt", BYTES("\xFF\xFE<\0h\0t\0m\0l\0>\0"), "html"},
    {"a.hta", BYTES("<html><script>x</script>"), "script"},
    {"a.js", BYTES("var a = 1;"), "script"},
    {"a.txt", BYTES("var a = 1;"), "text"},
    {"a.ps1", BYTES("Write-Host x\r\n"), "script"},
    {"run", BYTES("#!/bin/sh\necho x\n"), "script"},
    {"a.vbe", BYTES("#@~^AAAAAA=="), "script"},
    {"a.exe",
     BYTES("MZ\x90\0\3\0\0\0\4\0\0\0\xFF\xFF\0\0\xB8\0\0\0\0\0\0\0\x40\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
           "\0\0\0\0\0\0\0\0\0\0\0\0\0\x40\0\0\0PE\0\0\x4C\1"),
     "pe"},
    {"a.jpg",
     BYTES("MZ\x90\0\3\0\0\0\4\0\0\0\xFF\xFF\0\0\xB8\0\0\0\0\0\0\0\x40\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
           "\0\0\0\0\0\0\0\0\0\0\0\0\0\x40\0\0\0PE\0\0\x4C\1"),
     "pe"},
    {"a.txt", BYTES("MZ is a pair of letters, and this is only a text that begins with it, however long it is."),
     "text"},
    {"a",
     BYTES("\x7F"
           "ELF\2\1\1\0"),
     "elf"},
    {"a", BYTES("\xCF\xFA\xED\xFE\7\0\0\1"), "macho"},
    {"a.class", BYTES("\xCA\xFE\xBA\xBE\0\0\0\x34\0\0"), "unknown"},
    {"a", BYTES("\xCA\xFE\xBA\xBE\0\0\0\2\0\0"), "macho"},
    {"a.lnk", BYTES("\x4C\0\0\0\1\x14\2\0\0\0\0\0\xC0\0\0\0\0\0\0\x46"), "lnk"},
    {"a.one", BYTES("\xE4\x52\x5C\x7B\x8C\xD8\xA7\x4D\xAE\xB1\x53\x78\xD0\x29\x96\xD3"), "onenote"},
    {"winmail.dat", BYTES("\x78\x9F\x3E\x22\1\0"), "tnef"},
    {"a.png", BYTES("\x89PNG\r\n\x1A\n"), "image"},
    {"a.jpg", BYTES("\xFF\xD8\xFF\xE0"), "image"},
    {"a.eml", BYTES("Received: from a.example by b.example\r\nFrom: a@a.example\r\nSubject: x\r\n\r\nx"), "mail"},
    {"a.txt", BYTES("From: the beginning\nit is only text\nDate: of birth\n"), "text"},
    {"a.vhd", BYTES("conectix\0\0\0\2"), "vhd"},
    {"a.txt", BYTES("\x93\xFA\x96{\x8C\xEA"), "text"},
    {"a.dat", BYTES("\x00\x01\x02\x03"), "unknown"},
    {"a.dat", BYTES(""), "unknown"},
};

static void follows_from_content(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        enum sks_file_type type = sks_file_type_detect(rows[i].bytes, rows[i].size, rows[i].name);
        if (strcmp(sks_file_type_name(type), rows[i].type) != 0)
            fail_msg("row %zu, %s: got %s, want %s", i, rows[i].name, sks_file_type_name(type), rows[i].type);
    }
}

/* Every beginning of every row, and of noise, gives some type. */
static void survives_any_bytes(void **state)
{
    (void)state;
    g_autoptr(GRand) random = g_rand_new_with_seed(20261122);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        for (size_t size = 0; size <= rows[i].size; size++) {
            g_autofree char *bytes = g_memdup2(rows[i].bytes, size);
            sks_file_type_detect(bytes, size, rows[i].name);
        }
        for (unsigned n = 0; n < 100 && rows[i].size > 0; n++) {
            g_autofree char *bytes = g_memdup2(rows[i].bytes, rows[i].size);
            bytes[g_rand_int_range(random, 0, (int)rows[i].size)] = (char)g_rand_int_range(random, 0, 256);
            sks_file_type_detect(bytes, rows[i].size, rows[i].name);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(follows_from_content),
        cmocka_unit_test(survives_any_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
