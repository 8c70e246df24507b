/* Everything that libraries load at first use, loaded early: workers may open no files. */
#include <glib.h>
#include <gsf/gsf-utils.h>
#include <libxml/parser.h>

#include "attachment/attachment.h"
#include "attachment/crypt.h"
#include "attachment/document.h"
#include "attachment/names.h"

void sks_attachment_prepare(void)
{
    static bool done;
    if (done)
        return;
    done = true;
    gsf_init();
    sks_crypt_prepare();
    sks_document_prepare();
    xmlInitParser();
    static const char *const charsets[] = {"shift_jis", "euc-jp", "gb18030", "big5", "euc-kr", "ibm437", "utf-8"};
    for (size_t i = 0; i < G_N_ELEMENTS(charsets); i++)
        g_free(sks_name_decode("", 0, charsets[i]));
}
