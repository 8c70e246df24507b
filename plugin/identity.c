/* See identity.h. */
#include "identity.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <glib.h>

int sks_identity_find(struct sks_identity *out_identity, const struct sks_configuration *configuration,
                      struct sks_problems *problems)
{
    struct sks_identity identity = {.change = false};
    const char *user = configuration->milter.user, *group = configuration->milter.group;
    int result = SKS_OK;

    if (geteuid() == 0 && user[0] != '\0') {
        const struct passwd *entry = getpwnam(user);
        if (entry == NULL) {
            sks_configuration_problem(configuration, problems, "milter", "user", "there is no user \"%s\"", user);
            result = SKS_ERROR_FORMAT;
        } else {
            identity.change = identity.has_group = true;
            identity.user = entry->pw_uid;
            identity.group = entry->pw_gid;
        }
    }
    if (group[0] != '\0') {
        const struct group *entry = getgrnam(group);
        if (entry == NULL) {
            sks_configuration_problem(configuration, problems, "milter", "group", "there is no group \"%s\"", group);
            result = SKS_ERROR_FORMAT;
        } else {
            identity.has_group = true;
            identity.group = entry->gr_gid;
        }
    }
    if (result == SKS_OK) {
        identity.name = identity.change ? g_strdup(user) : NULL;
        *out_identity = identity;
    }
    return result;
}

int sks_identity_become(const struct sks_identity *identity)
{
    if (!identity->change)
        return SKS_OK;
    if (initgroups(identity->name, identity->group) != 0 ||
        setresgid(identity->group, identity->group, identity->group) != 0 ||
        setresuid(identity->user, identity->user, identity->user) != 0)
        return SKS_ERROR_IO;
    if (identity->user != 0 && setuid(0) == 0) {
        errno = EPERM;
        return SKS_ERROR_IO;
    }
    return SKS_OK;
}
