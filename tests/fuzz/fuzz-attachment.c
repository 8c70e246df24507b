/* The attachment room: any bytes, with a password that is sometimes right. */
#include "fuzz.h"

#include "attachment/attachment.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static const char *const passwords[] = {"password", "aaa", NULL};
    struct sks_attachment *attachment;
    struct sks_attachment_budget budget = {0};
    if (sks_attachment_inspect(&attachment, bytes, size, "a.zip", "", passwords, &budget) == 0)
        sks_attachment_destroy(attachment);
    return 0;
}
