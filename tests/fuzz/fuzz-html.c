/* HTML, from bytes to text, hidden text and links. */
#include "fuzz.h"

#include <glib.h>
#include <string.h>

#include "message/clean.h"
#include "message/html.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    g_autofree char *utf8 = g_utf8_make_valid((const char *)bytes, (gssize)size);
    g_autoptr(GString) clean = g_string_new(NULL);
    sks_clean_text(clean, utf8, strlen(utf8));
    GStringChunk *strings = g_string_chunk_new(4096);
    struct sks_html html;
    sks_html_read(&html, strings, clean->str, clean->len);
    sks_html_finish(&html);
    g_string_chunk_free(strings);
    return 0;
}
