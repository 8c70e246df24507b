/* A configuration file. It is the administrator's, but it should complain rather than crash. */
#include "fuzz.h"

#include "configuration.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct sks_configuration *configuration = NULL;
    struct sks_problems *problems = sks_problems_create();
    if (sks_configuration_parse(&configuration, "fuzz.ini", (const char *)bytes, size, problems) == SKS_OK)
        sks_configuration_destroy(configuration);
    sks_problems_destroy(problems);
    return 0;
}
