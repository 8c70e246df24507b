/* Frequent correspondents, remembered by each process for a while. */
#include "correspondents.h"

struct sks_correspondents {
    GPtrArray *domains; /* NULL-terminated */
    GArray *looks;
    uint64_t mails;                    /* that the memory had seen then */
    struct sks_correspondents *before; /* what facts of the mail in hand may still point to */
};

static bool take(void *data, const char *domain)
{
    g_ptr_array_add(data, g_strdup(domain));
    return true;
}

const GArray *sks_correspondents_get(struct sks_correspondents **correspondents, struct sks_memory *memory,
                                     const struct sks_lists *lists, uint64_t mails_total)
{
    struct sks_correspondents *known = *correspondents;
    if (known != NULL && mails_total >= known->mails && mails_total - known->mails <= known->mails / 20)
        return known->looks;
    GPtrArray *domains = g_ptr_array_new_with_free_func(g_free);
    int error = sks_memory_frequent_domains(memory, take, domains);
    if (error != 0) { /* busy: what is known will do, and the next mail asks again */
        g_ptr_array_unref(domains);
        return known != NULL ? known->looks : NULL;
    }
    g_ptr_array_add(domains, NULL);
    struct sks_correspondents *renewed = g_new0(struct sks_correspondents, 1);
    renewed->domains = domains;
    renewed->looks = sks_lists_looks(lists, (const char *const *)domains->pdata);
    renewed->mails = mails_total;
    renewed->before = known;
    *correspondents = renewed;
    return renewed->looks;
}

void sks_correspondents_tidy(struct sks_correspondents *correspondents)
{
    if (correspondents == NULL)
        return;
    sks_correspondents_destroy(correspondents->before);
    correspondents->before = NULL;
}

void sks_correspondents_destroy(struct sks_correspondents *correspondents)
{
    while (correspondents != NULL) {
        struct sks_correspondents *before = correspondents->before;
        g_array_unref(correspondents->looks);
        g_ptr_array_unref(correspondents->domains);
        g_free(correspondents);
        correspondents = before;
    }
}
