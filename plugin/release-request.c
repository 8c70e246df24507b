/* See release.h. */
#include "release.h"

#include <ctype.h>
#include <string.h>

bool sks_release_parse(const char **out_queue_id, char *line)
{
    static const char verb[] = "release ";
    size_t size = strlen(line);
    if (strncmp(line, verb, sizeof verb - 1) != 0 || size < sizeof verb || line[size - 1] != '\n')
        return false;
    char *id = line + sizeof verb - 1;
    size_t length = size - sizeof verb;
    if (length < SKS_QUEUE_ID_LEAST || length > SKS_QUEUE_ID_MOST)
        return false;
    /* Neither an option nor "ALL" nor a path: postsuper's own words all have a mark or fewer letters. */
    for (size_t i = 0; i < length; i++)
        if (!isascii((unsigned char)id[i]) || !isalnum((unsigned char)id[i]))
            return false;
    id[length] = '\0';
    *out_queue_id = id;
    return true;
}
